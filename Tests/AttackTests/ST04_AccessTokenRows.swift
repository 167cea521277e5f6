import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer
@testable import Storage

/// The row of an opaque access token says which grant it is of, and so do its claims.
@Suite struct `ST-04: rows of access tokens that name each other's grants` {
    private static let scope = "openid launch/patient patient/Patient.rs"

    @Test(arguments: [false, true])
    func `each token lives and ends with the grant in its claims`(isKnown: Bool) async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let app = App(clientID: "opaque", secret: nil, redirectURI: "https://opaque.example/cb")
        try await server.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "opaque", "token_endpoint_auth_method": "none", "access_token_format": "opaque",
                "redirect_uris": ["https://opaque.example/cb"], "scope": .string(Self.scope),
            ])
        let lives = try app.tokens(server, as: "patient", scope: Self.scope)
        let ends = try app.tokens(server, as: "physician", scope: Self.scope)
        // userinfo asks only whether the token lives; introspection asks the grant once more for its roles.
        func isLive(_ tokens: JSON) throws -> Bool {
            let text = tokens["access_token"]?.stringValue ?? ""
            let status = try server.send(.get, "/userinfo", headers: [("Authorization", "Bearer " + text)]).status
            #expect(try server.introspected(text).json["active"] == .bool(status == 200))
            return status == 200
        }
        if isKnown { for tokens in [lives, ends] { #expect(try isLive(tokens)) } }
        let handle = try #require(Handle(ends["access_token"]?.stringValue ?? ""))
        let now = server.clock.now
        try await server.authorization.database.write { transaction in
            let row = try #require(try transaction.accessToken(handle.id))
            #expect(try transaction.revokeGrant(row.grantID, reason: "revoked", now: now))
            try transaction.connection.execute(
                "UPDATE access_tokens SET grant_id = (SELECT sum(grant_id) FROM access_tokens) - grant_id")
        }
        #expect(try isLive(lives) && !isLive(ends))
    }
}
