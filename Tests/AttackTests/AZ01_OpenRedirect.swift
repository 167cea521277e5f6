import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AZ-01, AZ-04 the browser is sent to a registered address or nowhere` {
    private static let scope = "openid launch/patient patient/Patient.rs"

    /// Each differs from `https://app.example/cb` by what some server somewhere has let pass.
    private static let tricks = [
        "https://app.example/cb/", "https://app.example/cb/x", "https://app.example/cbx", "https://app.example/c",
        "https://app.example/", "https://app.example", "https://app.example/CB", "https://App.example/cb",
        "HTTPS://app.example/cb", "http://app.example/cb", "https://app.example:443/cb", "https://app.example./cb",
        "https://app.example/./cb", "https://app.example//cb", "https://app.example/x/../cb",
        "https://app.example/cb/../cb", "https://app.example/%63b", "https://app.example/cb%00",
        "https://app.example/cb%20",
        "https://app.example/cb?", "https://app.example/cb?x=1", "https://app.example/cb#", "https://app.example/cb#x",
        "https://app.example/cb;x", "https://app.example/cb\\x", "https://app.example\\@evil.example/cb",
        "https://app.example@evil.example/cb", "https://evil.example#@app.example/cb",
        "https://evil.example?https://app.example/cb", "https://evil.example/https://app.example/cb",
        "https://evil.example\\.app.example/cb", "https://app.example.evil.example/cb", "https://evilapp.example/cb",
        "https://sub.app.example/cb", "https://app.example:444/cb", "https://user:pw@app.example/cb",
        "//app.example/cb", "///evil.example", "/\\evil.example", "/cb", "cb", " https://app.example/cb",
        "https://app.example/cb ", "\thttps://app.example/cb", "https://app.example/cb\r\nX: y",
        "https:/app.example/cb",
        "https:app.example/cb", "https:///app.example/cb", "javascript:alert(1)", "JaVaScRiPt:alert(1)//app.example/cb",
        "data:text/html,x", "https://app.exampl\u{0435}/cb", "https://app.example/c\u{0062}\u{0301}", "*",
        "https://app.example/*", "https://*/cb", "https://xn--pp-yka.example/cb", "https://app。example/cb",
        "https://app.example/cb,https://evil.example", "https://app.example/cb https://evil.example",
        "https://secret.example/cb?own=1", "https://app.example/launch", "about:blank", "file:///etc/passwd",
    ]

    private static let prompts: [String?] = [nil, "none", "login"]

    @Test func `an address that is not the registered one, octet for octet, is told to the person`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for trick in Self.tricks {
            for prompt in Self.prompts {
                let path = App.publicApp.authorizePath(
                    scope: Self.scope, [("redirect_uri", trick), ("prompt", prompt)])
                let response = try server.page(path)
                expectPage(response)
                let form = App.publicApp.parameters(scope: Self.scope, [("redirect_uri", trick), ("prompt", prompt)])
                expectPage(try server.submit("/authorize", form))
            }
        }
    }

    private static let unredirectable: [[(String, String?)]] = [
        [("client_id", nil)], [("client_id", "")], [("client_id", "unknown")], [("client_id", "PUBLIC-APP")],
        [("client_id", "public-app ")], [("client_id", "public-app\u{0}")], [("client_id", "public\u{2010}app")],
        [("client_id", "secret-app")], [("client_id", "ehr")], [("client_id", "fhir-server")],
        [("redirect_uri", nil)], [("redirect_uri", "")], [("redirect_uri", "https://evil.example/")],
    ]

    private static let alsoWrong: [[(String, String?)]] = [
        [], [("response_type", "token")], [("scope", nil)], [("state", nil)], [("code_challenge", nil)],
        [("aud", "https://evil.example")], [("request_uri", "https://evil.example/r")], [("nonce", "n\r\nX: y")],
    ]

    @Test func `AZ-04: with whatever else is wrong, an unknown client or address is never redirected to`() async throws
    {
        let server = try await TestServer.started()
        defer { server.stop() }
        for changes in Self.unredirectable {
            for others in Self.alsoWrong {
                for prompt in Self.prompts {
                    let all = changes + others + [("prompt", prompt)]
                    expectPage(try server.page(App.publicApp.authorizePath(scope: Self.scope, all)))
                }
            }
        }
        #expect(try server.liveGrants() == 0)
    }

    @Test func `a repeated client_id or redirect_uri decides nothing`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let path = App.publicApp.authorizePath(scope: Self.scope)
        for extra in [
            "redirect_uri=https://evil.example/", "redirect_uri=https://app.example/cb", "client_id=secret-app",
            "client_id=public-app",
        ] {
            expectPage(try server.page(path + "&" + extra))
            expectPage(try server.page("/authorize?" + extra + "&" + path.dropFirst("/authorize?".count)))
        }
    }

    @Test func `AZ-02: a native app's loopback address is free in its port, and in nothing else`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        try await server.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "native", "token_endpoint_auth_method": "none", "application_type": "native",
                "grant_types": ["authorization_code"], "scope": "openid",
                "redirect_uris": ["http://127.0.0.1/cb", "http://[::1]/cb", "com.example.app:/cb"],
            ])
        for good in [
            "http://127.0.0.1/cb", "http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb", "http://[::1]:4711/cb",
            "com.example.app:/cb",
        ] {
            let app = App(clientID: "native", secret: nil, redirectURI: good)
            let response = try server.page(app.authorizePath(scope: "openid", [("prompt", "none")]))
            #expect(response.status == 303)
            #expect(response.headers["location"]?.hasPrefix(good + "?error=login_required") == true)
        }
        for bad in [
            "http://localhost/cb", "http://localhost:8080/cb", "https://127.0.0.1/cb", "http://127.0.0.2/cb",
            "http://127.0.0.1:0/cb", "http://127.0.0.1:65536/cb", "http://127.0.0.1:/cb", "http://127.0.0.1:80x/cb",
            "http://127.0.0.1:80@evil.example/cb", "http://127.0.0.1.evil.example/cb", "http://127.0.0.1:8080/cb/x",
            "http://127.0.0.1:8080/CB", "http://127.0.0.1:8080/cb?x", "http://127.1/cb", "http://2130706433/cb",
            "http://0x7f.0.0.1/cb", "http://0.0.0.0/cb", "http://[::]/cb", "http://[::ffff:127.0.0.1]/cb",
            "http://[0:0:0:0:0:0:0:1]/cb", "com.example.app:/cb2", "com.example.app://cb", "com.example.app:cb",
            "com.example.evil:/cb",
        ] {
            let app = App(clientID: "native", secret: nil, redirectURI: bad)
            expectPage(try server.page(app.authorizePath(scope: "openid", [("prompt", "none")])))
        }
    }

    @Test func `AZ-02: a web app's https address has no free port`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let app = App(clientID: "public-app", secret: nil, redirectURI: "https://app.example:8443/cb")
        expectPage(try server.page(app.authorizePath(scope: Self.scope)))
    }

    @Test func `AZ-05: the address's own query stays, and each parameter of the answer is there once`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let place = try App.secretApp.launch(Browser(server), as: "patient", scope: App.scope)
        #expect(place.location?.hasPrefix("https://secret.example/cb?own=1&code=") == true)
        for name in ["own", "code", "state", "iss"] { #expect(place.parameters.values(name).count == 1) }
        let refusal = try server.page(
            App.secretApp.authorizePath(scope: App.scope, [("state", "x&code=evil&iss=https://evil.example")]))
        #expect(refusal.status == 303)
        let denied = try server.page(
            App.secretApp.authorizePath(
                scope: App.scope, [("state", "x&code=evil&iss=https://evil.example#"), ("response_type", "token")]))
        let query = denied.headers["location"]?.split(separator: "?", maxSplits: 1).last ?? ""
        let parameters = try FormParameters(parsing: Array(query.utf8))
        #expect(parameters.items.map(\.name) == ["own", "error", "error_description", "state", "iss"])
        #expect(parameters["state"] == "x&code=evil&iss=https://evil.example#")
        #expect(parameters["iss"] == TestServer.issuer)
    }
}

