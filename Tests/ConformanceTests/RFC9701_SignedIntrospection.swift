import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `RFC 9701: signed introspection` {
    static let type = "application/token-introspection+jwt"
    let server: TestServer
    let scope = "openid fhirUser launch/patient patient/Patient.rs"

    init() async throws { server = try await TestServer.withSamples() }

    private func token() throws -> String {
        try #require(try App.publicApp.tokens(server, as: "patient", scope: scope)["access_token"]?.stringValue)
    }

    private func signed(_ form: [(String, String)], _ headers: [(String, String)] = [TestServer.resourceServer]) throws
        -> ClientResponse
    {
        try server.post("/introspect", form, headers: headers + [("Accept", Self.type)])
    }

    @Test func `§5: the claims, and the very object of the plain answer`() throws {
        defer { server.stop() }
        let token = try token()
        for text in [token, "x", token + "A"] {
            for extra in [[], [("request", "GET Patient/1")]] {
                let plain = try server.ask([("token", text)] + extra)
                let response = try signed([("token", text)] + extra)
                #expect(response.status == 200 && response.headers["content-type"] == Self.type)
                #expect(response.headers["cache-control"] == "no-store")
                let claims = try server.verifiedClaims(response.text, .rs256)
                #expect(claims["iss"] == .string(TestServer.issuer) && claims["aud"] == "fhir-server")
                #expect(claims["iat"] == .integer(server.clock.now))
                #expect(claims["token_introspection"] == plain.json)
                #expect(plain.json["active"] == .bool(text == token))
                // §5: no sub, no exp; nothing that another kind of token has.
                #expect(claims.objectValue?.names.sorted() == ["aud", "iat", "iss", "token_introspection"])
                let header = try JWS(compact: Array(response.text.utf8))
                #expect(header.type == "token-introspection+jwt" && header.keyID != nil)
            }
        }
    }

    @Test func `§5: aud is who asks, also by a bearer token`() async throws {
        defer { server.stop() }
        try await server.register(
            "gateway",
            [
                "client_secret": "gateway-secret-0123456789", "grant_types": ["client_credentials"],
                "response_types": [], "redirect_uris": [], "scope": "auth/Token.r",
                "resource_server_audiences": [.string(TestServer.fhirBase)],
                "introspection_signed_response_alg": "ES256",
            ])
        let bearer = try server.post(
            "/token", [("grant_type", "client_credentials"), ("scope", "auth/Token.r")],
            headers: [App.basic("gateway", "gateway-secret-0123456789")]
        ).json["access_token"]?.stringValue
        for headers in [
            [("Authorization", "Bearer " + (bearer ?? ""))], [App.basic("gateway", "gateway-secret-0123456789")],
        ] {
            let response = try signed([("token", try token())], headers)
            #expect(try server.verifiedClaims(response.text, .es256)["aud"] == "gateway", "and §6: by its algorithm")
        }
    }

    @Test(
        arguments: [
            (nil, false), ("", false), ("application/json", false), ("*/*", false), ("application/*", false),
            ("application/token-introspection+jwt", true), ("Application/Token-Introspection+JWT", true),
            ("application/token-introspection+jwt;q=0", false), ("application/token-introspection+jwt; q=0.0", false),
            ("application/json, application/token-introspection+jwt", true),
            ("application/token-introspection+jwt;q=0.5, application/json", false),
            ("application/token-introspection+jwt;q=0.9, application/json;q=0.8", true),
            ("application/token-introspection+jwt;q=0.5, */*;q=0.1", true),
            ("application/token-introspection+jwt;q=0.5, */*", false),
            ("application/token-introspection+jwt;q=2", false), ("application/token-introspection+jwt;q=x", false),
            ("application/token-introspection+jwt;q=0.1234", false), ("text/html", false),
            ("application/jwt", false), ("application/token-introspection+jwts", false),
        ] as [(String?, Bool)])
    func `§4: Accept decides, with its weights, and a range that happens to fit asks for nothing signed`(
        accept: String?, isSigned: Bool
    ) throws {
        defer { server.stop() }
        let response = try server.ask([("token", "x")], accept.map { [("Accept", $0)] } ?? [])
        #expect(response.status == 200)
        #expect((response.headers["content-type"] == Self.type) == isSigned, "\(accept ?? "none")")
        if !isSigned { #expect(response.text == #"{"active":false}"#) }
    }

    @Test func `§4: a refusal is an error like any other`() throws {
        defer { server.stop() }
        expectRefusal(try signed([("token", "x")], []), 401, "invalid_client")
        expectRefusal(try signed([]), 400, "invalid_request")
    }

    @Test func `§6, §7: the algorithms are published, and no other is registered`() async throws {
        defer { server.stop() }
        for document in ["oauth-authorization-server", "openid-configuration"] {
            let metadata = try server.send(.get, "/.well-known/" + document).json
            #expect(metadata["introspection_signing_alg_values_supported"] == ["RS256", "ES256"])
        }
        for algorithm in ["none", "HS256", "RS384", "rs256", ""] as [JSON] + [1, .null] {
            await #expect(throws: TestFailure.self, "\(algorithm.text)") {
                try await server.register("strange", ["introspection_signed_response_alg": algorithm])
            }
        }
    }

    @Test func `§8.1, JW-01: a signed answer passes for no token, and no token for one`() throws {
        defer { server.stop() }
        let signed = try signed([("token", try token())]).text
        #expect(try server.ask([("token", signed)]).text == #"{"active":false}"#)
        #expect(try server.send(.get, "/userinfo", headers: [("Authorization", "Bearer " + signed)]).status == 401)
        let bearer = try server.post("/introspect", [("token", "x")], headers: [("Authorization", "Bearer " + signed)])
        expectRefusal(bearer, 401, "invalid_token")
        #expect(IssuedIDToken(signed, server.authorization) == nil, "no id_token_hint")
        let assertion = try server.post("/introspect", ClientKey.form(signed) + [("token", "x")])
        expectRefusal(assertion, 401, "invalid_client")
    }
}
