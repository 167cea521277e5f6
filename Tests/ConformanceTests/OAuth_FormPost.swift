import Crypto
import Encoding
import HTTP
import TestSupport
import Testing

/// The page that takes the answer back to the app, read as a browser without scripts would.
private struct AnswerPage {
    let response: ClientResponse
    let action: String
    let fields: [(String, String)]

    init(_ place: Browser.Place) throws {
        response = place.response
        let html = place.html
        action = try #require(html.value(after: "<form method=\"post\" action=\"", until: "\"")?.decoded, "\(html)")
        fields = html.split(separator: "<input ").dropFirst().compactMap { input in
            let input = String(input)
            guard let name = input.value(after: "name=\"", until: "\""),
                let value = input.value(after: "value=\"", until: "\"")
            else { return nil }
            return (name, value.decoded)
        }
    }

    subscript(_ name: String) -> String? { fields.first { $0.0 == name }?.1 }
}

extension String {
    fileprivate var decoded: String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#96;", "`"), ("&amp;", "&")].reduce(self) {
            $0.replacing($1.0, with: $1.1)
        }
    }
}

@Suite struct `OAuth 2.0 Form Post Response Mode` {
    let server: TestServer
    let scope = "openid launch/patient patient/Patient.rs"
    let mode: (String, String?) = ("response_mode", "form_post")

    init() async throws {
        server = try await TestServer.withSamples()
    }

    @Test func `§2: the answer is a form to the redirect_uri, with code, state and iss`() throws {
        defer { server.stop() }
        let place = try App.secretApp.launch(Browser(server), as: "patient", scope: scope, [mode])
        #expect(place.status == 200 && place.location == nil)
        let page = try AnswerPage(place)
        #expect(page.action == App.secretApp.redirectURI, "with the query that it has")
        #expect(page.fields.map(\.0) == ["code", "state", "iss"])
        #expect(page["state"] == "state-1" && page["iss"] == TestServer.issuer)
        let tokens = try App.secretApp.redeem(try #require(page["code"]), server)
        #expect(tokens.status == 200 && tokens.json["patient"] == "1")
        #expect(place.html.contains("<button type=\"submit\""), "without scripts one presses a button")
    }

    @Test func `AUTHZ-38: the page runs its one script, posts to the app and nowhere else, and is not kept`() throws {
        defer { server.stop() }
        let place = try App.secretApp.launch(Browser(server), as: "patient", scope: scope, [mode])
        let script = try #require(place.html.value(after: "<script>", until: "<"))
        let hash = Base64.encode(Digest.sha256(Array(script.utf8)))
        let policy = try #require(place.response.headers["content-security-policy"])
        #expect(policy.contains("default-src 'none'; script-src 'sha256-\(hash)'; "))
        #expect(policy.contains("form-action https://secret.example; "))
        #expect(!policy.contains("unsafe") && !policy.contains("form-action 'self'"))
        #expect(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"))
        #expect(place.response.headers["cache-control"] == "no-store")
        #expect(place.response.headers["referrer-policy"] == "no-referrer")
        #expect(place.response.headers["x-frame-options"] == "DENY")
        #expect(place.html.split(separator: "<script").count == 2, "one script")
    }

    @Test(
        arguments: [
            ("invalid_request", [("aud", "https://evil.example")]), ("invalid_request", [("code_challenge", nil)]),
            ("unsupported_response_type", [("response_type", "token")]), ("login_required", [("prompt", "none")]),
            ("invalid_scope", [("scope", "nonsense")]), ("request_not_supported", [("request", "x")]),
        ] as [(String, [(String, String?)])])
    func `AUTHZ-31: an error goes the same way`(error: String, changes: [(String, String?)]) throws {
        defer { server.stop() }
        let path = App.publicApp.authorizePath(scope: scope, [mode] + changes)
        let page = try AnswerPage(try Browser(server).get(path))
        #expect(page.response.status == 200 && page.action == App.publicApp.redirectURI)
        #expect(page["error"] == error && page["code"] == nil)
        #expect(page["error_description"]?.isEmpty == false)
        #expect(page["state"] == "state-1" && page["iss"] == TestServer.issuer)
        #expect(page.response.headers["cache-control"] == "no-store")
    }

    @Test func `AUTHZ-31: so does a no, and a missing state`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try App.publicApp.walk(browser, as: "patient", scope: scope, [mode])
        let denied = try AnswerPage(try browser.submit(page, [("decision", "deny")]))
        #expect(denied["error"] == "access_denied" && denied["state"] == "state-1" && denied["code"] == nil)
        let path = App.publicApp.authorizePath(scope: scope, [mode, ("state", nil)])
        let stateless = try AnswerPage(try Browser(server).get(path))
        #expect(stateless["error"] == "invalid_request" && stateless["state"] == nil)
    }

