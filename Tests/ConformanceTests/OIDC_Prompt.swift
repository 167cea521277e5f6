import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@Suite struct `OpenID Connect Core §3.1.2.1: prompt and max_age` {
    let server: TestServer
    let scope = "openid launch/patient patient/Patient.rs"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    /// A browser in which the patient is signed in.
    private func signedIn() throws -> Browser {
        let browser = Browser(server)
        #expect(try App.publicApp.launch(browser, as: "patient", scope: scope).parameters["code"] != nil)
        return browser
    }

    @Test func `AZ-22: a live session is used, and consent asked`() throws {
        defer { server.stop() }
        let browser = try signedIn()
        server.clock.advance(600)
        #expect(try browser.get(App.secretApp.authorizePath(scope: scope)).address.hasPrefix("/consent"))
    }

    @Test func `AZ-22: prompt none shows no page, whoever is there`() throws {
        defer { server.stop() }
        let path = App.publicApp.authorizePath(scope: scope, [("prompt", "none")])
        expectRefusalAtApp(try Browser(server).get(path), "login_required")
        let browser = try signedIn()
        expectRefusalAtApp(try browser.get(path), "consent_required")
        server.clock.advance(1800)
        expectRefusalAtApp(try browser.get(path), "login_required", "the session is over")
    }

    @Test func `AZ-22: prompt none says login_required too where the sign-in is too old`() throws {
        defer { server.stop() }
        let browser = try signedIn()
        server.clock.advance(100)
        let path = App.publicApp.authorizePath(scope: scope, [("prompt", "none"), ("max_age", "60")])
        expectRefusalAtApp(try browser.get(path), "login_required")
    }

    @Test func `AZ-22: prompt none says login_required once the user is disabled`() async throws {
        defer { server.stop() }
        let browser = try signedIn()
        try await server.administer(.post, "/admin/v1/users/patient/disable")
        expectRefusalAtApp(
            try browser.get(App.publicApp.authorizePath(scope: scope, [("prompt", "none")])), "login_required")
    }

    @Test func `AZ-22: prompt login asks for the password even with a session, and auth_time is the new one`() throws {
        defer { server.stop() }
        let browser = try signedIn()
        server.clock.advance(10)
        let changes: [(String, String?)] = [("prompt", "login")]
        let page = try browser.get(App.publicApp.authorizePath(scope: scope, changes))
        #expect(page.address.hasPrefix("/sign-in"))
        let interaction = page.address.split(separator: "?").last ?? ""
        #expect(try browser.get("/consent?" + interaction).address.hasPrefix("/sign-in"), "no way around it")
        server.clock.advance(5)
        let consent = try browser.submit(page, [("username", "patient"), ("password", TestServer.password)])
        let place = try App.publicApp.allow(browser, consent)
        let tokens = try App.publicApp.redeem(try #require(place.parameters["code"]), server).json
        let claims = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        #expect(claims["auth_time"]?.integerValue == server.clock.now)
    }

    @Test(arguments: [("prompt", "login"), ("prompt", "select_account"), ("max_age", "0")])
    func `AZ-22: a sign-in of the same second, for another request, is no new one`(name: String, value: String) throws {
        defer { server.stop() }
        let browser = try signedIn()
        let page = try browser.get(App.publicApp.authorizePath(scope: scope, [(name, value)]))
        #expect(page.address.hasPrefix("/sign-in"))
        let consent = try browser.submit(page, [("username", "patient"), ("password", TestServer.password)])
        #expect(consent.address.hasPrefix("/consent"))
    }

    @Test func `AZ-22: max_age counts from the sign-in`() throws {
        defer { server.stop() }
        let browser = try signedIn()
        let path = App.publicApp.authorizePath(scope: scope, [("max_age", "60")])
        server.clock.advance(60)
        #expect(try browser.get(path).address.hasPrefix("/consent"))
        server.clock.advance(1)
        #expect(try browser.get(path).address.hasPrefix("/sign-in"))
        #expect(
            try browser.get(App.publicApp.authorizePath(scope: scope, [("max_age", "0")])).address.hasPrefix("/sign-in")
        )
    }

    @Test func `AZ-22: a session does not outlive its ends`() throws {
        defer { server.stop() }
        let browser = try signedIn()
        let path = App.publicApp.authorizePath(scope: scope)
        server.clock.advance(1799)
        #expect(try browser.get(path).address.hasPrefix("/consent"))
        server.clock.advance(1)
        #expect(try browser.get(path).address.hasPrefix("/sign-in"))
    }

    @Test(arguments: [
        ("consent", "/consent"), ("select_account", "/sign-in"), ("login consent", "/sign-in"),
        ("consent select_account", "/sign-in"),
    ])
    func `AUTHZ-19: consent is asked each time; another account can be chosen only by signing in`(
        prompt: String, page: String
    ) throws {
        defer { server.stop() }
        let browser = try signedIn()
        server.clock.advance(1)
        let place = try browser.get(App.publicApp.authorizePath(scope: scope, [("prompt", prompt)]))
        #expect(place.status == 200 && place.address.hasPrefix(page))
    }
}
