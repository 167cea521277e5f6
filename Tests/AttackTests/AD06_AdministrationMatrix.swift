import Encoding
import HTTP
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// Every row of the table of the administration, asked by every kind of caller over the wire.
@Suite struct `AD-05, AD-06 the administration lets in whom its table says` {
    /// Somebody with something in `Authorization`, and what their token and roles allow; nil: they are nobody here.
    private struct Caller {
        let name: String
        let authorization: String?
        let rights: ScopeSet?
    }

    private static func path(_ operation: AdministrationOperation) -> String {
        "/admin/v1"
            + operation.path.split(separator: "/").map { $0.hasPrefix("{") ? "/0-not-there" : "/" + $0 }.joined()
    }

    private func strangers(_ server: TestServer) async throws -> [Caller] {
        let old = try server.bearer("administrator")
        server.clock.advance(3601)
        let revoked = try server.bearer("administrator")
        let token = String(revoked.dropFirst("Bearer ".count))
        #expect(try App.console.revoke(token, server).status == 200)
        let records = try App.console.tokens(
            server, as: "physician", scope: "openid fhirUser offline_access user/*.cruds")
        func bearer(_ member: String) -> String { "Bearer " + (records[member]?.stringValue ?? "") }
        let refreshable = try server.administrationTokens(
            of: "administrator", scope: "openid online_access auth/User.cruds")
        let (name, basic) = App.basic("console", "console-secret-0123456789")
        #expect(name == "Authorization")
        return [
            Caller(name: "nobody", authorization: nil, rights: nil),
            Caller(name: "garbage", authorization: "Bearer garbage", rights: nil),
            Caller(name: "no scheme", authorization: token, rights: nil),
            Caller(name: "Basic", authorization: basic, rights: nil),
            Caller(name: "a token for records", authorization: bearer("access_token"), rights: nil),
            Caller(name: "an id_token", authorization: bearer("id_token"), rights: nil),
            Caller(name: "a refresh token", authorization: bearer("refresh_token"), rights: nil),
            Caller(
                name: "an administrator's id_token",
                authorization: "Bearer " + (refreshable["id_token"]?.stringValue ?? ""), rights: nil),
            Caller(
                name: "an administrator's refresh token",
                authorization: "Bearer " + (refreshable["refresh_token"]?.stringValue ?? ""), rights: nil),
            Caller(
                name: "an introspection token", authorization: "Bearer " + (try server.ehrToken(scope: "auth/Token.r")),
                rights: nil),
            Caller(
                name: "a launch token", authorization: "Bearer " + (try server.ehrToken(scope: "auth/Launch.c")),
                rights: nil),
            Caller(name: "an expired token", authorization: old, rights: nil),
            Caller(name: "a revoked token", authorization: revoked, rights: nil),
        ]
    }

    private func holders(_ server: TestServer) throws -> [Caller] {
        try ShippedAdministration.roles.map { role in
            Caller(
                name: role, authorization: try server.bearer(role), rights: try ShippedAdministration.rights(of: role))
        } + [
            Caller(
                name: "administrator without the scope",
                authorization: try server.bearer("administrator", scope: "auth/Launch.c"),
                rights: ScopeSet(parsing: "auth/Launch.c"))
        ]
    }

    @Test func `cell by cell`() async throws {
        let server = try await TestServer.withAdministrators()
        defer { server.stop() }
        let callers = try await strangers(server) + holders(server)
        let operations = server.authorization.administrationOperations
        #expect(operations.count >= 49)
        for operation in operations {
            for caller in callers {
                let answer = try server.administer(
                    operation.method, Self.path(operation), authorization: caller.authorization, body: "{}")
                let cell: Comment = "\(operation.method.name) \(operation.path) by \(caller.name): \(answer.text)"
                #expect(answer.headers["cache-control"] == "no-store", cell)
                guard let rights = caller.rights else {
                    #expect(answer.status == 401, cell)
                    #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer ") == true, cell)
                    continue
                }
                if rights.covers(.resource(operation.right.scope), reading: .role) {
                    #expect(answer.status != 401 && answer.status != 403, cell)
                    // A route that there is: what is not found is told as a problem.
                    #expect(answer.status != 404 || answer.json["title"] != nil, cell)
                } else {
                    #expect(answer.status == 403, cell)
                    #expect(answer.headers["www-authenticate"]?.contains("insufficient_scope") == true, cell)
                    // The scope was cut to the roles when the token was issued; what no role gives is said first.
                    #expect(["scope_insufficient", "no_role"].contains(answer.json["reason"]?.stringValue), cell)
                }
            }
        }
    }

