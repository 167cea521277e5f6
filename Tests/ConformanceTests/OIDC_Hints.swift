import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@Suite struct `OpenID Connect Core §3.1.2.1: login_hint and id_token_hint` {
    let server: TestServer
    let scope = "openid launch/patient patient/Patient.rs"
    let app = App.publicApp

    init() async throws {
        server = try await TestServer.withSamples()
    }

    /// A browser in which somebody is signed in, and the id_token that the app got.
    private func signedIn(as user: String = "patient", _ app: App = .publicApp) throws -> (Browser, String) {
        let browser = Browser(server)
        let place = try app.launch(browser, as: user, scope: scope, patient: "2")
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        return (browser, try #require(tokens["id_token"]?.stringValue))
    }

    private func path(_ hint: String, _ changes: [(String, String?)] = []) -> String {
        app.authorizePath(scope: scope, [("id_token_hint", hint)] + changes)
    }

    @Test(arguments: ["patient", "dr. O'Neil <x@y.example>"])
    func `AUTHZ-20: login_hint is written into the form, and nobody is signed in by it`(hint: String) throws {
        defer { server.stop() }
        let page = try Browser(server).get(app.authorizePath(scope: scope, [("login_hint", hint)]))
        #expect(page.address.hasPrefix("/sign-in"))
        #expect(Browser(server).values("username", on: page).first?.replacing("&#96;", with: "`") == hint)
    }

    @Test(arguments: ["a\nb", String(repeating: "x", count: 256)])
    func `AUTHZ-20: a login_hint that is none is left out`(hint: String) throws {
        defer { server.stop() }
        let page = try Browser(server).get(app.authorizePath(scope: scope, [("login_hint", hint)]))
        #expect(page.status == 200 && Browser(server).values("username", on: page) == [""])
    }

    @Test func `AUTHZ-20: the user that id_token_hint names goes on, also long after it expired`() throws {
        defer { server.stop() }
        let (browser, hint) = try signedIn()
        #expect(try browser.get(path(hint)).address.hasPrefix("/consent"))
        expectRefusalAtApp(try browser.get(path(hint, [("prompt", "none")])), "consent_required")
        server.clock.advance(30 * 86_400)
        let later = try app.walk(browser, as: "patient", scope: scope, [("id_token_hint", hint)])
        #expect(later.address.hasPrefix("/consent"))
    }

    @Test func `AUTHZ-20: another user's session does not count`() throws {
        defer { server.stop() }
        let (_, hint) = try signedIn(as: "parent")
        let (browser, _) = try signedIn()
        expectRefusalAtApp(try browser.get(path(hint, [("prompt", "none")])), "login_required")
        let page = try browser.get(path(hint))
        #expect(page.address.hasPrefix("/sign-in"))
        let interaction = page.address.split(separator: "?").last ?? ""
        #expect(try browser.get("/consent?" + interaction).address.hasPrefix("/sign-in"), "no way around it")
        let right = try browser.submit(page, [("username", "parent"), ("password", TestServer.password)])
        #expect(right.address.hasPrefix("/select-patient"))
    }

    @Test func `AUTHZ-20: whoever signs in instead is told to the app as login_required, without a code`() throws {
        defer { server.stop() }
        let (_, hint) = try signedIn(as: "parent")
        let browser = Browser(server)
        let page = try browser.get(path(hint))
        let other = try browser.submit(page, [("username", "patient"), ("password", TestServer.password)])
        expectRefusalAtApp(other, "login_required")
        let interaction = page.address.split(separator: "?").last ?? ""
        expectRefusalAtApp(try browser.get("/consent?" + interaction), "login_required")
    }

    @Test func `JW-01: nothing but an id_token of ours, for this client, names a user`() async throws {
        defer { server.stop() }
        let (browser, hint) = try signedIn()
        let (_, foreign) = try signedIn(as: "patient", .secretApp)
        let place = try app.launch(browser, as: "patient", scope: scope)
        let access = try app.redeem(try #require(place.parameters["code"]), server).json["access_token"]?.stringValue
        let parts = hint.split(separator: ".").map(String.init)
        let unsigned = Base64URL.encode(Array(#"{"alg":"none","typ":"JWT"}"#.utf8)) + "." + parts[1] + "."
        let others = ["x", "", "a.b.c", foreign, try #require(access), unsigned, "\(parts[0]).\(parts[1]).AAAA"]
        for text in others where !text.isEmpty {
            expectRefusalAtApp(try browser.get(path(text, [("prompt", "none")])), "login_required")
            #expect(try browser.get(path(text)).address.hasPrefix("/sign-in"), "\(text)")
        }
        #expect(try browser.get(path("")).address.hasPrefix("/consent"), "an empty one is none")
    }

    @Test func `AUTHZ-20: after a hint that cannot be verified, whoever signs in goes on`() throws {
        defer { server.stop() }
        let (browser, _) = try signedIn()
        let page = try browser.get(path("x"))
        let consent = try browser.submit(page, [("username", "patient"), ("password", TestServer.password)])
        #expect(consent.address.hasPrefix("/consent"))
    }
}