@Suite struct `AZ-03, AZ-05, AZ-06 addresses that are never registered` {
    private static let schemes = [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)",
        "javascript://app.example/%0aalert(1)", "data:text/html,<script>alert(1)</script>", "DATA:text/html,x",
        "vbscript:msgbox(1)", "file:///etc/passwd", "blob:https://app.example/x", "about:blank", "filesystem:x",
        "view-source:https://app.example/", "jar:https://app.example!/x", "chrome://settings", "\u{1}javascript:x",
        "ftp://app.example/x", "mailto:x@app.example", "//app.example/cb", "/cb", "", "https://",
        "https://user@app.example/",
        "https://app.example/a b", "https://app.example/\\x", "https://app.example/%zz", "http://app.example/cb",
    ]

    private static let addressMembers = [
        "redirect_uris", "post_logout_redirect_uris", "launch_uris", "client_uri", "logo_uri", "tos_uri", "policy_uri",
    ]

    private static func registration(_ member: String, _ address: String) -> JSON {
        var object: JSONObject = [
            "client_name": "Evil", "token_endpoint_auth_method": "none", "application_type": "native",
            "grant_types": ["authorization_code"], "scope": "openid", "redirect_uris": ["https://evil.example/cb"],
        ]
        object[member] = member.hasSuffix("uris") ? [.string(address)] : .string(address)
        return .object(object)
    }

    @Test(arguments: addressMembers) func `AZ-06: no scheme that runs something, in any spelling`(member: String)
        async throws
    {
        let server = try await TestServer.started()
        defer { server.stop() }
        for address in Self.schemes {
            let (status, text) = await server.administered(
                .post, "/admin/v1/clients", Self.registration(member, address))
            #expect(status == 422, "\(member) \(address)")
            #expect(text.contains("\"\(member)"), "\(address): \(text)")
        }
    }

    @Test func `AZ-03, AZ-05: no pattern, no fragment, no response parameter of its own`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for address in [
            "https://*/cb", "https://*.app.example/cb", "https://app.example/*", "https://app.example/cb?*",
            "https://app.example/cb#", "https://app.example/cb#x", "https://app.example/cb?code=x",
            "https://app.example/cb?a=1&state=x", "https://app.example/cb?iss=x", "https://app.example/cb?error=x",
            "https://app.example/cb?%63ode=x", "https://app.example/cb?st%61te=x", "HTTPS://app.example/cb",
            "http://localhost/cb", "myapp:/cb", "myapp://cb",
        ] {
            let (status, _) = await server.administered(
                .post, "/admin/v1/clients", Self.registration("redirect_uris", address))
            #expect(status == 422, "\(address)")
        }
    }

    @Test func `TK-22: nobody without a secret gets client_credentials or introspection`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let registrations: [JSON] = [
            [
                "token_endpoint_auth_method": "none", "grant_types": ["client_credentials"], "response_types": [],
                "scope": "auth/Token.r",
            ],
            [
                "token_endpoint_auth_method": "none", "grant_types": [], "response_types": [],
                "resource_server_audiences": [.string(TestServer.fhirBase)],
            ],
        ]
        for registration in registrations {
            #expect(await server.administered(.post, "/admin/v1/clients", registration).status == 422)
        }
    }
}