    @Test(arguments: [
        "\"><script>alert(1)</script>", "</form><form action=https://evil.example>", "'&`<>&quot;&amp;amp;",
        " %2B+ é 日本語 🏥 ", String(repeating: "€", count: 1365),
    ])
    func `AZ-13, SE-12: state comes back octet for octet, and is no markup`(state: String) throws {
        defer { server.stop() }
        let place = try App.publicApp.launch(Browser(server), as: "patient", scope: scope, [mode, ("state", state)])
        let page = try AnswerPage(place)
        #expect(page["state"].map { Array($0.utf8) } == Array(state.utf8))
        #expect(page.fields.map(\.0) == ["code", "state", "iss"])
        #expect(page.action == App.publicApp.redirectURI)
    }

    @Test(arguments: ["a\nb", "a\r\nb", "a\tb", "\u{1}", "\u{7F}", "\u{85}"])
    func `AZ-13: a state that a form would change is refused, and not sent back changed`(state: String) throws {
        defer { server.stop() }
        let path = App.publicApp.authorizePath(scope: scope, [mode, ("state", state)])
        let page = try AnswerPage(try Browser(server).get(path))
        #expect(page["error"] == "invalid_request" && page["state"] == nil)
        let query = try Browser(server).get(
            App.publicApp.authorizePath(scope: scope, [("state", state), ("scope", "nonsense")]))
        #expect(query.parameters["state"] == state, "the query carries it")
    }

    @Test func `RFC 8252 §7.1: no form can be posted to a scheme of the app's own`() async throws {
        defer { server.stop() }
        try await server.register(
            "native",
            [
                "application_type": "native", "token_endpoint_auth_method": "none",
                "redirect_uris": ["com.example.app:/cb", "http://127.0.0.1/cb"],
            ])
        let own = App(clientID: "native", secret: nil, redirectURI: "com.example.app:/cb")
        let refused = try Browser(server).get(own.authorizePath(scope: scope, [mode]))
        expectRefusalAtApp(refused, "invalid_request", at: "com.example.app:/cb")
        let loopback = App(clientID: "native", secret: nil, redirectURI: "http://127.0.0.1:51004/cb")
        let page = try AnswerPage(try loopback.launch(Browser(server), as: "patient", scope: scope, [mode]))
        #expect(page.action == "http://127.0.0.1:51004/cb" && page["code"] != nil)
        let policy = try #require(page.response.headers["content-security-policy"])
        #expect(policy.contains("form-action http://127.0.0.1:51004;"))
    }

    @Test func `AZ-07, AZ-04: a repeated mode is refused by redirect, and no form goes to an unknown address`() throws {
        defer { server.stop() }
        let twice = App.publicApp.authorizePath(scope: scope, [mode]) + "&response_mode=query"
        expectRefusalAtApp(try Browser(server).get(twice), "invalid_request")
        let foreign = App.publicApp.authorizePath(
            scope: scope, [mode, ("redirect_uri", "https://evil.example/cb")])
        expectRefusalOnPage(try Browser(server).get(foreign))
    }
}
