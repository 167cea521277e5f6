import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `SE-07, SE-08 no form of another site signs anybody in or decides anything` {
    private static let foreign: [[(String, String)]] = [
        [("Origin", "https://evil.example")], [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "same-origin")],
        [("Origin", "null")], [("Origin", "null"), ("Sec-Fetch-Site", "cross-site")],
        [("Origin", "null"), ("Sec-Fetch-Site", "same-site")], [("Origin", "null"), ("Sec-Fetch-Site", "none")],
        [("Origin", "http://127.0.0.1:9401")], [("Origin", "https://127.0.0.1:9400")],
        [("Origin", "http://localhost:9400")],
        [("Origin", "http://127.0.0.1:9400.evil.example")], [("Origin", "http://127.0.0.1:9400/")],
        [("Origin", "HTTP://127.0.0.1:9400")], [("Origin", "http://127.0.0.1")], [("Origin", "")],
        [("Origin", "http://127.0.0.1:9400, https://evil.example")], [("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "same-site")], [("Origin", TestServer.issuer), ("Sec-Fetch-Site", "cross-site")],
        [("Origin", TestServer.issuer), ("Sec-Fetch-Site", "same-site")], [("Origin", "file://")],
        [("Origin", "https://evil.example"), ("Referer", TestServer.issuer + "/sign-in")],
    ]

    private func expectUnsigned(_ response: ClientResponse, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(response.headers.values("set-cookie").isEmpty, sourceLocation: sourceLocation)
        #expect(response.headers["location"]?.contains("code=") != true, sourceLocation: sourceLocation)
        #expect(response.headers["cache-control"] == "no-store", sourceLocation: sourceLocation)
    }

    @Test func `a foreign origin is refused, with the right token too`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        let credentials = [("username", "patient"), ("password", TestServer.password)]
        for headers in Self.foreign {
            let response = try server.submit(
                "/sign-in", browser.hidden(place.html) + credentials, cookies: browser.cookies, headers: headers)
            #expect(response.status == 403, "\(headers)")
            expectPage(response)
        }
        let consent = try browser.submit(place, credentials)
        let boxes = browser.values("scope", on: consent, onlyChecked: true).map { ("scope", $0) }
        for headers in Self.foreign {
            for decision in ["allow", "deny"] {
                let form = browser.hidden(consent.html) + boxes + [("decision", decision)]
                let response = try server.submit("/consent", form, cookies: browser.cookies, headers: headers)
                #expect(response.status == 403, "\(headers)")
                expectPage(response)
            }
        }
        #expect(try server.liveGrants() == 0)
        // The interaction was not used up by any of it.
        #expect(try App.publicApp.allow(browser, consent).parameters["code"] != nil)
    }

    @Test func `our own pages' forms are taken as browsers send them`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for headers in [
            [("Origin", TestServer.issuer), ("Sec-Fetch-Site", "same-origin")], [("Origin", TestServer.issuer)],
            [("Origin", "null"), ("Sec-Fetch-Site", "same-origin")], [],
        ] {
            let browser = Browser(server)
            let place = try browser.get(App.publicApp.authorizePath(scope: App.scope))
            let response = try server.submit(
                "/sign-in", browser.hidden(place.html) + [("username", "patient"), ("password", TestServer.password)],
                cookies: browser.cookies, headers: headers)
            #expect(response.status == 303)
            #expect(response.headers.values("set-cookie").contains { $0.hasPrefix("lanyard-session=") })
        }
    }

    @Test func `without the page's token nobody is signed in`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server), attacker = Browser(server)
        let place = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        let foreign = try attacker.get(App.publicApp.authorizePath(scope: App.scope))
        let interaction = browser.hidden(place.html).filter { $0.0 == "interaction" }
        let credentials = [("username", "patient"), ("password", TestServer.password)]
        let tokens = [nil, "", "x", attacker.hidden(foreign.html).first { $0.0 == "csrf" }?.1] as [String?]
        for token in tokens {
            let csrf = token.map { [("csrf", $0)] } ?? []
            let response = try server.submit(
                "/sign-in", interaction + csrf + credentials, cookies: browser.cookies, headers: TestServer.sameOrigin)
            expectUnsigned(response)
            #expect(response.status == 303 && response.headers["location"]?.contains("/sign-in?") == true)
        }
        // The attacker's whole form, sent by the victim's browser.
        let response = try server.submit(
            "/sign-in", attacker.hidden(foreign.html) + credentials, cookies: browser.cookies,
            headers: TestServer.sameOrigin)
        expectPage(response)
    }

    @Test func `only a form counts: no JSON, no text, no query, no GET`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        let form = browser.hidden(place.html) + [("username", "patient"), ("password", TestServer.password)]
        let body = FormParameters(form).serialized()
        let cookie = ("Cookie", browser.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
        for type in ["text/plain", "application/json", "multipart/form-data; boundary=x", ""] {
            let response = try server.send(
                .post, "/sign-in", headers: [cookie, ("Content-Type", type)] + TestServer.sameOrigin, body: body)
            expectPage(response)
        }
        expectUnsigned(try server.page("/sign-in?" + body, cookies: browser.cookies))
        expectUnsigned(
            try server.submit("/sign-in?" + body, [], cookies: browser.cookies, headers: TestServer.sameOrigin))
    }

    @Test func `reading pages changes nothing that is kept`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try App.publicApp.consentPage(browser, as: "patient")
        let interaction = browser.hidden(place.html).first { $0.0 == "interaction" }?.1 ?? ""
        for path in ["/sign-in", "/select-patient", "/select-encounter", "/consent"] {
            for extra in [
                "", "&decision=allow", "&decision=deny", "&patient=2", "&username=x&password=y", "&scope=openid",
            ] {
                expectUnsigned(try server.page("\(path)?interaction=\(interaction)\(extra)", cookies: browser.cookies))
            }
        }
        #expect(try App.publicApp.allow(browser, place).parameters["code"] != nil)
    }
}