@Suite struct `SE-13 a page sends the browser on by handle, never by address` {
    private static let addresses = [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\t//evil.example", "%2f%2fevil.example",
        "javascript:alert(1)", "https:evil.example", "\\\\evil.example",
    ]

    @Test func `no parameter of a page is an address to go to`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let names = [
            "interaction", "return", "return_to", "next", "url", "continue", "redirect", "redirect_uri", "target",
        ]
        for path in ["/sign-in", "/select-patient", "/select-encounter", "/consent"] {
            for address in Self.addresses {
                for name in names {
                    let query = FormParameters([(name, address)]).serialized()
                    expectPage(try server.page(path + "?" + query))
                    expectPage(try server.submit(path, [(name, address)], headers: TestServer.sameOrigin))
                }
            }
        }
    }

    @Test func `in the middle of a visit they change nothing`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        let next = try browser.submit(
            place,
            [
                ("username", "patient"), ("password", TestServer.password), ("return_to", "//evil.example"),
                ("redirect_uri", "https://evil.example"),
            ])
        #expect(next.address.hasPrefix("/consent?interaction="))
        let end = try browser.submit(next, [("decision", "deny"), ("redirect_uri", "https://evil.example")])
        #expect(end.location?.hasPrefix("https://app.example/cb?error=access_denied") == true)
    }
}
