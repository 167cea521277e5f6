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
}
