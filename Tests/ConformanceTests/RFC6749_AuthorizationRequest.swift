import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

/// An authorization request that differs from a valid one, and what becomes of it.
struct RequestCase: Sendable, CustomTestStringConvertible {
    let changes: [(String, String?)]
    let error: String

    init(_ name: String, _ value: String?, _ error: String = "invalid_request") {
        self.init([(name, value)], error)
    }

    init(_ changes: [(String, String?)], _ error: String = "invalid_request") {
        self.changes = changes
        self.error = error
    }

    var testDescription: String {
        changes.map { "\($0.0)=\(String(($0.1 ?? "nil").prefix(60)))" }.joined(separator: "&") + " → \(error)"
    }
}

@Suite struct `RFC 6749 §4.1.1: authorization request` {
    let server: TestServer
    let scope = "openid launch/patient patient/Patient.rs"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    /// Both methods of the request, which must come to one decision.
    private func places(_ parameters: [(String, String)]) throws -> [Browser.Place] {
        let query = FormParameters(parameters).serialized()
        return [try Browser(server).get("/authorize?" + query), try Browser(server).post("/authorize", parameters)]
    }

    private func expectRefused(_ request: RequestCase, state: String? = "state-1") throws {
        let places = try places(App.publicApp.parameters(scope: scope, request.changes))
        for place in places {
            expectRefusalAtApp(place, request.error, state: state)
            #expect(place.response.headers.values("set-cookie").isEmpty)
        }
        #expect(Set(places.map(\.location)).count == 1)
    }

    @Test(arguments: [
        "token", "id_token", "id_token token", "code token", "code id_token", "code id_token token", "none", "CODE",
        "code ", "password",
    ])
    func `AZ-14, AUTHZ-10: no response type but code`(type: String) throws {
        defer { server.stop() }
        try expectRefused(RequestCase("response_type", type, "unsupported_response_type"))
    }

    @Test(arguments: [
        RequestCase("response_type", nil), RequestCase("response_type", ""),
        RequestCase("response_mode", "fragment"), RequestCase("response_mode", "jwt"),
        RequestCase("response_mode", "QUERY"),
        RequestCase("scope", nil, "invalid_scope"), RequestCase("scope", "", "invalid_scope"),
        RequestCase("scope", " ", "invalid_scope"), RequestCase("scope", "system/*.rs", "invalid_scope"),
        RequestCase("scope", "auth/Launch.c", "invalid_scope"), RequestCase("scope", "nonsense", "invalid_scope"),
        RequestCase("scope", "patient/Patient.dus patient/Patient.rr", "invalid_scope"),
        RequestCase("scope", "patient/Nonsense.rs", "invalid_scope"),
        RequestCase("nonce", String(repeating: "n", count: 513)), RequestCase("max_age", "-1"),
        RequestCase("max_age", "soon"), RequestCase("max_age", "99999999999999999999"),
        RequestCase("prompt", "none login"), RequestCase("prompt", "create"), RequestCase("prompt", "LOGIN"),
        RequestCase("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
        RequestCase("request_uri", "http://127.0.0.1:1/r", "request_uri_not_supported"),
        RequestCase("registration", "{}", "registration_not_supported"),
        RequestCase([("scope", "launch patient/*.rs"), ("launch", nil)]),
        RequestCase([("scope", "launch patient/*.rs"), ("launch", "")]),
        RequestCase([("scope", "launch patient/*.rs"), ("launch", "abc")]),
        RequestCase([("scope", "launch patient/*.rs"), ("launch", String(repeating: "A", count: 54))]),
    ])
    func `AUTHZ-10 to AUTHZ-20, AZ-16: what is missing or bad is told to the app`(request: RequestCase) throws {
        defer { server.stop() }
        try expectRefused(request)
    }

    @Test(arguments: [
        RequestCase("code_challenge", nil), RequestCase("code_challenge", ""),
        RequestCase("code_challenge", String(App.challenge.dropLast())),
        RequestCase("code_challenge", App.challenge + "A"), RequestCase("code_challenge", App.challenge + "="),
        RequestCase("code_challenge", "+" + App.challenge.dropFirst()),
        RequestCase("code_challenge", "/" + App.challenge.dropFirst()),
        RequestCase("code_challenge", " " + App.challenge.dropFirst()),
        RequestCase("code_challenge", "é" + App.challenge.dropFirst(2)),
        RequestCase("code_challenge_method", nil), RequestCase("code_challenge_method", ""),
        RequestCase("code_challenge_method", "plain"), RequestCase("code_challenge_method", "s256"),
        RequestCase("code_challenge_method", "S512"), RequestCase("code_challenge_method", "S256 plain"),
        RequestCase([("code_challenge", nil), ("code_challenge_method", nil)]),
        RequestCase([("code_challenge", App.verifier), ("code_challenge_method", "plain")]),
    ])
    func `AZ-08, AZ-10, AUTHZ-4 to AUTHZ-6: every client needs an S256 challenge`(request: RequestCase) throws {
        defer { server.stop() }
        try expectRefused(request)
        let place = try Browser(server).get(App.secretApp.authorizePath(scope: scope, request.changes))
        expectRefusalAtApp(place, request.error, at: "https://secret.example/cb?own=1&error=")
    }

    @Test(arguments: [
        nil, "", "https://inferno.healthit.gov/invalid_aud", "http://127.0.0.1:9400", "http://127.0.0.1:9400/fhi",
        "http://127.0.0.1:9400/fhir/x", "http://127.0.0.1:9400/fhir//", "http://127.0.0.1:9400/FHIR",
        "HTTP://127.0.0.1:9400/fhir", "https://127.0.0.1:9400/fhir", "http://127.0.0.1:9400/fhir?x=1",
        "http://127.0.0.1:9400/fhir#x", "http://u@127.0.0.1:9400/fhir", "http://127.0.0.1:9400/%66hir", "/fhir",
        "http://127.0.0.1:9400/fhir ",
    ])
    func `AZ-12, AUTHZ-7: aud is a FHIR base that is served here`(aud: String?) throws {
        defer { server.stop() }
        try expectRefused(RequestCase("aud", aud))
    }

    @Test func `AUTHZ-7: one slash may trail, resource is a synonym and must agree`() throws {
        defer { server.stop() }
        let base = TestServer.fhirBase
        for changes in [[("aud", base + "/")], [("aud", nil), ("resource", base)], [("resource", base)]] {
            let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope, changes)
            let claims = try server.verifiedClaims(tokens["access_token"]?.stringValue, .es256)
            #expect(claims["aud"] == .string(base), "AUTHZ-8")
        }
        try expectRefused(RequestCase("resource", "https://other.example/fhir"))
    }

