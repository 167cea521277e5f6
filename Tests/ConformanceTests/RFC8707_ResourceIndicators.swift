import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@Suite struct `RFC 8707: resource` {
    let server: TestServer
    let scope = "openid launch/patient patient/Patient.rs"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    @Test(
        arguments: [
            [("aud", nil), ("resource", TestServer.fhirBase)], [("aud", nil), ("resource", TestServer.fhirBase + "/")],
            [("resource", TestServer.fhirBase + "/")],
            [("aud", TestServer.fhirBase + "/"), ("resource", TestServer.fhirBase)],
        ] as [[(String, String?)]])
    func `AUTHZ-7: it says what aud says, with or without a slash`(changes: [(String, String?)]) throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope, changes)
        let claims = try server.verifiedClaims(tokens["access_token"]?.stringValue, .es256)
        #expect(claims["aud"] == .string(TestServer.fhirBase))
    }

    @Test(
        arguments: [
            ("invalid_request", [("resource", "https://other.example/fhir")]), ("invalid_request", [("resource", "x")]),
            ("invalid_request", [("aud", "https://other.example/fhir"), ("resource", TestServer.fhirBase)]),
            ("invalid_target", [("aud", nil), ("resource", "https://other.example/fhir")]),
            ("invalid_target", [("aud", nil), ("resource", "x")]),
        ] as [(String, [(String, String?)])])
    func `AUTHZ-7, RFC 8707 §2: both must agree, and an unknown one is an error`(
        error: String, changes: [(String, String?)]
    ) throws {
        defer { server.stop() }
        expectRefusalAtApp(try Browser(server).get(App.publicApp.authorizePath(scope: scope, changes)), error)
    }

    /// AUTHZ-7, SCP-14: scopes of the administration are left out of a token for records, and the answer says so.
    @Test func `of auth/ and patient/ scopes for a FHIR server, only those for records are granted, visibly`()
        async throws
    {
        defer { server.stop() }
        try await server.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "both", "token_endpoint_auth_method": "none", "redirect_uris": ["https://both.example/cb"],
                "scope": "openid launch/patient patient/Patient.rs auth/Client.rs",
            ])
        let app = App(clientID: "both", secret: nil, redirectURI: "https://both.example/cb")
        let tokens = try app.tokens(server, as: "patient", scope: "launch/patient patient/Patient.rs auth/Client.rs")
        #expect(tokens["scope"] == "launch/patient patient/Patient.rs")
        expectRefusalAtApp(
            try Browser(server).get(app.authorizePath(scope: "auth/Client.rs")), "invalid_scope",
            at: app.redirectURI)
    }

    @Test func `RFC 8707 §2.2: a token request that names another resource gets no token`() async throws {
        defer { server.stop() }
        let scope = scope + " offline_access"
        for resource in ["https://other.example/fhir", TestServer.issuer + "/admin/v1", "x"] {
            let code = try App.publicApp.code(server, scope: scope)
            expectRefusal(try App.publicApp.redeem(code, server, [("resource", resource)]), 400, "invalid_target")
            // AZ-23: the code is burnt by what an authenticated client tried.
            expectRefusal(
                try App.publicApp.redeem(code, server, [("resource", TestServer.fhirBase)]), 400, "invalid_grant")
        }
        let code = try App.publicApp.code(server, scope: scope)
        let tokens = try App.publicApp.redeem(code, server, [("resource", TestServer.fhirBase + "/")])
        #expect(tokens.status == 200, "\(tokens.text)")
        let refresh = try #require(tokens.json["refresh_token"]?.stringValue)
        func refreshed(_ token: String, _ resource: String) throws -> ClientResponse {
            try App.publicApp.token(
                [("grant_type", "refresh_token"), ("refresh_token", token), ("resource", resource)], server)
        }
        expectRefusal(try refreshed(refresh, TestServer.issuer + "/admin/v1"), 400, "invalid_target")
        #expect(try refreshed(refresh, TestServer.fhirBase).status == 200, "a refusal uses no refresh token up")
    }
}
