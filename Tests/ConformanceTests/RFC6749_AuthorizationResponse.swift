import Encoding
import Foundation
import HTTP
import TestSupport
import Testing

@Suite struct `RFC 6749 §4.1.2: authorization response` {
    let server: TestServer
    let scope = "openid launch/patient patient/Patient.rs"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    @Test func `AUTHZ-30, AUT-PAT-14: code, state and iss in the query, each once, and nothing in a fragment`() throws {
        defer { server.stop() }
        let place = try App.publicApp.launch(Browser(server), as: "patient", scope: scope)
        #expect(place.status == 303)
        #expect(place.location?.hasPrefix("https://app.example/cb?") == true)
        #expect(place.location?.contains("#") == false)
        #expect(place.parameterNames == ["code", "state", "iss"])
        #expect(place.parameters["state"] == "state-1")
        #expect(place.response.headers["cache-control"] == "no-store")
    }

    @Test func `AZ-05: the address keeps its own query`() throws {
        defer { server.stop() }
        let place = try App.secretApp.launch(Browser(server), as: "patient", scope: scope)
        #expect(place.location?.hasPrefix("https://secret.example/cb?own=1&code=") == true)
        #expect(place.parameterNames == ["own", "code", "state", "iss"])
        let refused = try Browser(server).get(App.secretApp.authorizePath(scope: scope, [("response_type", "token")]))
        #expect(refused.parameterNames == ["own", "error", "error_description", "state", "iss"])
    }

    @Test(arguments: [
        "a b", " leading and trailing ", "%2B+%2b", "+", "100%", "%00", "é e\u{301} 日本語 🏥", "\r\nSet-Cookie: x=y",
        "<script>alert(1)</script>", "\"'`", "&iss=https://evil.example&code=1", "a=b;c=d#f?g/h\\i", "\u{7F}\u{1}",
        String(repeating: "x", count: 4096), String(repeating: "€", count: 1365), String(repeating: "%2B+", count: 512),
    ])
    func `AZ-13, AUTHZ-14: state comes back octet for octet, from each outcome`(state: String) throws {
        defer { server.stop() }
        let changes: [(String, String?)] = [("state", state)]
        let granted = try App.publicApp.launch(Browser(server), as: "patient", scope: scope, changes)
        let refused = try Browser(server).get(
            App.publicApp.authorizePath(scope: scope, changes + [("response_type", "token")]))
        let browser = Browser(server)
        let page = try browser.get(App.publicApp.authorizePath(scope: scope, changes))
        let denied = try browser.submit(page, [("decision", "deny")])
        for place in [granted, refused, denied] {
            #expect(place.status == 303)
            #expect(place.parameters["state"].map { Array($0.utf8) } == Array(state.utf8))
            #expect(place.parameterNames.filter { $0 == "state" || $0 == "iss" } == ["state", "iss"])
            #expect(place.location?.utf8.allSatisfy { (0x21...0x7E).contains($0) } == true)
        }
        #expect(granted.parameters["code"] != nil)
    }

