import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

/// Scopes of this server's own API, which a client has by its registration.
@Suite struct `Policy: denies reach this server's own API` {
    private static let suspended = TestPolicies.file("suspended", ["rules": [["id": "all", "deny": "*"]]])

    @Test func `a suspended client gets no token for it, and loses what it has at once`() async throws {
        let server = try await TestServer.withSamples { $0.policies.append(Self.suspended) }
        defer { server.stop() }
        let token = try server.ehrToken(scope: "auth/Token.r")
        func introspect() throws -> ClientResponse {
            try server.post("/introspect", [("token", token)], headers: [("Authorization", "Bearer " + token)])
        }
        #expect(try introspect().json["active"] == true)
        let assignment = try await server.administer(
            .post, "/admin/v1/role-assignments", ["client": "ehr", "role": "suspended", "reason": "misused"])
        #expect(try introspect().status == 403)
        #expect(throws: TestFailure.self) { try server.ehrToken(scope: "auth/Token.r") }
        let id = try #require(assignment["id"]?.integerValue)
        try await server.administer(.post, "/admin/v1/role-assignments/\(id)/revoke", ["reason": "cleared"])
        #expect(try introspect().json["active"] == true)
    }
}
