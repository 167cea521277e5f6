package import HTTP

extension AuthorizationServer {
    /// The administration on the local socket.
    package var administrationRoutes: [Route] { administrationRoutes(.socket) }

    /// The administration on a listener of its own, for who brings a token for it.
    package var guardedAdministrationRoutes: [Route] { administrationRoutes(.bearer) }

    private func administrationRoutes(_ door: AdministrationEndpoint.Door) -> [Route] {
        let operations = administrationOperations.map { operation in
            Route(
                operation.method, "/admin/v1" + operation.path,
                AdministrationEndpoint(door: door, operation: operation, server: self), bodyLimit: 1 << 20)
        }
        // What there is to ask for is no secret, and the same for everybody.
        return operations + [Route(.get, OpenAPIEndpoint.path, OpenAPIEndpoint(server: self))]
    }

    private typealias Row = (
        Method, String, AdministrationRight, @Sendable (AdministrationRequest) async throws -> Response
    )

    /// Every operation there is, one line each: what is not here is not there, and nothing is here without its right.
    var administrationOperations: [AdministrationOperation] {
        (clientRows + userRows + roleRows + otherRows).map(AdministrationOperation.init)
    }

    private var clientRows: [Row] {
        let clients = ClientAdministration(server: self), secrets = ClientSecretAdministration(server: self)
        let resourceServers = ResourceServerAdministration(server: self)
        let registrationTokens = RegistrationTokenAdministration(server: self)
        return [
            (.post, "/clients", "auth/Client.c", clients.register),
            (.get, "/clients", "auth/Client.s", clients.list),
            (.get, "/clients/{client_id}", "auth/Client.r", clients.show),
            (.delete, "/clients/{client_id}", "auth/Client.d", clients.remove),
            (.post, "/clients/{client_id}/secrets", "auth/Client.u", secrets.rotate),
            (.get, "/clients/{client_id}/secrets", "auth/Client.r", secrets.list),
            (.delete, "/clients/{client_id}/secrets/{secret_id}", "auth/Client.u", secrets.revoke),
            (.post, "/clients/{client_id}/approve", "auth/Client.u", clients.approve),
            (.post, "/clients/{client_id}/disable", "auth/Client.u", clients.disable),
            (.post, "/clients/{client_id}/enable", "auth/Client.u", clients.enable),
            (.post, "/registration-tokens", "auth/Client.c", registrationTokens.create),
            (.get, "/registration-tokens", "auth/Client.s", registrationTokens.list),
            (.delete, "/registration-tokens/{id}", "auth/Client.d", registrationTokens.revoke),
            (.post, "/resource-servers", "auth/Client.c", resourceServers.register),
            (.get, "/resource-servers", "auth/Client.s", resourceServers.list),
            (.get, "/resource-servers/{client_id}", "auth/Client.r", resourceServers.show),
            (.delete, "/resource-servers/{client_id}", "auth/Client.d", resourceServers.remove),
        ]
    }

    private var userRows: [Row] {
        let users = UserAdministration(server: self), groups = GroupAdministration(server: self)
        return [
            (.post, "/users", "auth/User.c", users.add), (.get, "/users", "auth/User.s", users.list),
            (.post, "/users/{username}/disable", "auth/User.u", users.disable),
            (.post, "/users/{username}/enable", "auth/User.u", users.enable),
            (.post, "/users/{username}/unlock", "auth/User.u", users.unlock),
            (.put, "/users/{username}/password", "auth/User.u", users.setPassword),
            (.post, "/groups", "auth/User.c", groups.add), (.get, "/groups", "auth/User.s", groups.list),
            (.delete, "/groups/{name}", "auth/User.d", groups.remove),
            (.get, "/groups/{name}/members", "auth/User.s", groups.members),
            (.put, "/groups/{name}/members/{username}", "auth/User.u", groups.addMember),
            (.delete, "/groups/{name}/members/{username}", "auth/User.u", groups.removeMember),
        ]
    }

    /// What roles may do, and who has them.
    private var roleRows: [Row] {
        let policies = RolePolicyAdministration(server: self), files = PolicyFileAdministration(server: self)
        let assignments = RoleAssignmentAdministration(server: self), users = UserAdministration(server: self)
        return [
            (.get, "/role-policies", "auth/RolePolicy.s", policies.list),
            (.post, "/role-policies/check", "auth/RolePolicy.r", files.check),
            (.post, "/role-policies/plan", "auth/RolePolicy.r", files.plan),
            (.post, "/role-policies/apply", "auth/RolePolicy.cu", files.apply),
            (.get, "/role-policies/{role}", "auth/RolePolicy.r", policies.show),
            (.put, "/role-policies/{role}", "auth/RolePolicy.cu", policies.put),
            (.delete, "/role-policies/{role}", "auth/RolePolicy.d", policies.remove),
            (.get, "/role-policies/{role}/history", "auth/RolePolicy.r", policies.history),
            (.get, "/role-policies/{role}/history/{revision}", "auth/RolePolicy.r", policies.revision),
            (.post, "/role-policies/{role}/restore", "auth/RolePolicy.cu", policies.restore),
            (.post, "/role-assignments", "auth/RoleAssignment.c", assignments.assign),
            (.get, "/role-assignments", "auth/RoleAssignment.s", assignments.list),
            (.post, "/role-assignments/{id}/revoke", "auth/RoleAssignment.d", assignments.revoke),
            (.get, "/users/{username}/roles", "auth/RoleAssignment.s", users.roles),
            (.post, "/explain", "auth/RolePolicy.r", { try ExplainedRequest(try $0.json(), self).response(self) }),
        ]
    }

    private var otherRows: [Row] {
        let patients = PatientAdministration(server: self), tokens = TokenAdministration(server: self)
        let emergencies = EmergencyAdministration(server: self), backups = BackupAdministration(server: self)
        return [
            (.post, "/backups", "auth/Settings.u", backups.record),
            (.post, "/patients", "auth/Patient.cu", patients.importRecords),
            (.get, "/emergency-accesses", "auth/AuditEvent.s", emergencies.list),
            (.post, "/emergency-accesses/{id}/review", "auth/AuditEvent.u", emergencies.review),
            (.post, "/launches", "auth/Launch.c", openLaunch),
            (.post, "/tokens/inspect", "auth/Token.r", tokens.inspect),
        ]
    }

    @Sendable private func openLaunch(_ request: AdministrationRequest) async throws -> Response {
        let opening = try await LaunchOpening(try request.json(), self)
        return try await opening.open(by: request.caller.name, address: request.peer.address, self)
    }
}