    /// The matrix believes the table. Here the table itself is looked at.
    @Test func `every row that changes something takes more than the right to look`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let questions = [
            "/configuration/plan", "/role-policies/check", "/role-policies/plan", "/explain", "/audit-events/verify",
            "/tokens/inspect",
        ]
        let operations = server.authorization.administrationOperations
        #expect(questions.allSatisfy { path in operations.contains { $0.path == path && $0.method == .post } })
        for operation in operations {
            let changes = operation.method != .get && !questions.contains(operation.path)
            let interactions = operation.right.scope.interactions
            #expect(
                interactions.isDisjoint(with: [.create, .update, .delete]) != changes,
                "\(operation.method.name) \(operation.path) takes \(operation.right)")
        }
    }

    @Test func `what has no row is not there, whoever asks and whatever they send`() async throws {
        let server = try await TestServer.withAdministrators()
        defer { server.stop() }
        let administrator = try server.bearer("administrator")
        for authorization in [nil, administrator] {
            for path in [
                "/", "/admin", "/admin/v1", "/admin/v1/", "/admin/v1/nothing", "/admin/v2/users", "/authorize", "/jwks",
            ] {
                let answer = try server.administer(.post, path, authorization: authorization, body: "{not json")
                #expect(answer.status == 404, "\(path)")
            }
        }
        // AD-12: nothing of it is where the protocol is.
        for operation in server.authorization.administrationOperations {
            let headers = [("Authorization", administrator), ("Content-Type", "application/json")]
            let answer = try server.send(operation.method, Self.path(operation), headers: headers, body: "{}")
            #expect(answer.status == 404, "\(operation.path)")
        }
    }

    @Test func `the figures are told to who may read the settings, and health to everybody`() async throws {
        let server = try await TestServer.withAdministrators()
        defer { server.stop() }
        func figures(_ authorization: String?) throws -> ClientResponse {
            try server.administer(.get, "/metrics", authorization: authorization)
        }
        let nobody = try figures(nil)
        #expect(nobody.status == 401 && !nobody.text.contains("lanyard_"))
        let other = try figures(try server.bearer("user-admin"))
        #expect(other.status == 403 && other.text.contains("auth/Settings.r") && !other.text.contains("lanyard_"))
        let narrow = try figures(try server.bearer("administrator", scope: "auth/Client.r"))
        #expect(narrow.status == 403)
        let told = try figures(try server.bearer("administrator", scope: "auth/Settings.r"))
        #expect(told.status == 200 && told.text.contains("lanyard_http_requests_total"))
        #expect(told.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(
            try server.auditRecords("administration-refused").allSatisfy { $0.detail?.contains("/metrics") == true })
        for path in ["/health/live", "/health/ready"] {
            #expect(try server.administer(.get, path, authorization: nil).status == 200)
        }
        #expect(try server.send(.get, "/metrics").status == 404)
    }

    @Test func `a token for the administration opens nothing else`() async throws {
        let server = try await TestServer.withAdministrators()
        defer { server.stop() }
        let administrator = try server.bearer("administrator")
        let header = [("Authorization", administrator)]
        #expect(try server.post("/introspect", [("token", "x")], headers: header).status == 401)
        #expect(try server.openLaunch(bearer: String(administrator.dropFirst(7))).status == 401)
        #expect(try server.introspect(String(administrator.dropFirst(7)))["active"] == false)
    }

    @Test func `what a role loses a live token loses at its next request`() async throws {
        let server = try await TestServer.withAdministrators()
        defer { server.stop() }
        let administrator = try server.bearer("user-admin")
        func status() throws -> Int {
            let answer = try server.administer(.get, "/admin/v1/users", authorization: administrator)
            return answer.status
        }
        #expect(try status() == 200)
        let suspension = try await server.administer(
            .post, "/admin/v1/role-assignments", ["user": "user-admin", "role": "suspended", "reason": "test"])
        let denied = try server.administer(.get, "/admin/v1/users", authorization: administrator)
        #expect(denied.status == 403 && denied.json["reason"] == "denied_by_rule", "\(denied.text)")
        let id = try #require(suspension["id"]?.integerValue)
        try await server.administer(.post, "/admin/v1/role-assignments/\(id)/revoke", ["reason": "test"])
        #expect(try status() == 200)
        let roles = try await server.administer(.get, "/admin/v1/users/user-admin/roles")
        let assignment = try #require(roles["roles"]?.arrayValue?.first?["id"]?.integerValue)
        try await server.administer(.post, "/admin/v1/role-assignments/\(assignment)/revoke", ["reason": "test"])
        #expect(try status() == 403)
        let records = try server.auditRecords("administration-refused")
        #expect(
            records.count == 2 && records.allSatisfy { $0.client == "console" && $0.actor?.hasPrefix("u_") == true })
        #expect(records.map(\.outcome) == ["denied_by_rule", "no_role"])
        try await server.administer(.post, "/admin/v1/users/user-admin/disable")
        #expect(try status() == 401)
    }
}

extension App {
    /// RFC 7009 §2.1.
    func revoke(_ token: String, _ server: TestServer) throws -> ClientResponse {
        try server.post("/revoke", [("token", token)], headers: [Self.basic(clientID, secret ?? "")])
    }
}
