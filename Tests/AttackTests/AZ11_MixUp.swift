import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AZ-11 mix-up: every answer names its issuer (RFC 9207)` {
    private static let refusals: [(error: String, changes: [(String, String?)])] = [
        ("invalid_request", [("state", nil)]), ("invalid_request", [("code_challenge", nil)]),
        ("invalid_request", [("code_challenge_method", "plain")]), ("invalid_request", [("aud", nil)]),
        ("invalid_request", [("aud", "https://evil.example/fhir")]),
        ("unsupported_response_type", [("response_type", "token")]),
        ("request_not_supported", [("request", "x")]),
        ("request_uri_not_supported", [("request_uri", "https://evil.example")]),
        ("invalid_scope", [("scope", nil)]), ("invalid_scope", [("scope", "system/*.cruds auth/Token.r")]),
        ("invalid_request", [("prompt", "none login")]), ("login_required", [("prompt", "none")]),
        ("invalid_request", [("max_age", "-1")]), ("invalid_request", [("scope", "launch openid"), ("launch", "x")]),
        ("invalid_request", [("response_mode", "fragment")]),
    ]

    private func expectIssuer(_ location: String?, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let query = location?.split(separator: "?", maxSplits: 1).last ?? ""
        let parameters = try FormParameters(parsing: Array(query.utf8))
        #expect(parameters.values("iss") == [TestServer.issuer], sourceLocation: sourceLocation)
        #expect(location?.contains("iss=http%3A%2F%2F127.0.0.1%3A9400") == true, sourceLocation: sourceLocation)
    }

    @Test func `refusals, denials and codes alike, octet for octet as published`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let published = try server.page("/.well-known/openid-configuration").json
        #expect(published["issuer"]?.stringValue == TestServer.issuer)
        #expect(published["authorization_response_iss_parameter_supported"] == true)
        for (error, changes) in Self.refusals {
            let response = try server.page(App.publicApp.authorizePath(scope: App.scope, changes))
            #expect(response.status == 303, "\(changes)")
            #expect(
                response.headers["location"]?.hasPrefix("https://app.example/cb?error=\(error)&") == true, "\(changes)")
            #expect(response.headers["cache-control"] == "no-store")
            try expectIssuer(response.headers["location"])
        }
        let browser = Browser(server)
        let denied = try browser.submit(
            try App.publicApp.consentPage(browser, as: "patient"), [("decision", "deny")])
        #expect(denied.parameters["error"] == "access_denied")
        try expectIssuer(denied.location)
        let allowed = try App.publicApp.launch(browser, as: "patient", scope: App.scope)
        #expect(allowed.parameters["code"] != nil)
        try expectIssuer(allowed.location)
    }

    @Test func `the issuer is in the id_token and the access token too`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        #expect(
            try server.introspect(tokens["access_token"]?.stringValue ?? "")["iss"]?.stringValue == TestServer.issuer)
        let payload =
            (tokens["id_token"]?.stringValue ?? "").split(separator: ".").dropFirst().first.map(String.init) ?? ""
        let claims = try JSON(parsing: Base64URL.decode(payload) ?? [])
        #expect(claims["iss"]?.stringValue == TestServer.issuer)
        #expect(claims["aud"]?.stringValue == "public-app")
    }
}
