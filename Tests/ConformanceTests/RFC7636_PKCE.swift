import Crypto
import Encoding
import HTTP
import TestSupport
import Testing

@Suite struct `RFC 7636: proof key for code exchange` {
    let server: TestServer

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func challenge(_ verifier: String) -> String {
        Base64URL.encode(Digest.sha256(Array(verifier.utf8)))
    }

    @Test(arguments: [App.publicApp.clientID, App.secretApp.clientID])
    func `RFC 7636 appendix B: the right verifier redeems, for public and confidential clients`(clientID: String) throws
    {
        defer { server.stop() }
        let app = clientID == App.publicApp.clientID ? App.publicApp : App.secretApp
        let response = try app.redeem(try app.code(server), server)
        #expect(response.status == 200)
    }

    @Test(arguments: [
        String(App.verifier.dropLast()), App.verifier + "A", App.challenge, App.challenge + "=",
        String(repeating: "a", count: 43), String(repeating: "a", count: 128), App.verifier.lowercased(),
        App.verifier + " ", App.verifier + "\n", " " + App.verifier, App.verifier + "=", "é" + App.verifier,
        String(repeating: "a", count: 42), String(repeating: "a", count: 129), "x",
    ])
    func `TOK-4, TOK-6, AZ-10, AZ-27, AUT-PAT-31: another verifier is invalid_grant and burns the code`(
        verifier: String
    ) throws {
        defer { server.stop() }
        for app in [App.publicApp, App.secretApp] {
            let code = try app.code(server)
            expectRefusal(try app.redeem(code, server, [("code_verifier", verifier)]), 400, "invalid_grant")
            expectRefusal(try app.redeem(code, server), 400, "invalid_grant", "with the right one")
        }
    }

    @Test(arguments: [nil, ""])
    func `TOK-4, AZ-09, AZ-27: without a verifier there is no token, and the code is burnt`(verifier: String?) throws {
        defer { server.stop() }
        for app in [App.publicApp, App.secretApp] {
            let code = try app.code(server)
            expectRefusal(try app.redeem(code, server, [("code_verifier", verifier)]), 400, "invalid_grant")
            expectRefusal(try app.redeem(code, server), 400, "invalid_grant", "with the right one")
        }
    }

    @Test func `AZ-08: the challenge itself is no verifier (plain)`() throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server, [("code_challenge", App.verifier)])
        expectRefusal(try App.publicApp.redeem(code, server), 400, "invalid_grant")
    }

    @Test(arguments: [
        String(repeating: "a", count: 43), String(repeating: "Z", count: 128),
        "-._~" + String(repeating: "9", count: 60),
    ])
    func `RFC 7636 §4.1: 43 to 128 unreserved characters`(verifier: String) throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server, [("code_challenge", challenge(verifier))])
        #expect(try App.publicApp.redeem(code, server, [("code_verifier", verifier)]).status == 200)
    }

    @Test(arguments: [
        "a", String(repeating: "a", count: 42), String(repeating: "a", count: 129),
        String(repeating: "a", count: 42) + "+", String(repeating: "a", count: 42) + "/",
        String(repeating: "a", count: 42) + " ", String(repeating: "é", count: 43),
    ])
    func `AZ-10: nothing else, even if its digest is the challenge`(verifier: String) throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server, [("code_challenge", challenge(verifier))])
        expectRefusal(
            try App.publicApp.redeem(code, server, [("code_verifier", verifier)]), 400, "invalid_grant")
    }

    @Test func `a verifier redeems only the code of its own request`() throws {
        defer { server.stop() }
        let other = String(repeating: "b", count: 64)
        let code = try App.publicApp.code(server, [("code_challenge", challenge(other))])
        expectRefusal(try App.publicApp.redeem(code, server), 400, "invalid_grant")
    }
}
