import Encoding
import TestSupport
import Testing

@Suite struct `SMART App Launch 2.2: standalone launch` {
    @Test func `a patient signs in, consents, and the app gets a token for their own record`() async throws {
        let server = try TestServer()
        defer { server.stop() }
        try await server.addSamples()
        let tokens = try App.publicApp.tokens(
            server, as: "patient", scope: "openid fhirUser launch/patient patient/Patient.rs offline_access")
        #expect(tokens["patient"] == "1")
        #expect(tokens["token_type"] == "Bearer")
        #expect(tokens["refresh_token"]?.stringValue != nil)
        let introspection = try server.introspect(tokens["access_token"]?.stringValue ?? "")
        #expect(introspection["active"] == true)
        #expect(introspection["patient"] == "1")
        #expect(introspection["fhirUser"] == .string(TestServer.fhirBase + "/Patient/1"))
    }
}
