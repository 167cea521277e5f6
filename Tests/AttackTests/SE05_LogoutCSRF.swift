import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `SE-05, SE-08 nobody is signed out by another site` {
    private func signedIn(_ server: TestServer, as user: String) throws -> (browser: Browser, idToken: String) {
        let browser = Browser(server)
        let place = try App.publicApp.launch(browser, as: user, scope: App.scope)
        let tokens = try App.publicApp.redeem(place.parameters["code"] ?? "", server).json
        guard let idToken = tokens["id_token"]?.stringValue else { throw TestFailure(tokens.text) }
        return (browser, idToken)
    }

    private func isSignedIn(_ browser: Browser) throws -> Bool {
        let silent = App.publicApp.authorizePath(scope: "openid", [("prompt", "none")])
        return try browser.get(silent).parameters["error"] == "consent_required"
    }

    private func logout(_ hint: String) -> String {
        "/logout?" + FormParameters([("id_token_hint", hint)]).serialized()
    }

    @Test func `another person's, another session's, a forged or a wrong kind of token only brings the question`()
        async throws
    {
        let server = try await TestServer.started()
        defer { server.stop() }
        let victim = try signedIn(server, as: "patient")
        let sameUser = try signedIn(server, as: "patient"), attacker = try signedIn(server, as: "physician")
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        let elsewhere = try App.secretApp.tokens(server, as: "patient", scope: App.scope)
        let parts = victim.idToken.split(separator: ".").map(String.init)
        let hints = [
            attacker.idToken, sameUser.idToken, elsewhere["id_token"]?.stringValue ?? "",
            tokens["access_token"]?.stringValue ?? "", "x", "e30.e30.e30",
            parts[0] + "." + parts[1] + ".AAAA", parts[0] + "." + parts[1] + ".",
        ]
        for hint in hints {
            let place = try victim.browser.get(logout(hint))
            #expect(place.status == 200 && place.html.contains("Sign out?"), "\(hint.prefix(40))")
            #expect(try isSignedIn(victim.browser))
        }
        _ = try victim.browser.get(logout(victim.idToken))
        #expect(try !isSignedIn(victim.browser), "the right one does it")
    }

    @Test func `the answer to the question comes from this browser's own page or not at all`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let victim = try signedIn(server, as: "patient"), attacker = try signedIn(server, as: "patient")
        let page = try victim.browser.get("/logout"), foreignPage = try attacker.browser.get("/logout")
        let own = victim.browser.hidden(page.html), foreign = attacker.browser.hidden(foreignPage.html)
        let other = [
            ("interaction", Base64URL.encode(Array(#"{"a":1}"#.utf8))), ("csrf", own.first { $0.0 == "csrf" }?.1 ?? ""),
        ]
        for fields in [foreign, [], [own[0]], [own[1]], other] {
            let answer = try victim.browser.post("/logout/confirm", fields + [("decision", "allow")])
            #expect(answer.status == 400)
            #expect(try isSignedIn(victim.browser))
        }
        victim.browser.origin = "https://evil.example"
        let answer = try victim.browser.post("/logout/confirm", own + [("decision", "allow")])
        #expect(answer.status == 403)
        victim.browser.origin = TestServer.issuer
        #expect(try isSignedIn(victim.browser))
        _ = try victim.browser.post("/logout/confirm", own + [("decision", "allow")])
        #expect(try !isSignedIn(victim.browser))
    }

    @Test func `where the browser goes afterwards cannot be changed on the way`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let victim = try signedIn(server, as: "patient")
        let page = try victim.browser.get("/logout")
        let own = victim.browser.hidden(page.html)
        let forged = Base64URL.encode(Array(#"{"return_to":"https://evil.example/"}"#.utf8))
        let fields = own.map { $0.0 == "interaction" ? ($0.0, forged) : $0 }
        let answer = try victim.browser.post("/logout/confirm", fields + [("decision", "allow")])
        #expect(answer.status == 400 && answer.location == nil)
        #expect(try isSignedIn(victim.browser))
    }
}
