import Encoding
package import HTTP

/// One operation of the administration: the validated path and body in, an answer out.
struct AdministrationEndpoint: Endpoint {
    let answer: @Sendable (Request) async throws -> Response

    init(_ answer: @escaping @Sendable (Request) async throws -> Response) {
        self.answer = answer
    }

    func respond(to request: Request) async throws -> Response {
        var response = try await answer(request)
        response.forbidStoring()
        return response
    }
}

extension AuthorizationServer {
    private typealias Operation = (Method, String, @Sendable (Request) async throws -> Response)

    /// The local admin socket, which only this system's user can open. One file for each resource.
    package var administrationRoutes: [Route] {
        let clients = ClientAdministration(server: self), users = UserAdministration(server: self)
        let secrets = ClientSecretAdministration(server: self)
        let resourceServers = ResourceServerAdministration(server: self)
        let registrationTokens = RegistrationTokenAdministration(server: self)
        let emergencies = EmergencyAdministration(server: self)
        let patients = PatientAdministration(server: self), tokens = TokenAdministration(server: self)
        let table: [Operation] = [
            (.post, "/clients", clients.register), (.get, "/clients", clients.list),
            (.get, "/clients/{client_id}", clients.show), (.delete, "/clients/{client_id}", clients.remove),
            (.post, "/clients/{client_id}/secrets", secrets.rotate),
            (.get, "/clients/{client_id}/secrets", secrets.list),
            (.delete, "/clients/{client_id}/secrets/{secret_id}", secrets.revoke),
            (.post, "/clients/{client_id}/approve", clients.approve),
            (.post, "/clients/{client_id}/disable", clients.disable),
            (.post, "/clients/{client_id}/enable", clients.enable),
            (.post, "/registration-tokens", registrationTokens.create),
            (.get, "/registration-tokens", registrationTokens.list),
            (.delete, "/registration-tokens/{id}", registrationTokens.revoke),
            (.post, "/users", users.add), (.get, "/users", users.list),
            (.post, "/users/{username}/disable", users.disable), (.post, "/users/{username}/enable", users.enable),
            (.post, "/users/{username}/unlock", users.unlock),
            (.put, "/users/{username}/password", users.setPassword),
            (.post, "/resource-servers", resourceServers.register), (.get, "/resource-servers", resourceServers.list),
            (.get, "/resource-servers/{client_id}", resourceServers.show),
            (.delete, "/resource-servers/{client_id}", resourceServers.remove),
            (.post, "/patients", patients.importRecords),
            (.get, "/emergency-accesses", emergencies.list),
            (.post, "/emergency-accesses/{id}/review", emergencies.review),
            (.post, "/launches", launchByAdministrator), (.post, "/tokens/inspect", tokens.inspect),
        ]
        return (table + roleRoutes + keyRoutes).map { method, path, answer in
            Route(method, "/admin/v1" + path, AdministrationEndpoint(answer), bodyLimit: 1 << 20)
        }
    }

    /// What tokens are signed with.
    private var keyRoutes: [Operation] {
        let keys = KeyAdministration(server: self)
        return [
            (.get, "/keys", keys.list), (.post, "/keys", keys.generate), (.post, "/keys/rotate", keys.rotate),
            (.post, "/keys/reencrypt", keys.reencrypt), (.post, "/keys/{kid}/retire", keys.retire),
        ]
    }

    /// What roles may do, and who has them.
    private var roleRoutes: [Operation] {
        let policies = RolePolicyAdministration(server: self), files = PolicyFileAdministration(server: self)
        let assignments = RoleAssignmentAdministration(server: self)
        let groups = GroupAdministration(server: self), users = UserAdministration(server: self)
        return [
            (.get, "/role-policies", policies.list),
            (.post, "/role-policies/check", files.check), (.post, "/role-policies/plan", files.plan),
            (.post, "/role-policies/apply", files.apply),
            (.get, "/role-policies/{role}", policies.show), (.put, "/role-policies/{role}", policies.put),
            (.delete, "/role-policies/{role}", policies.remove),
            (.get, "/role-policies/{role}/history", policies.history),
            (.get, "/role-policies/{role}/history/{revision}", policies.revision),
            (.post, "/role-policies/{role}/restore", policies.restore),
            (.post, "/role-assignments", assignments.assign), (.get, "/role-assignments", assignments.list),
            (.post, "/role-assignments/{id}/revoke", assignments.revoke),
            (.get, "/users/{username}/roles", users.roles),
            (.post, "/groups", groups.add), (.get, "/groups", groups.list),
            (.delete, "/groups/{name}", groups.remove), (.get, "/groups/{name}/members", groups.members),
            (.put, "/groups/{name}/members/{username}", groups.addMember),
            (.delete, "/groups/{name}/members/{username}", groups.removeMember),
            (.post, "/explain", { try ExplainedRequest(try $0.json(), self).response(self) }),
        ]
    }

    @Sendable private func launchByAdministrator(_ request: Request) async throws -> Response {
        let opening = try await LaunchOpening(try request.json(), self)
        return try await opening.open(by: "administrator", address: request.peer.address, self)
    }
}

extension Request {
    /// The body as one JSON value (AD-13).
    func json() throws -> JSON {
        do {
            return try JSON(parsing: body)
        } catch {
            throw Problem(
                status: 400, title: "Not JSON",
                detail: "The body is not JSON at octet \(error.offset): \(error.reason).")
        }
    }

    /// What stands in the path where the route has that name.
    func pathParameter(_ name: String) -> String { pathParameters[name].flatMap(PathSegment.decode) ?? "" }

    /// A parameter of the query that is `true` or not there.
    func flag(_ name: String) throws -> Bool {
        guard let value = (try? FormParameters(parsing: query))?[name] else { return false }
        guard value == "true" else {
            throw Problem(status: 400, title: "Wrong \(name)", detail: "\(name) must be true, or be left out.")
        }
        return true
    }

    /// `limit` and `after` of a list (lessons C4: keyset paging).
    func paging() throws -> (limit: Int, after: String?) {
        guard let form = try? FormParameters(parsing: query) else {
            throw Problem(status: 400, title: "Unreadable query", detail: "The query cannot be decoded.")
        }
        guard let limit = Int(form["limit"] ?? "100"), (1...500).contains(limit) else {
            throw Problem(status: 400, title: "Wrong limit", detail: "limit must be a number from 1 to 500.")
        }
        return (limit, form["after"])
    }
}
