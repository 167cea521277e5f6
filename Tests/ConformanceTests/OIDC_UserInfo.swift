import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@Suite struct `OpenID Connect Core §5.3: UserInfo` {
    let server: TestServer

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func token(_ scope: String, as user: String = "patient") throws -> String {
        let tokens = try App.publicApp.tokens(server, as: user, scope: scope, patient: "1")
        return try #require(tokens["access_token"]?.stringValue)
    }

    private func ask(_ token: String, _ method: HTTP.Method = .get) throws -> ClientResponse {
        try server.send(method, "/userinfo", headers: [("Authorization", "Bearer " + token)])
    }

    @Test(arguments: [
        ("openid", ["sub"]), ("openid fhirUser", ["sub", "fhirUser"]),
        ("openid profile", ["sub", "name", "preferred_username"]),
        ("openid fhirUser profile launch/patient", ["sub", "fhirUser", "name", "preferred_username"]),
    ])
    func `UI-01: the scope says which claims there are, by GET and by POST`(scope: String, members: [String]) throws {
        defer { server.stop() }
        let token = try token(scope)
        for method in [HTTP.Method.get, .post] {
            let response = try ask(token, method)
            #expect(response.status == 200 && response.headers["cache-control"] == "no-store")
            #expect(response.headers["content-type"] == "application/json")
            #expect(response.json.objectValue?.members.map(\.name) == members)
        }
    }

    @Test func `OIDC-4: the same person as in the id_token`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: "openid fhirUser profile")
        let claims = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        let answer = try ask(try #require(tokens["access_token"]?.stringValue)).json
        #expect(answer["sub"] != nil && answer["sub"] == claims["sub"])
        #expect(answer["fhirUser"] == claims["fhirUser"])
        #expect(answer["name"] == "Pat Doe" && answer["preferred_username"] == "patient")
    }

    @Test func `RFC 6750 §3.1: what is wrong is in the challenge`() throws {
        defer { server.stop() }
        let missing = try server.send(.get, "/userinfo")
        #expect(missing.status == 401)
        #expect(missing.headers["www-authenticate"] == "Bearer realm=\"\(TestServer.issuer)\"", "no error code")
        let invalid = try ask("x")
        expectRefusal(invalid, 401, "invalid_token")
        #expect(invalid.headers["www-authenticate"]?.contains("error=\"invalid_token\"") == true)
        let narrow = try ask(try token("launch/patient patient/Patient.rs"))
        expectRefusal(narrow, 403, "insufficient_scope")
        #expect(narrow.headers["www-authenticate"]?.contains("scope=\"openid\"") == true)
        expectRefusal(try ask(try server.ehrToken()), 403, "insufficient_scope")
    }

    @Test func `UI-01: the token is taken from the header only`() throws {
        defer { server.stop() }
        let token = try token("openid")
        #expect(try server.send(.get, "/userinfo?access_token=" + token).status == 401)
        #expect(try server.post("/userinfo", [("access_token", token)]).status == 401)
    }

    @Test func `JW-01: an id_token is no access token`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: "openid")
        expectRefusal(try ask(try #require(tokens["id_token"]?.stringValue)), 401, "invalid_token")
    }

    @Test func `a token that is over tells nothing any more`() async throws {
        defer { server.stop() }
        let expired = try token("openid")
        server.clock.advance(3600)
        expectRefusal(try ask(expired), 401, "invalid_token")
        let revoked = try token("openid")
        _ = try server.post("/revoke", [("token", revoked), ("client_id", "public-app")])
        expectRefusal(try ask(revoked), 401, "invalid_token")
        let disabled = try token("openid")
        try await server.administer(.post, "/admin/v1/users/patient/disable")
        expectRefusal(try ask(disabled), 401, "invalid_token")
    }
}