    @Test func `AUTHZ-7: a plain OpenID Connect request needs no aud`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: "openid fhirUser", [("aud", nil)])
        #expect(tokens["id_token"]?.stringValue != nil)
        for scope in ["openid launch/patient", "openid patient/Patient.rs", "openid user/Patient.rs"] {
            try expectRefused(RequestCase([("aud", nil), ("scope", scope)]))
        }
    }

    @Test(arguments: [nil, "", String(repeating: "s", count: 4097)])
    func `AUTHZ-14: state is required, up to 4 kB`(state: String?) throws {
        defer { server.stop() }
        try expectRefused(RequestCase("state", state), state: nil)
    }

    @Test(arguments: [
        "response_type", "scope", "aud", "code_challenge", "code_challenge_method", "nonce", "prompt", "launch",
        "max_age", "login_hint", "display", "request", "unknown",
    ])
    func `AZ-07, AUTHZ-2: a parameter that is there twice is refused, even with one value or an empty one`(
        name: String
    ) throws {
        defer { server.stop() }
        let valid = App.publicApp.parameters(scope: scope)
        let value = valid.first { $0.0 == name }?.1 ?? "1"
        for (first, second) in [(value, value), (value, ""), ("", value), (value, "other")] {
            for place in try places(valid.filter { $0.0 != name } + [(name, first), (name, second)]) {
                expectRefusalAtApp(place, "invalid_request")
                #expect(place.parameters["error_description"]?.contains(name) == true)
            }
        }
    }

    @Test func `AZ-07: a repeated state is not echoed; a repeated client or address is told to the person`() throws {
        defer { server.stop() }
        let valid = App.publicApp.parameters(scope: scope)
        for place in try places(valid + [("state", "state-1")]) {
            expectRefusalAtApp(place, "invalid_request", state: nil)
        }
        for (name, value) in [("client_id", "public-app"), ("redirect_uri", App.publicApp.redirectURI)] {
            for place in try places(valid + [(name, value)]) { expectRefusalOnPage(place) }
        }
    }

    static let untrusted: [RequestCase] = [
        RequestCase("client_id", nil), RequestCase("client_id", ""), RequestCase("client_id", "unknown"),
        RequestCase("client_id", "Public-App"), RequestCase("client_id", "public-app "),
        RequestCase("client_id", "public-app'--"), RequestCase("client_id", String(repeating: "c", count: 300)),
        RequestCase("client_id", "secret-app"), RequestCase("client_id", "ehr"),
        RequestCase("redirect_uri", nil), RequestCase("redirect_uri", ""),
        RequestCase("redirect_uri", "https://app.example/cb/"),
        RequestCase("redirect_uri", "https://app.example/cb?x=1"),
        RequestCase("redirect_uri", "https://app.example/CB"), RequestCase("redirect_uri", "https://APP.example/cb"),
        RequestCase("redirect_uri", "http://app.example/cb"), RequestCase("redirect_uri", "https://app.example:443/cb"),
        RequestCase("redirect_uri", "https://app.example/cb#f"),
        RequestCase("redirect_uri", "https://app.example/%63b"),
        RequestCase("redirect_uri", "https://app.example/x/../cb"),
        RequestCase("redirect_uri", "https://a@app.example/cb"),
        RequestCase("redirect_uri", "https://app.example.evil.example/cb"),
        RequestCase("redirect_uri", "//app.example/cb"),
        RequestCase("redirect_uri", "javascript:alert(1)//https://app.example/cb"),
        RequestCase("redirect_uri", "https://secret.example/cb?own=1"),
        RequestCase("redirect_uri", "https://app.example/*"),
        RequestCase([("redirect_uri", "https://evil.example/"), ("response_type", "token")]),
        RequestCase([("redirect_uri", "https://evil.example/"), ("state", nil)]),
        RequestCase([("client_id", "unknown"), ("scope", nil)]),
        RequestCase([("client_id", nil), ("redirect_uri", nil), ("response_type", nil)]),
    ]

    @Test(arguments: untrusted)
    func `AZ-01, AZ-04, AUTHZ-11, AUTHZ-12, AUTHZ-32: never a redirect to what is not registered`(
        request: RequestCase
    ) throws {
        defer { server.stop() }
        for prompt in [nil, "none", "login"] {
            let parameters = App.publicApp.parameters(scope: scope, request.changes + [("prompt", prompt)])
            for place in try places(parameters) { expectRefusalOnPage(place) }
        }
    }

    @Test func `AUTHZ-11: a client that was removed is unknown`() async throws {
        defer { server.stop() }
        try await server.administer(.delete, "/admin/v1/clients/public-app")
        expectRefusalOnPage(try Browser(server).get(App.publicApp.authorizePath(scope: scope)))
    }

    @Test func `AUTHZ-31: a client without the grant is unauthorized_client`() async throws {
        defer { server.stop() }
        try await server.register(
            "machine", ["grant_types": ["client_credentials"], "response_types": [], "scope": "auth/Token.r openid"])
        let app = App(clientID: "machine", secret: nil, redirectURI: "https://machine.example/cb")
        let place = try Browser(server).get(app.authorizePath(scope: "openid"))
        expectRefusalAtApp(place, "unauthorized_client", at: "https://machine.example/cb")
    }

    @Test func `AZ-02: only the port of a native app's loopback literal is free`() async throws {
        defer { server.stop() }
        try await server.register(
            "native",
            [
                "application_type": "native", "token_endpoint_auth_method": "none",
                "redirect_uris": ["http://127.0.0.1/cb", "http://[::1]:7000/cb", "com.example.app:/cb"],
            ])
        let good = [
            "http://127.0.0.1/cb", "http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb", "http://[::1]/cb",
            "http://[::1]:8123/cb", "com.example.app:/cb",
        ]
        for address in good {
            let app = App(clientID: "native", secret: nil, redirectURI: address)
            let place = try Browser(server).get(app.authorizePath(scope: scope, [("prompt", "none")]))
            expectRefusalAtApp(place, "login_required", at: address + "?error=")
        }
        let bad = [
            "http://localhost/cb", "http://localhost:1/cb", "https://127.0.0.1:1/cb", "http://127.0.0.2:1/cb",
            "http://127.0.0.1:65536/cb", "http://127.0.0.1:/cb", "http://127.0.0.1:1/cb/",
            "http://127.0.0.1:1@evil.example/cb",
            "http://127.0.0.1:1.evil.example/cb", "http://0.0.0.0:1/cb", "http://[::ffff:127.0.0.1]:1/cb",
            "com.example.app:/cb2", "COM.example.app:/cb", "com.example.app://cb",
        ]
        for address in bad {
            let app = App(clientID: "native", secret: nil, redirectURI: address)
            expectRefusalOnPage(try Browser(server).get(app.authorizePath(scope: scope)), 400, "\(address)")
        }
        let app = App(clientID: "native", secret: nil, redirectURI: "http://127.0.0.1:4711/cb")
        let code = try app.code(server)
        let otherPort = App(clientID: "native", secret: nil, redirectURI: "http://127.0.0.1:4712/cb")
        expectRefusal(try otherPort.redeem(code, server), 400, "invalid_grant")
        #expect(try app.redeem(try app.code(server), server).status == 200)
    }

    @Test func `AZ-05: no registered address may hold a response parameter`() async throws {
        defer { server.stop() }
        for name in ["code", "state", "iss", "error", "c%6Fde", "access_token", "id_token"] {
            await #expect(throws: TestFailure.self, "\(name)") {
                try await server.register("bad", ["redirect_uris": [.string("https://bad.example/cb?\(name)=1")]])
            }
        }
    }

    @Test func `AUTHZ-20, AUTHZ-2: other parameters do not break the request`() throws {
        defer { server.stop() }
        let extra = [
            ("display", "popup"), ("ui_locales", "es en"), ("acr_values", "1"), ("id_token_hint", "x"),
            ("claims", "{}"), ("login_hint", "patient"), ("unknown", "%&=\u{1F3E5}"), ("prompt", "consent"),
            ("response_mode", "query"),
        ]
        for place in try places(App.publicApp.parameters(scope: scope) + extra) {
            #expect(place.status == 200 && place.address.hasPrefix("/sign-in?interaction="))
        }
    }

    @Test func `AZ-15, AUTHZ-1, AUTHZ-3: POST is answered by 303 to a page of this site, bound to the browser`() throws
    {
        defer { server.stop() }
        let response = try server.post("/authorize", App.publicApp.parameters(scope: scope))
        #expect(response.status == 303)
        #expect(response.headers["location"]?.hasPrefix(TestServer.issuer + "/sign-in?interaction=") == true)
        #expect(response.headers["cache-control"] == "no-store")
        let cookie = try #require(response.headers["set-cookie"])
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))
        #expect(try server.send(.get, App.publicApp.authorizePath(scope: scope)).status == 303)
    }

    @Test func `AZ-15: a launch that begins with POST ends as one that begins with GET`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        var place = try browser.post("/authorize", App.publicApp.parameters(scope: scope))
        place = try browser.submit(place, [("username", "patient"), ("password", TestServer.password)])
        place = try App.publicApp.allow(browser, place)
        #expect(place.status == 303)
        let tokens = try App.publicApp.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens["patient"] == "1")
        #expect(tokens.grantedScopes == ["openid", "launch/patient", "patient/Patient.rs"])
    }

    @Test func `AUTHZ-1: POST takes parameters from its form only, GET from its query`() throws {
        defer { server.stop() }
        let query = App.publicApp.authorizePath(scope: scope)
        expectRefusalOnPage(try Browser(server).post(query, []))
        for type in ["application/json", "text/plain", "multipart/form-data"] {
            let response = try server.send(
                .post, "/authorize", headers: [("Content-Type", type)],
                body: FormParameters(App.publicApp.parameters(scope: scope)).serialized())
            #expect(response.status == 400 && response.headers["location"] == nil)
            #expect(response.headers["cache-control"] == "no-store")
        }
        for method in [Method.put, .delete, .patch] {
            let response = try server.send(method, query)
            #expect(response.status == 405)
            #expect(response.headers["allow"]?.contains("POST") == true)
        }
    }

    @Test(arguments: ["client_id=%zz", "client_id=%", "client_id=public-app&state=%FF%FE", "client_id=a%00b"])
    func `a query that cannot be read is told to the person`(query: String) throws {
        defer { server.stop() }
        let response = try server.send(.get, "/authorize?" + query)
        #expect(response.status == 400 && response.headers["location"] == nil)
    }

    @Test func `a raw bar in a scope is accepted, as browsers send it`() throws {
        defer { server.stop() }
        let granular =
            "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
        let path = App.publicApp.authorizePath(scope: granular).split(separator: "%7C").joined(separator: "|")
        #expect(path.contains("|"))
        let browser = Browser(server)
        let place = try browser.submit(
            try browser.get(path), [("username", "patient"), ("password", TestServer.password)])
        #expect(browser.values("scope", on: place) == [granular])
    }
}
