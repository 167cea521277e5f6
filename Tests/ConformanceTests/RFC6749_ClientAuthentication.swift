import Crypto
import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `RFC 6749 §2.3: client authentication` {
    let server: TestServer
    let grant = [("grant_type", "client_credentials"), ("scope", "auth/Launch.c")]
    static let secret = "ehr-secret-0123456789012345"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func post(_ header: String?, _ form: [(String, String)] = []) throws -> ClientResponse {
        try server.post("/token", grant + form, headers: header.map { [("Authorization", $0)] } ?? [])
    }

    private static func basic(_ text: String) -> String { "Basic " + Base64.encode(Array(text.utf8)) }

    @Test(arguments: [
        basic("ehr:\(secret)"), "basic " + basic("ehr:\(secret)").dropFirst(6),
        "BASIC " + basic("ehr:\(secret)").dropFirst(6),
        basic("%65hr:\(secret)"), basic("ehr:%65hr-secret-0123456789012345"),
        basic("%65hr:ehr%2Dsecret-0123456789012345"),
    ])
    func `TK-04: Basic credentials are right raw and form-encoded`(header: String) throws {
        defer { server.stop() }
        #expect(try post(header).status == 200)
    }

    @Test(arguments: [
        basic("ehr:wrong"), basic("ehr:\(secret) "), basic(" ehr:\(secret)"), basic("ehr:\(secret.uppercased())"),
        basic("EHR:\(secret)"), basic("unknown:\(secret)"), basic("ehr:"), basic(":\(secret)"), basic(":"), basic(""),
        basic("ehr"), basic("ehr\(secret)"), basic("ehr::\(secret)"), basic("ehr:%zz"), basic("ehr:\(secret)\u{0}"),
        "Basic", "Basic ", "Basic !!!!", "Basic ZWhy:x", "Basic " + basic("ehr:\(secret)").dropFirst(6).dropLast(),
        "Basic " + Base64.encode([0x65, 0x68, 0x72, 0x3A, 0xFF, 0xFE]), "Basic " + Base64.encode([0xFF, 0x3A, 0x61]),
        "Digest username=\"ehr\"", "ehr:\(secret)",
    ])
    func `TK-03, TK-04: all else is invalid_client, in the same words, with a challenge`(header: String) throws {
        defer { server.stop() }
        let response = try post(header)
        expectRefusal(response, 401, "invalid_client")
        #expect(response.json["error_description"] == "client authentication failed")
        #expect(response.headers["www-authenticate"]?.hasPrefix("Basic realm=\"") == true)
    }

    @Test func `TK-03: an unknown client and a wrong secret get one answer`() throws {
        defer { server.stop() }
        let answers = try [Self.basic("ehr:wrong-wrong-wrong"), Self.basic("nobody:wrong-wrong-wrong")].map { header in
            let response = try post(header)
            let members = response.json.objectValue?.members.filter { $0.name != "request_id" } ?? []
            return (response.status, JSON.object(JSONObject(members.map { ($0.name, $0.value) })).text)
        }
        #expect(answers[0] == answers[1])
    }

    @Test func `CLA-2, TK-04: a secret with every kind of character, raw and form-encoded`() async throws {
        defer { server.stop() }
        let secret = "a+b %2F:c=d&é\u{1F3E5}~\"\\0123"
        try await server.register(
            "https://app.example/id",
            [
                "client_secret": .string(secret), "grant_types": ["client_credentials"], "response_types": [],
                "redirect_uris": ["https://app.example/cb"], "scope": "auth/Launch.c",
            ])
        try await server.register(
            "plain",
            [
                "client_secret": .string(secret), "grant_types": ["client_credentials"], "response_types": [],
                "redirect_uris": ["https://plain.example/cb"], "scope": "auth/Launch.c",
            ])
        let encodedSecret = PercentEncoding.encode(secret)
        let encodedID = PercentEncoding.encode("https://app.example/id")
        let plusForSpace = encodedSecret.split(separator: "%20").joined(separator: "+")
        #expect(try post(Self.basic("plain:\(secret)")).status == 200, "raw")
        #expect(try post(Self.basic("plain:\(encodedSecret)")).status == 200, "form-encoded")
        #expect(try post(Self.basic("plain:\(plusForSpace)")).status == 200, "a space as +")
        #expect(try post(Self.basic("\(encodedID):\(encodedSecret)")).status == 200, "an id with a colon")
        expectRefusal(try post(Self.basic("plain:\(PercentEncoding.encode(encodedSecret))")), 401, "invalid_client")
        expectRefusal(try post(Self.basic("https://app.example/id:\(secret)")), 401, "invalid_client")
    }

    @Test func `CLA-1, TK-02: a public client that shows a secret is refused`() throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        let form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", App.publicApp.redirectURI),
            ("code_verifier", App.verifier),
        ]
        let named = form + [("client_id", "public-app")]
        expectRefusal(try server.post("/token", named + [("client_secret", "x")]), 401, "invalid_client")
        expectRefusal(
            try server.post("/token", named, headers: [App.basic("public-app", "x")]), 401, "invalid_client")
        expectRefusal(
            try server.post("/token", form, headers: [App.basic("public-app", "")]), 401, "invalid_client")
        expectRefusal(
            try server.post("/token", named + [("client_assertion", "x"), ("client_assertion_type", ClientKey.type)]),
            401, "invalid_client")
        expectRefusal(
            try server.post("/token", named + [("client_assertion", "x"), ("client_assertion_type", "y")]), 400,
            "invalid_request", "CAS-11")
        expectRefusal(try server.post("/token", form), 401, "invalid_client")
        #expect(try App.publicApp.redeem(code, server).status == 200, "and the code is untouched")
    }

    @Test func `CLA-3, TK-02: a confidential client cannot pass as a public one, nor use another method`() throws {
        defer { server.stop() }
        expectRefusal(try post(nil, [("client_id", "ehr")]), 401, "invalid_client")
        expectRefusal(
            try post(nil, [("client_id", "ehr"), ("client_secret", Self.secret)]), 401, "invalid_client",
            "registered for client_secret_basic")
        let assertion = [
            ("client_assertion", "e30.e30.e30"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ]
        expectRefusal(try post(nil, [("client_id", "ehr")] + assertion), 401, "invalid_client")
    }

    @Test func `CLA-3, TK-02: one method a request`() throws {
        defer { server.stop() }
        let header = Self.basic("ehr:\(Self.secret)")
        expectRefusal(try post(header, [("client_secret", Self.secret)]), 400, "invalid_request")
        expectRefusal(try post(header, [("client_assertion", "x")]), 400, "invalid_request")
        expectRefusal(try post(header, [("client_assertion_type", "x")]), 400, "invalid_request")
        expectRefusal(
            try post(nil, [("client_secret", Self.secret), ("client_assertion", "x")]), 400, "invalid_request")
    }

    @Test func `TOK-11: an endpoint of tokens takes no bearer token for client authentication`() throws {
        defer { server.stop() }
        expectRefusal(try post("Bearer " + (try server.ehrToken())), 401, "invalid_client")
    }

    @Test func `PW-06: guessing one client's secret is limited, and others go on`() throws {
        defer { server.stop() }
        for _ in 0..<20 { expectRefusal(try post(Self.basic("ehr:wrong")), 401, "invalid_client") }
        let response = try post(Self.basic("ehr:\(Self.secret)"))
        #expect(response.status == 429)
        #expect(response.headers["retry-after"] != nil)
        #expect(response.headers["cache-control"] == "no-store")
        #expect(try App.secretApp.redeem(try App.secretApp.code(server), server).status == 200)
        server.clock.advance(60)
        #expect(try post(Self.basic("ehr:\(Self.secret)")).status == 200)
    }

    private func registerPoster() async throws -> App {
        try await server.register(
            "poster", ["token_endpoint_auth_method": "client_secret_post", "client_secret": "poster-secret-0123456789"])
        return App(clientID: "poster", secret: nil, redirectURI: "https://poster.example/cb")
    }

    @Test func `CLA-5: of two secrets both are good while one takes over from the other, to the second`() async throws {
        defer { server.stop() }
        let (old, made) = (try #require(App.secretApp.secret), try ClientSecrets.generate(RandomBytes()))
        let ends = server.clock.now + 3600
        try await server.authorization.database.write { transaction in
            let first = try #require(try transaction.clientSecrets("secret-app").first)
            _ = try transaction.addClientSecret(
                clientID: "secret-app", verifier: made.verifier, expiresAt: nil, now: ends - 3600)
            _ = try transaction.expireClientSecret(first.id, clientID: "secret-app", expiresAt: ends)
        }
        server.authorization.clients.forget("secret-app")
        func status(_ secret: String) throws -> Int {
            let app = App(clientID: "secret-app", secret: secret, redirectURI: App.secretApp.redirectURI)
            return try app.refresh("x", server).status
        }
        server.clock.advance(3599)
        #expect(try status(old) == 400 && status(made.secret) == 400, "known, and its refresh token is none")
        server.clock.advance(1)
        #expect(try status(old) == 401 && status(made.secret) == 400)
    }

    @Test func `CLA-4: client_secret_post, where it is registered, and advertised`() async throws {
        defer { server.stop() }
        let app = try await registerPoster()
        let secret = ("client_secret", "poster-secret-0123456789")
        let code = try app.code(server, scope: "openid offline_access")
        let tokens = try app.redeem(code, server, [("client_secret", secret.1)])
        #expect(tokens.status == 200, "\(tokens.text)")
        let refresh = [("grant_type", "refresh_token"), ("client_id", "poster")]
        let token = ("refresh_token", try #require(tokens.json["refresh_token"]?.stringValue))
        #expect(try server.post("/token", refresh + [token, secret]).status == 200)
        let methods = try server.send(.get, "/.well-known/openid-configuration").json
        for member in ["token_endpoint_auth_methods_supported", "revocation_endpoint_auth_methods_supported"] {
            #expect(methods[member]?.strings?.contains("client_secret_post") == true)
        }
    }

    @Test func `CLA-3, TK-02: a client of client_secret_post has no other method, and no wrong secret`() async throws {
        defer { server.stop() }
        let app = try await registerPoster()
        let code = try app.code(server, scope: "openid")
        let form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", app.redirectURI),
            ("code_verifier", App.verifier),
        ]
        let named = form + [("client_id", "poster")]
        let header = App.basic("poster", "poster-secret-0123456789")
        expectRefusal(try server.post("/token", form, headers: [header]), 401, "invalid_client")
        expectRefusal(try server.post("/token", named), 401, "invalid_client")
        for wrong in ["wrong", "poster-secret-012345678", "poster-secret-01234567890"] {
            let response = try server.post("/token", named + [("client_secret", wrong)])
            expectRefusal(response, 401, "invalid_client")
            #expect(response.headers["www-authenticate"] == nil, "only for a scheme that was used (RFC 6749 §5.2)")
        }
        expectRefusal(
            try server.post("/token", form + [("client_id", "unknown"), ("client_secret", "x")]), 401, "invalid_client")
        expectRefusal(
            try server.post("/token", named + [("client_secret", "poster-secret-0123456789")], headers: [header]), 400,
            "invalid_request")
        #expect(
            try app.redeem(code, server, [("client_secret", "poster-secret-0123456789")])
                .status == 200, "the code is untouched")
    }

    @Test func `PW-06: guessing in the body is limited as in the header`() async throws {
        defer { server.stop() }
        _ = try await registerPoster()
        let form = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "poster")]
        for _ in 0..<20 {
            expectRefusal(try server.post("/token", form + [("client_secret", "wrong")]), 401, "invalid_client")
        }
        let right = form + [("client_secret", "poster-secret-0123456789")]
        #expect(try server.post("/token", right).status == 429)
        server.clock.advance(60)
        expectRefusal(try server.post("/token", right), 400, "invalid_grant")
    }
}
