import Crypto
import Encoding
import HTTP
import JOSE
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// Checklist §7.2, threats TK-06…TK-17: the assertions of clients, at every endpoint where a client authenticates.
@Suite struct `RFC 7523 §3: client assertions` {
    let server: TestServer
    static let rsa = try? ClientKey(.rs384, .rsa(bits: 2048), keyID: "rsa")
    static let p384 = try? ClientKey(.es384, .p384, keyID: "p384")
    static let p256 = try? ClientKey(.es256, .p256, keyID: "p256")
    static let foreign = try? ClientKey(.es384, .p384, keyID: "p384")
    static let secret = "backend-secret-0123456789"

    init() async throws {
        server = try await TestServer.withSamples()
        let keys = try [#require(Self.rsa), #require(Self.p384), #require(Self.p256)]
        try await register("backend", keys)
        try await register("other", [#require(Self.p384)])
    }

    private func register(_ id: String, _ keys: [ClientKey], _ changes: JSONObject = JSONObject()) async throws {
        var metadata: JSONObject = [
            "token_endpoint_auth_method": "private_key_jwt", "jwks": ClientKey.set(keys),
            "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
            "scope": "system/Patient.rs auth/Token.r",
        ]
        for member in changes.members { metadata[member.name] = member.value }
        try await server.register(id, metadata)
    }

    private static let request = [("grant_type", "client_credentials"), ("scope", "system/Patient.rs")]

    private func token(_ assertion: String, _ more: [(String, String)] = []) throws -> ClientResponse {
        try server.post("/token", Self.request + ClientKey.form(assertion) + more)
    }

    private func key() throws -> ClientKey { try #require(Self.p384) }

    /// Refused, in the words of every failed client authentication, and nothing is used up: the same `jti` is still good.
    private func expectNothingDone(_ response: ClientResponse, jwtID: String, _ note: Comment) throws {
        expectRefusal(response, 401, "invalid_client", note)
        #expect(response.json["error_description"] == "client authentication failed", note)
        let right = try key().assertion("backend", now: server.clock.now, claims: ["jti": .string(jwtID)])
        #expect(try token(right).status == 200, note)
    }

    @Test(arguments: [rsa, p384]) func `CAS-1: RS384 and ES384 need no registration of the algorithm`(
        key: ClientKey?
    ) throws {
        defer { server.stop() }
        let response = try token(try #require(key).assertion("backend", now: server.clock.now))
        #expect(response.status == 200, "\(response.text)")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var header: [String: JSON?] = [:]
        var claims: [String: JSON?] = [:]

        init(_ name: String, header: [String: JSON?] = [:], claims: [String: JSON?] = [:]) {
            testDescription = name
            self.header = header
            self.claims = claims
        }
    }

    private static let now = TestClock().now
    private static let longText = String(repeating: "j", count: 256)

    @Test(arguments: [
        Case("CAS-2, TK-13: no typ", header: ["typ": nil]),
        Case("TK-13: typ in lower case", header: ["typ": "jwt"]),
        Case("7523bis typ", header: ["typ": "client-authentication+jwt"]),
        Case("CAS-4: aud is the issuer", claims: ["aud": .string(TestServer.issuer)]),
        Case("CAS-4: aud is a list of one", claims: ["aud": [.string(TestServer.issuer + "/token")]]),
        Case("CAS-5: exp at the end of skew", claims: ["exp": .integer(now + 360)]),
        Case("CAS-5: exp a moment ago", claims: ["exp": .integer(now - 59)]),
        Case("CAS-5: without iat", claims: ["iat": nil]),
        Case("CAS-5: iat and nbf within skew", claims: ["iat": .integer(now + 60), "nbf": .integer(now + 60)]),
        Case("unknown claims and header members", header: ["x": 1], claims: ["roles": ["a"]]),
        Case(
            "TK-08: jwk, x5c, x5u and x5t select nothing",
            header: ["jwk": ["kty": "EC"], "x5c": ["x"], "x5u": "https://127.0.0.1/x", "x5t": "x"]),
    ]) func `CAS-2…CAS-6: what is right is accepted`(example: Case) throws {
        defer { server.stop() }
        let assertion = try key().assertion(
            "backend", now: server.clock.now, header: example.header, claims: example.claims)
        let response = try token(assertion)
        #expect(response.status == 200, "\(response.text)")
    }

    @Test(arguments: [
        // TK-06: algorithms.
        Case("alg none", header: ["alg": "none"]), Case("alg None", header: ["alg": "None"]),
        Case("alg HS256", header: ["alg": "HS256"]), Case("alg HS384", header: ["alg": "HS384"]),
        Case("alg RS384 with an EC key", header: ["alg": "RS384"]),
        Case("alg ES256 with P-384", header: ["alg": "ES256"]),
        Case("alg ES512", header: ["alg": "ES512"]), Case("alg in lower case", header: ["alg": "es384"]),
        Case("alg missing", header: ["alg": nil]), Case("alg no text", header: ["alg": 1]),
        // TK-07: kid.
        Case("kid missing", header: ["kid": nil]), Case("kid empty", header: ["kid": ""]),
        Case("kid of no key", header: ["kid": "p384 "]), Case("kid of another key", header: ["kid": "rsa"]),
        Case("kid as SQL", header: ["kid": "p384' OR '1'='1"]), Case("kid as a path", header: ["kid": "../../p384"]),
        Case("kid no text", header: ["kid": 384]),
        // TK-08: jku.
        Case("jku, though none is registered", header: ["jku": "https://backend.example/jwks"]),
        Case("jku of no text", header: ["jku": ["https://backend.example/jwks"]]),
        Case("jku null", header: ["jku": .null]),
        // TK-12: header parameters that change what is meant.
        Case("crit", header: ["crit": ["exp"], "exp": 1]), Case("crit empty", header: ["crit": []]),
        Case("b64", header: ["b64": false]), Case("zip", header: ["zip": "DEF"]),
        Case("enc", header: ["enc": "A128GCM"]),
        Case("cty JWT", header: ["cty": "JWT"]),
        // TK-13: other kinds of token.
        Case("typ at+jwt", header: ["typ": "at+jwt"]), Case("typ dpop+jwt", header: ["typ": "dpop+jwt"]),
        Case("typ logout+jwt", header: ["typ": "logout+jwt"]), Case("typ empty", header: ["typ": ""]),
        Case("typ no text", header: ["typ": 1]),
        // TK-14: who.
        Case("sub another", claims: ["sub": "other"]), Case("iss another", claims: ["iss": "other"]),
        Case("sub missing", claims: ["sub": nil]), Case("iss missing", claims: ["iss": nil]),
        Case("iss and sub unknown", claims: ["iss": "unknown", "sub": "unknown"]),
        Case("iss a list", claims: ["iss": ["backend"]]),
        Case("iss in upper case", claims: ["iss": "BACKEND", "sub": "BACKEND"]),
        // TK-15: for whom.
        Case("aud missing", claims: ["aud": nil]), Case("aud empty", claims: ["aud": ""]),
        Case("aud an empty list", claims: ["aud": []]),
        Case("aud with a slash", claims: ["aud": .string(TestServer.issuer + "/")]),
        Case("aud a prefix", claims: ["aud": .string(TestServer.issuer + "/toke")]),
        Case("aud longer", claims: ["aud": .string(TestServer.issuer + "/token/x")]),
        Case("aud in upper case", claims: ["aud": .string(TestServer.issuer.uppercased() + "/token")]),
        Case("aud of two", claims: ["aud": [.string(TestServer.issuer + "/token"), "https://other.example/token"]]),
        Case(
            "aud of two, both ours",
            claims: ["aud": [.string(TestServer.issuer + "/token"), .string(TestServer.issuer)]]),
        Case("aud of another endpoint", claims: ["aud": .string(TestServer.issuer + "/introspect")]),
        Case("aud the FHIR server", claims: ["aud": .string(TestServer.fhirBase)]),
        Case("aud a number", claims: ["aud": 1]),
        // TK-16: when.
        Case("exp missing", claims: ["exp": nil]), Case("exp past", claims: ["exp": .integer(now - 60)]),
        Case("exp too far", claims: ["exp": .integer(now + 361)]),
        Case("exp a day", claims: ["exp": .integer(now + 86_400)]),
        Case("exp text", claims: ["exp": .string("\(now + 100)")]), Case("exp null", claims: ["exp": .null]),
        Case("exp 2^63-1", claims: ["exp": .integer(.max)]), Case("exp -2^63", claims: ["exp": .integer(.min)]),
        Case("exp in milliseconds", claims: ["exp": .integer(now * 1000)]),
        Case("iat in the future", claims: ["iat": .integer(now + 61)]),
        Case("nbf in the future", claims: ["nbf": .integer(now + 61)]),
        Case("iat text", claims: ["iat": "now"]), Case("nbf 2^63-1", claims: ["nbf": .integer(.max)]),
        // CAS-6: once.
        Case("jti missing", claims: ["jti": nil]), Case("jti empty", claims: ["jti": ""]),
        Case("jti a number", claims: ["jti": 1]), Case("jti too long", claims: ["jti": .string(longText)]),
    ]) func `CAS-11: each fault is invalid_client, and changes nothing`(example: Case) throws {
        defer { server.stop() }
        var claims = example.claims
        if claims["jti"] == nil { claims["jti"] = .string("once") }
        let assertion = try key().assertion("backend", now: server.clock.now, header: example.header, claims: claims)
        try expectNothingDone(try token(assertion), jwtID: "once", "\(example.testDescription)")
    }

    @Test(arguments: [
        "1e308", "1e400", "9223372036854775808", "-9223372036854775809", "1.5", "\(now).0e0", "true", "NaN", "1e",
    ])
    func `TK-16: no number traps`(exp: String) throws {
        defer { server.stop() }
        let key = try key()
        let payload =
            #"{"iss":"backend","sub":"backend","aud":"\#(TestServer.issuer)/token","jti":"once","exp":\#(exp)}"#
        let header = #"{"alg":"ES384","kid":"p384","typ":"JWT"}"#
        let assertion = try key.sign(header: Array(header.utf8), payload: Array(payload.utf8))
        try expectNothingDone(try token(assertion), jwtID: "once", "\(exp)")
    }

    @Test func `TK-09, TK-11, CAS-12: a signature that is not exactly right`() throws {
        defer { server.stop() }
        let right = try key().assertion("backend", now: server.clock.now, claims: ["jti": "once"])
        let parts = right.split(separator: ".").map(String.init)
        let signature = try #require(Base64URL.decode(parts[2]))
        let der: [UInt8] = [0x30, 0x64, 0x02, 0x30] + signature.prefix(48) + [0x02, 0x30] + signature.suffix(48)
        let zeros = [UInt8](repeating: 0, count: 96)
        let faulty: [(String, String)] = [
            ("none", parts[0] + "." + parts[1] + "."), ("two parts", parts[0] + "." + parts[1]),
            ("four parts", right + ".x"),
            ("DER", parts[0] + "." + parts[1] + "." + Base64URL.encode(der)),
            ("zeros", parts[0] + "." + parts[1] + "." + Base64URL.encode(zeros)),
            ("short", parts[0] + "." + parts[1] + "." + Base64URL.encode(Array(signature.dropLast()))),
            ("long", parts[0] + "." + parts[1] + "." + Base64URL.encode(signature + [0])),
            ("one bit", parts[0] + "." + parts[1] + "." + Base64URL.encode([signature[0] ^ 1] + signature.dropFirst())),
            ("padded", right + "="), ("a space", right + " "), ("a line feed", right + "\n"),
            ("the payload of another", parts[0] + "." + Base64URL.encode(Array("{}".utf8)) + "." + parts[2]),
            ("dots", String(repeating: ".", count: 10_000)), ("long text", String(repeating: "a", count: 20_000)),
        ]
        for (name, assertion) in faulty {
            server.clock.advance(61)
            expectRefusal(try token(assertion), 401, "invalid_client", "\(name)")
        }
        let again = try key().assertion("backend", now: server.clock.now, claims: ["jti": "once"])
        #expect(try token(again).status == 200)
    }

    @Test func `TK-06: the public key of the client is no secret of a MAC`() throws {
        defer { server.stop() }
        let key = try key()
        let input =
            Base64URL.encode(Array(#"{"alg":"HS256","kid":"p384","typ":"JWT"}"#.utf8)) + "."
            + Base64URL.encode(
                Array(
                    #"{"iss":"backend","sub":"backend","aud":"\#(TestServer.issuer)/token","jti":"once","exp":\#(server.clock.now + 60)}"#
                        .utf8))
        let mac = HMAC.sha256(key: key.jwk.serialized(), message: Array(input.utf8))
        try expectNothingDone(try token(input + "." + Base64URL.encode(mac)), jwtID: "once", "HS256")
    }

    @Test func `TK-07: another client's key signs nothing for this one, whatever its kid`() throws {
        defer { server.stop() }
        let assertion = try #require(Self.foreign).assertion("backend", now: server.clock.now, claims: ["jti": "once"])
        try expectNothingDone(try token(assertion), jwtID: "once", "a foreign key")
    }

    @Test func `TK-13: a token of our own is no assertion`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: "openid launch/patient patient/Patient.rs")
        for token in [tokens["access_token"], tokens["id_token"]] {
            expectRefusal(try self.token(try #require(token?.stringValue)), 401, "invalid_client")
        }
    }

    @Test func `CAS-1: an algorithm beyond the two is for clients that registered it, and then it alone`() async throws
    {
        defer { server.stop() }
        let (p256, rsa) = (try #require(Self.p256), try #require(Self.rsa))
        let now = server.clock.now
        expectRefusal(try token(p256.assertion("backend", now: now)), 401, "invalid_client")
        expectRefusal(try token(rsa.signing(with: .rs256).assertion("backend", now: now)), 401, "invalid_client")
        try await register("es256", [p256, rsa], ["token_endpoint_auth_signing_alg": "ES256"])
        let ed25519 = try ClientKey(.edDSA, .ed25519, keyID: "ed")
        try await register("eddsa", [ed25519], ["token_endpoint_auth_signing_alg": "EdDSA"])
        #expect(try token(ed25519.assertion("eddsa", now: now)).status == 200)
        try await register("ps256", [rsa], ["token_endpoint_auth_signing_alg": "PS256"])
        #expect(try token(rsa.signing(with: .ps256).assertion("ps256", now: now)).status == 200)
        expectRefusal(try token(rsa.signing(with: .rs256).assertion("ps256", now: now)), 401, "invalid_client")
        try await register("rs256", [p256, rsa], ["token_endpoint_auth_signing_alg": "RS256"])
        #expect(try token(p256.assertion("es256", now: now)).status == 200)
        expectRefusal(try token(rsa.assertion("es256", now: now)), 401, "invalid_client")
        #expect(try token(rsa.signing(with: .rs256).assertion("rs256", now: now)).status == 200)
        expectRefusal(try token(rsa.assertion("rs256", now: now)), 401, "invalid_client")
        for algorithm in AssertionAlgorithm.allCases { #expect(Algorithm(rawValue: algorithm.rawValue) != nil) }
    }

    @Test func `TK-02, CLA-3: only the registered method, and one in a request`() async throws {
        defer { server.stop() }
        let assertion = { try self.key().assertion("backend", now: self.server.clock.now) }
        expectRefusal(
            try server.post(
                "/token", Self.request + ClientKey.form(try assertion()), headers: [App.basic("backend", Self.secret)]),
            400, "invalid_request", "Basic beside it")
        expectRefusal(try token(try assertion(), [("client_secret", Self.secret)]), 400, "invalid_request", "a secret")
        expectRefusal(
            try server.post("/token", Self.request, headers: [App.basic("backend", Self.secret)]), 401, "invalid_client"
        )
        expectRefusal(try server.post("/token", Self.request + [("client_id", "backend")]), 401, "invalid_client")
        // A client with a secret, and a public one, gain nothing by an assertion.
        for id in ["ehr", "secret-app", "public-app"] {
            expectRefusal(try token(key().assertion(id, now: server.clock.now)), 401, "invalid_client", "\(id)")
        }
    }

    @Test func `CAS-3, TK-14: client_id may be left out, and is the client if it is there`() throws {
        defer { server.stop() }
        let assertion = { try self.key().assertion("backend", now: self.server.clock.now) }
        #expect(try token(try assertion(), [("client_id", "backend")]).status == 200)
        let other = try token(try assertion(), [("client_id", "other")])
        #expect(other.status == 400 || other.status == 401)
        #expect(other.json["access_token"] == nil)
    }

    @Test(arguments: [
        nil, "", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", ClientKey.type + " ",
        ClientKey.type.uppercased(),
    ])
    func `CAS-11, BS-9: another client_assertion_type`(type: String?) throws {
        defer { server.stop() }
        let assertion = try key().assertion("backend", now: server.clock.now)
        let form = type.map { [("client_assertion_type", $0)] } ?? []
        let response = try server.post("/token", Self.request + form + [("client_assertion", assertion)])
        expectRefusal(response, 400, "invalid_request")
        #expect(response.json["error_description"]?.stringValue?.contains("client_assertion_type") == true)
    }

    @Test func `a type without an assertion`() throws {
        defer { server.stop() }
        expectRefusal(
            try server.post(
                "/token", Self.request + [("client_assertion_type", ClientKey.type), ("client_id", "backend")]),
            400, "invalid_request")
    }

    @Test func `a disabled or removed client's assertion is worth nothing`() async throws {
        defer { server.stop() }
        try await server.administer(.delete, "/admin/v1/clients/backend")
        expectRefusal(try token(key().assertion("backend", now: server.clock.now)), 401, "invalid_client")
    }

    // MARK: Wherever a client authenticates

    @Test(arguments: ["/introspect", "/revoke"])
    func `CAS-4, CAS-6: the other endpoints take it too, under each of its names, and once`(path: String) throws {
        defer { server.stop() }
        let access = try #require(
            try token(key().assertion("backend", now: server.clock.now)).json["access_token"]?.stringValue)
        for audience in ["/token", "", path] {
            let assertion = try key().assertion(
                "backend", now: server.clock.now, claims: ["aud": .string(TestServer.issuer + audience)])
            let form = [("token", path == "/revoke" ? "unknown" : access)] + ClientKey.form(assertion)
            #expect(try server.post(path, form).status == 200, "\(audience)")
            expectRefusal(try server.post(path, form), 401, "invalid_client", "again")
        }
        let wrong = try key().assertion(
            "backend", now: server.clock.now, claims: ["aud": .string(TestServer.issuer + "/authorize")])
        expectRefusal(try server.post(path, [("token", access)] + ClientKey.form(wrong)), 401, "invalid_client")
    }

    @Test func `an introspection shows the client's own token, and a revocation ends it`() throws {
        defer { server.stop() }
        let access = try #require(
            try token(key().assertion("backend", now: server.clock.now)).json["access_token"]?.stringValue)
        func post(_ path: String) throws -> JSON {
            try server.post(
                path, [("token", access)] + ClientKey.form(key().assertion("backend", now: server.clock.now))
            ).json
        }
        #expect(try post("/introspect")["active"] == true)
        _ = try post("/revoke")
        #expect(try post("/introspect") == ["active": false])
    }

    @Test func `an app with a key redeems codes and refreshes, each with an assertion of its own`() async throws {
        defer { server.stop() }
        try await register(
            "key-app", [key()],
            [
                "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                "redirect_uris": ["https://key.example/cb"],
                "scope": "openid launch/patient patient/Patient.rs offline_access",
            ])
        let app = App(clientID: "key-app", secret: nil, redirectURI: "https://key.example/cb")
        let scope = "openid launch/patient patient/Patient.rs offline_access"
        let code = try app.code(server, scope: scope)
        let form: [(String, String)] = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", app.redirectURI),
            ("code_verifier", App.verifier),
        ]
        let assertion = try key().assertion("key-app", now: server.clock.now)
        // What fails as an authentication does not burn the code.
        expectRefusal(
            try server.post(
                "/token", form + ClientKey.form(try #require(Self.foreign).assertion("key-app", now: server.clock.now))),
            401, "invalid_client")
        let tokens = try server.post("/token", form + ClientKey.form(assertion))
        #expect(tokens.status == 200, "\(tokens.text)")
        let refresh = [
            ("grant_type", "refresh_token"), ("refresh_token", try #require(tokens.json["refresh_token"]?.stringValue)),
        ]
        // REF-3: a confidential client authenticates at refresh, and a used assertion is none.
        expectRefusal(try server.post("/token", refresh + [("client_id", "key-app")]), 401, "invalid_client")
        expectRefusal(try server.post("/token", refresh + ClientKey.form(assertion)), 401, "invalid_client")
        let again = try server.post(
            "/token", refresh + ClientKey.form(key().assertion("key-app", now: server.clock.now)))
        #expect(again.status == 200, "\(again.text)")
        #expect(try server.isActive(again.json))
    }

    @Test func `TK-17: a replay burns no code, and a refused request that was authenticated uses its assertion up`()
        async throws
    {
        defer { server.stop() }
        try await register(
            "key-app", [key()],
            [
                "grant_types": ["authorization_code"], "response_types": ["code"],
                "redirect_uris": ["https://key.example/cb"],
                "scope": "openid launch/patient patient/Patient.rs",
            ])
        let app = App(clientID: "key-app", secret: nil, redirectURI: "https://key.example/cb")
        func form(_ code: String) -> [(String, String)] {
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", app.redirectURI),
                ("code_verifier", App.verifier),
            ]
        }
        let assertion = try key().assertion("key-app", now: server.clock.now)
        expectRefusal(try server.post("/token", form("1.unknown") + ClientKey.form(assertion)), 400, "invalid_grant")
        let code = try app.code(server)
        expectRefusal(try server.post("/token", form(code) + ClientKey.form(assertion)), 401, "invalid_client")
        let fresh = try key().assertion("key-app", now: server.clock.now)
        #expect(try server.post("/token", form(code) + ClientKey.form(fresh)).status == 200)
    }

    @Test(arguments: [
        ("/token", [("grant_type", "client_credentials"), ("scope", "user/Patient.rs")], "invalid_scope"),
        ("/token", [("grant_type", "client_credentials")], "invalid_request"),
        ("/token", [("grant_type", "authorization_code"), ("code", "1.x")], "unauthorized_client"),
        ("/token", request + [("resource", "https://other.example/r4")], "invalid_target"),
        ("/revoke", [("token_type_hint", "access_token")], "invalid_request"),
        ("/introspect", [("token_type_hint", "access_token")], "invalid_request"),
    ])
    func `TK-17: a request that is refused uses its assertion up`(
        path: String, form: [(String, String)], error: String
    ) throws {
        defer { server.stop() }
        let assertion = try key().assertion("backend", now: server.clock.now)
        expectRefusal(try server.post(path, form + ClientKey.form(assertion)), 400, error)
        expectRefusal(try token(assertion), 401, "invalid_client")
    }

    @Test func `RT-06: another client's refresh token is answered like none at all`() throws {
        defer { server.stop() }
        let scope = "openid launch/patient patient/Patient.rs offline_access"
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let theirs = try #require(tokens["refresh_token"]?.stringValue)
        for token in [theirs, "1.unknown"] {
            let assertion = try key().assertion("backend", now: server.clock.now)
            let form = [("grant_type", "refresh_token"), ("refresh_token", token)]
            expectRefusal(try server.post("/token", form + ClientKey.form(assertion)), 400, "unauthorized_client")
        }
    }

    @Test func `CAS-6: used until it has expired, whatever is swept`() async throws {
        defer { server.stop() }
        let assertion = try key().assertion("backend", now: server.clock.now)
        #expect(try token(assertion).status == 200)
        for _ in 0..<4 {
            server.clock.advance(90)
            _ = try await server.authorization.database.sweep(now: server.clock.now)
            expectRefusal(try token(assertion), 401, "invalid_client")
        }
    }

    @Test func `two clients may have the same jti`() throws {
        defer { server.stop() }
        for id in ["backend", "other"] {
            #expect(try token(key().assertion(id, now: server.clock.now, claims: ["jti": "same"])).status == 200)
        }
    }

    @Test func `RFC 8414 §2: where private_key_jwt is listed, so are the algorithms`() throws {
        defer { server.stop() }
        for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
            let document = try server.send(.get, path).json
            for endpoint in ["token", "introspection", "revocation"] {
                let methods = document["\(endpoint)_endpoint_auth_methods_supported"]?.strings ?? []
                #expect(methods.contains("private_key_jwt"), "\(endpoint)")
                let algorithms = document["\(endpoint)_endpoint_auth_signing_alg_values_supported"]?.strings ?? []
                #expect(algorithms.contains("RS384") && algorithms.contains("ES384"), "\(endpoint)")
                #expect(!algorithms.contains { $0 == "none" || $0.hasPrefix("HS") })
            }
        }
        let smart = try server.send(.get, "/fhir/.well-known/smart-configuration").json
        #expect(smart["token_endpoint_auth_methods_supported"]?.strings?.contains("private_key_jwt") == true, "DISC-17")
        #expect(
            smart["token_endpoint_auth_signing_alg_values_supported"]?.strings?.contains("ES384") == true, "DISC-18")
        #expect(smart["capabilities"]?.strings?.contains("client-confidential-asymmetric") == true, "CAP-4")
        #expect(smart["scopes_supported"]?.strings?.contains("system/*.cruds") == true, "DISC-19, BS-10")
    }
}
