import Encoding
import HTTP
import JOSE
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `OpenID Connect RP-Initiated Logout 1.0` {
    let server: TestServer
    private let app = App(clientID: "leaver", secret: nil, redirectURI: "https://leaver.example/cb")
    private static let bye = "https://leaver.example/bye?own=1"

    init() async throws {
        server = try await TestServer.withSamples { $0.lifetimes.accessToken = 600 }
        try await server.register(
            "leaver",
            [
                "token_endpoint_auth_method": "none", "post_logout_redirect_uris": [.string(Self.bye)],
                "scope": "openid fhirUser offline_access online_access launch/patient patient/*.rs",
            ])
    }

    private struct Visit {
        let browser: Browser
        let tokens: JSON
        var idToken: String { tokens["id_token"]?.stringValue ?? "" }
    }

    private func signedIn(as user: String = "patient", scope: String = "openid online_access") throws -> Visit {
        let browser = Browser(server)
        let place = try app.launch(browser, as: user, scope: scope, patient: "1")
        let code = try #require(place.parameters["code"])
        return Visit(browser: browser, tokens: try app.redeem(code, server).json)
    }

    private func path(_ parameters: [(String, String)]) -> String {
        "/logout?" + FormParameters(parameters).serialized()
    }

    private func isSignedIn(_ browser: Browser) throws -> Bool {
        let silent = App.publicApp.authorizePath(scope: "openid", [("prompt", "none")])
        return try browser.get(silent).parameters["error"] == "consent_required"
    }

    @Test func `SE-05: with its own id_token the app ends the session at once, and has the browser back`() throws {
        defer { server.stop() }
        let visit = try signedIn()
        let cookies = visit.browser.cookies
        let place = try visit.browser.get(
            path([("id_token_hint", visit.idToken), ("post_logout_redirect_uri", Self.bye), ("state", "a b&c")]))
        #expect(place.status == 303 && place.location == Self.bye + "&state=a%20b%26c")
        #expect(place.response.headers["cache-control"] == "no-store")
        #expect(visit.browser.cookies["lanyard-session"] == nil, "the cookie is cleared")
        visit.browser.cookies = cookies
        #expect(try !isSignedIn(visit.browser), "and is no good any more")
        let refresh = try #require(visit.tokens["refresh_token"]?.stringValue)
        expectRefusal(try app.refresh(refresh, server), 400, "invalid_grant")
        #expect(try !server.isActive(visit.tokens), "online access is over")
        let record = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(before: nil, limit: 10).map(\.record).first { $0.action == "sign-out" }
        }
        #expect(record?.client == "leaver" && record?.actor?.hasPrefix("u_") == true)
    }

    @Test func `RT-09: offline access lives on`() throws {
        defer { server.stop() }
        let visit = try signedIn(scope: "openid offline_access")
        _ = try visit.browser.get(path([("id_token_hint", visit.idToken)]))
        #expect(try !isSignedIn(visit.browser))
        #expect(try app.refresh(try #require(visit.tokens["refresh_token"]?.stringValue), server).status == 200)
    }

    @Test(arguments: [("patient", true), ("physician", false)])
    func `a hint that names no session proves whose it is: only that person is signed out at once`(
        user: String, isOver: Bool
    ) throws {
        defer { server.stop() }
        let visit = try signedIn()
        let claims = try server.verifiedClaims(try signedIn(as: user).idToken, .rs256)
        var bare = try #require(claims.objectValue)
        bare["sid"] = nil
        let hint = try server.authorization.keys.idTokenSigner.sign(JSON.object(bare).serialized(), type: "JWT")
        let place = try visit.browser.get(path([("id_token_hint", hint), ("post_logout_redirect_uri", Self.bye)]))
        #expect((place.location == Self.bye) == isOver)
        #expect(try isSignedIn(visit.browser) != isOver)
    }

    @Test func `the hint may have expired`() throws {
        defer { server.stop() }
        let visit = try signedIn()
        server.clock.advance(1700)
        let claims = try server.verifiedClaims(visit.idToken, .rs256)
        #expect(claims["sid"]?.stringValue?.isEmpty == false)
        #expect(try #require(claims["exp"]?.integerValue) < server.clock.now)
        #expect(try visit.browser.get(path([("id_token_hint", visit.idToken)])).html.contains("You are signed out"))
        #expect(try !isSignedIn(visit.browser))
    }

    @Test func `a cross-site POST, which comes without the cookie, does the same`() throws {
        defer { server.stop() }
        let visit = try signedIn()
        let form = [("id_token_hint", visit.idToken), ("post_logout_redirect_uri", Self.bye)]
        let bare = try server.post("/logout", form, headers: [("Origin", "https://leaver.example")])
        #expect(bare.status == 303)
        let next = try #require(bare.headers["location"])
        #expect(next.hasPrefix(TestServer.issuer + "/logout?"))
        #expect(try isSignedIn(visit.browser), "nothing has happened yet")
        let place = try visit.browser.get(String(next.dropFirst(TestServer.issuer.count)))
        #expect(place.location == Self.bye)
        #expect(try !isSignedIn(visit.browser))
        let other = try signedIn()
        #expect(try other.browser.post("/logout", [("id_token_hint", other.idToken)]).status == 200)
        #expect(try !isSignedIn(other.browser))
    }

    @Test func `SE-14: nobody is signed in: the browser goes where the app registered, or stays here`() throws {
        defer { server.stop() }
        let visit = try signedIn()
        let there = [("client_id", "leaver"), ("post_logout_redirect_uri", Self.bye)]
        #expect(try Browser(server).get(path(there)).location == Self.bye)
        #expect(try Browser(server).get(path([("id_token_hint", visit.idToken)])).html.contains("You are signed out"))
        let nowhere = try Browser(server).get(path([("post_logout_redirect_uri", Self.bye)]))
        #expect(nowhere.location == nil && nowhere.status == 200, "no client, no address")
    }

    @Test(arguments: [
        "https://leaver.example/bye", "https://leaver.example/bye?own=1&x=2", "https://evil.example/",
        "https://leaver.example/cb", "https://LEAVER.example/bye?own=1", "https://leaver.example/bye?own=1#x",
        "https://leaver.example/bye/../bye?own=1", "javascript:alert(1)",
    ])
    func `SE-14: an address that is not registered, to the octet, is told to the person`(address: String) throws {
        defer { server.stop() }
        let visit = try signedIn()
        let place = try visit.browser.get(
            path([("id_token_hint", visit.idToken), ("post_logout_redirect_uri", address)]))
        expectRefusalOnPage(place)
        #expect(place.html.contains("post_logout_redirect_uri"))
        #expect(try isSignedIn(visit.browser))
    }

    @Test func `the client of the hint and client_id must be the same; an unknown one is told`() throws {
        defer { server.stop() }
        let visit = try signedIn()
        for id in ["public-app", "unknown"] {
            let place = try visit.browser.get(path([("id_token_hint", visit.idToken), ("client_id", id)]))
            expectRefusalOnPage(place)
            #expect(place.html.contains("client_id"))
        }
        expectRefusalOnPage(try visit.browser.get(path([("client_id", "unknown")])))
        expectRefusalOnPage(try visit.browser.get(path([("state", "1"), ("state", "2")])))
        #expect(try isSignedIn(visit.browser))
    }

    @Test func `without a hint the person is asked, and may stay or go`() throws {
        defer { server.stop() }
        let visit = try signedIn()
        let asked = [("client_id", "leaver"), ("post_logout_redirect_uri", Self.bye), ("state", "s")]
        let place = try visit.browser.get(path(asked))
        #expect(place.status == 200 && place.html.contains("Sign out?") && place.html.contains("Pat Doe"))
        #expect(
            place.response.headers["content-security-policy"]?.contains("form-action 'self' https://leaver.example")
                == true)
        #expect(try isSignedIn(visit.browser), "GET changes nothing (SE-08)")
        let stayed = try visit.browser.submit(place, [("decision", "deny")])
        #expect(stayed.status == 200 && stayed.html.contains("still signed in"))
        #expect(try isSignedIn(visit.browser))
        let gone = try visit.browser.submit(try visit.browser.get(path(asked)), [("decision", "allow")])
        #expect(gone.location == Self.bye + "&state=s")
        #expect(try !isSignedIn(visit.browser))
        #expect(try visit.browser.submit(place, [("decision", "allow")]).status == 200, "twice does no harm")
    }

    @Test func `ui_locales chooses the language`() throws {
        defer { server.stop() }
        let visit = try signedIn()
        let place = try visit.browser.get(path([("ui_locales", "xx es-MX en")]))
        #expect(place.html.contains("¿Cerrar la sesión?"))
    }

    @Test func `lessons L1: after signing in again at the same browser, the apps stay signed in and their hints hold`()
        throws
    {
        defer { server.stop() }
        let visit = try signedIn()
        let again = try app.walk(
            visit.browser, as: "patient", scope: "openid", [("prompt", "login")])
        #expect(again.address.hasPrefix("/consent"))
        #expect(try app.refresh(try #require(visit.tokens["refresh_token"]?.stringValue), server).status == 200)
        let place = try visit.browser.get(path([("id_token_hint", visit.idToken)]))
        #expect(place.html.contains("You are signed out"))
    }

    @Test func `SE-05: a code that was not redeemed before the person signed out is no good`() throws {
        defer { server.stop() }
        let visit = try signedIn()
        let place = try app.launch(visit.browser, as: "patient", scope: "openid offline_access")
        let code = try #require(place.parameters["code"])
        _ = try visit.browser.get(path([("id_token_hint", visit.idToken)]))
        expectRefusal(try app.redeem(code, server), 400, "invalid_grant")
    }
}