    @Test func `AZ-11: iss is in every response and is the issuer of the metadata`() throws {
        defer { server.stop() }
        let issuer = try server.send(.get, "/.well-known/openid-configuration").json["issuer"]?.stringValue
        let browser = Browser(server)
        let consent = try App.publicApp.walk(browser, as: "patient", scope: scope)
        let places = [
            try App.publicApp.launch(Browser(server), as: "patient", scope: scope),
            try Browser(server).get(App.publicApp.authorizePath(scope: scope, [("prompt", "none")])),
            try Browser(server).get(App.publicApp.authorizePath(scope: scope, [("scope", "nonsense")])),
            try browser.submit(consent, [("decision", "deny")]),
        ]
        #expect(places.map { $0.parameters["error"] } == [nil, "login_required", "invalid_scope", "access_denied"])
        for place in places { #expect(place.parameters["iss"] == issuer) }
    }

    @Test(arguments: ["/sign-in", "/select-patient", "/select-encounter", "/consent"])
    func `AUTHZ-31: a person can say no on each page, once`(page: String) throws {
        defer { server.stop() }
        let browser = Browser(server)
        let scope = "openid launch/patient launch/encounter patient/Patient.rs"
        var place = try browser.get(App.publicApp.authorizePath(scope: scope))
        let answers = [
            ("/sign-in", [("username", "physician"), ("password", TestServer.password)]),
            ("/select-patient", [("patient", "2")]), ("/select-encounter", [("encounter", "e2")]),
        ]
        for (path, fields) in answers where place.address.hasPrefix(path) && path != page {
            place = try browser.submit(place, fields)
        }
        #expect(place.address.hasPrefix(page))
        let cookies = browser.cookies
        expectRefusalAtApp(try browser.submit(place, [("decision", "deny")]), "access_denied")
        browser.cookies = cookies
        expectRefusalOnPage(try browser.submit(place, [("decision", "deny")]))
        expectRefusalOnPage(try browser.submit(place, [("decision", "allow"), ("scope", "patient/Patient.rs")]))
        expectRefusalOnPage(try browser.get(place.address))
    }

    @Test func `a decision is taken once`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try App.publicApp.walk(browser, as: "patient", scope: scope)
        let cookies = browser.cookies
        #expect(try App.publicApp.allow(browser, page).parameters["code"] != nil)
        browser.cookies = cookies
        expectRefusalOnPage(try App.publicApp.allow(browser, page))
    }

    @Test func `AUTHZ-33: a code lives for a minute`() throws {
        defer { server.stop() }
        let fresh = try App.publicApp.code(server)
        server.clock.advance(59)
        #expect(try App.publicApp.redeem(fresh, server).status == 200)
        let stale = try App.publicApp.code(server)
        server.clock.advance(60)
        expectRefusal(try App.publicApp.redeem(stale, server), 400, "invalid_grant")
    }

    @Test func `AUTHZ-35: a code is unguessable, and the database does not hold it`() throws {
        defer { server.stop() }
        let codes = try (0..<4).map { _ in try App.publicApp.code(server) }
        #expect(Set(codes).count == codes.count)
        for code in codes {
            let octets = try #require(Base64URL.decode(code))
            #expect(octets.count >= 32)
            for file in ["lanyard.sqlite", "lanyard.sqlite-wal"] {
                guard let data = FileManager.default.contents(atPath: server.directory + "/" + file) else { continue }
                #expect(data.range(of: Data(octets.suffix(32))) == nil)
                #expect(data.range(of: Data(code.utf8)) == nil)
            }
        }
    }

    @Test func `AUTHZ-36: less may be granted than was asked for, and the answer says so`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let asked = "openid launch/patient patient/Patient.rs patient/Observation.rs offline_access"
        let page = try App.publicApp.walk(browser, as: "patient", scope: asked)
        let place = try browser.submit(page, [("scope", "patient/Observation.rs"), ("decision", "allow")])
        let tokens = try App.publicApp.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens.grantedScopes == ["launch/patient", "patient/Observation.rs"])
        #expect(tokens["id_token"] == nil && tokens["refresh_token"] == nil)
    }

    @Test func `AUTHZ-37, AUTHZ-38: every page forbids framing, storing and referrers`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let app = App.publicApp
        let signIn = try browser.get(app.authorizePath(scope: scope))
        let picker = try browser.submit(signIn, [("username", "physician"), ("password", TestServer.password)])
        let consent = try browser.submit(picker, [("patient", "1")])
        let problem = try browser.get("/authorize")
        for place in [signIn, picker, consent, problem] {
            let headers = place.response.headers
            #expect(headers["x-frame-options"] == "DENY")
            #expect(headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
            #expect(headers["referrer-policy"] == "no-referrer")
            #expect(headers["cache-control"] == "no-store")
            #expect(headers["x-content-type-options"] == "nosniff")
        }
        #expect(
            consent.response.headers["content-security-policy"]?.contains("form-action 'self' https://app.example;")
                == true)
    }
}
