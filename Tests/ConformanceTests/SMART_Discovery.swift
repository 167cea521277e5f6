import Crypto
import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@Suite struct `SMART App Launch 2.2: discovery` {
    let server: TestServer
    let path = "/fhir/.well-known/smart-configuration"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    @Test(arguments: [nil, "*/*", "text/html", "application/fhir+json", "application/json", "image/png"])
    func `DISC-1, DISC-2, DISC-3: the document is below the FHIR base, for anybody, whatever Accept says`(
        accept: String?
    ) throws {
        defer { server.stop() }
        let response = try server.send(.get, path, headers: accept.map { [("Accept", $0)] } ?? [])
        #expect(response.status == 200)
        #expect(response.headers["content-type"]?.hasPrefix("application/json") == true)
        #expect(response.json["token_endpoint"]?.stringValue != nil)
    }

    @Test func `DISC-1: no other FHIR base has one`() throws {
        defer { server.stop() }
        #expect(try server.send(.get, "/other/.well-known/smart-configuration").status == 404)
        #expect(try server.send(.post, path).status == 405)
    }

    @Test func `DISC-4, TLS-3: every address in it is absolute and the issuer's, whatever Host says (JW-09)`() throws {
        defer { server.stop() }
        let response = try server.send(
            .get, path, headers: [("Host", "evil.example"), ("X-Forwarded-Host", "evil.example")])
        #expect(!response.text.contains("evil.example"))
        let document = try server.send(.get, path).json
        let addresses = (document.objectValue?.members ?? []).filter {
            $0.name.hasSuffix("_endpoint") || $0.name.hasSuffix("_uri")
        }
        #expect(addresses.count >= 4)
        for address in addresses {
            #expect(address.value.stringValue?.hasPrefix(TestServer.issuer + "/") == true, "\(address.name)")
        }
    }

    @Test func `DISC-10: one issuer, in both documents, in tokens and in responses`() throws {
        defer { server.stop() }
        let openID = try server.send(.get, "/.well-known/openid-configuration").json
        let smart = try server.send(.get, path).json
        #expect(smart["issuer"] == .string(TestServer.issuer))
        #expect(openID["issuer"] == smart["issuer"])
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: "openid")
        let claims = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        #expect(claims["iss"] == smart["issuer"])
    }

    @Test func `DISC-11 to DISC-20, DISC-22, DISC-23, REV-1: the members and their values`() throws {
        defer { server.stop() }
        let document = try server.send(.get, path).json
        #expect(document["jwks_uri"] == .string(TestServer.issuer + "/jwks"))
        #expect(document["authorization_endpoint"] == .string(TestServer.issuer + "/authorize"))
        #expect(document["token_endpoint"] == .string(TestServer.issuer + "/token"))
        #expect(document["introspection_endpoint"] == .string(TestServer.issuer + "/introspect"))
        #expect(document["revocation_endpoint"] == .string(TestServer.issuer + "/revoke"))
        #expect(document["management_endpoint"] == .string(TestServer.issuer + "/apps"), "DISC-21")
        #expect(document["grant_types_supported"]?.strings?.contains("authorization_code") == true)
        #expect(document["code_challenge_methods_supported"] == ["S256"])
        #expect(document["response_types_supported"] == ["code"])
        let methods = try #require(document["token_endpoint_auth_methods_supported"]?.strings)
        #expect(methods.contains("client_secret_basic"))
        #expect(!methods.contains("none"), "DISC-17")
        #expect(methods.contains("client_secret_post") && methods.contains("private_key_jwt"))
    }

    @Test func `CAP-1, CAP-2, CAP-3: the capabilities are those that work, and make whole sets`() throws {
        defer { server.stop() }
        let document = try server.send(.get, path).json
        let capabilities = Set(try #require(document["capabilities"]?.strings))
        #expect(
            capabilities == [
                "launch-ehr", "launch-standalone", "authorize-post", "client-public", "client-confidential-symmetric",
                "client-confidential-asymmetric", "sso-openid-connect", "context-banner", "context-style",
                "context-ehr-patient",
                "context-ehr-encounter", "context-standalone-patient", "context-standalone-encounter",
                "permission-offline", "permission-online", "permission-patient", "permission-user", "permission-v1",
                "permission-v2",
            ])
        #expect(document["revocation_endpoint"] == .string(TestServer.issuer + "/revoke"))
        for absent in [
            "registration_endpoint", "user_access_brand_bundle", "associated_endpoints",
        ] {
            #expect(document[absent] == nil, "\(absent)")
        }
    }

    @Test(arguments: [
        "openid", "fhirUser", "profile", "launch/patient", "launch/encounter", "offline_access", "online_access",
        "patient/*.cruds", "user/*.cruds", "patient/*.read", "patient/*.write", "user/*.read", "user/*.write",
    ])
    func `DISC-19: every scope that is listed is really granted`(scope: String) throws {
        defer { server.stop() }
        let listed = try #require(try server.send(.get, path).json["scopes_supported"]?.strings)
        #expect(listed.contains(scope))
        let browser = Browser(server)
        let place = try App.secretApp.walk(
            browser, as: "physician", scope: "openid launch/patient " + scope, patient: "1", encounter: "e1")
        let code = try #require(try App.secretApp.allow(browser, place).parameters["code"])
        #expect(try App.secretApp.redeem(code, server).json.grantedScopes.contains(scope))
    }

    @Test(arguments: ["system/*.cruds", "system/*.read", "system/*.write"])
    func `DISC-19: a scope of backend services that is listed is really granted`(scope: String) async throws {
        defer { server.stop() }
        let listed = try #require(try server.send(.get, path).json["scopes_supported"]?.strings)
        #expect(listed.contains(scope))
        let key = try ClientKey(.es384, .p384, keyID: "k")
        try await server.register(
            "backend",
            [
                "token_endpoint_auth_method": "private_key_jwt", "jwks": ClientKey.set([key]), "redirect_uris": [],
                "grant_types": ["client_credentials"], "response_types": [], "scope": "system/*.cruds",
            ])
        let form = ClientKey.form(try key.assertion("backend", now: server.clock.now))
        let response = try server.post("/token", [("grant_type", "client_credentials"), ("scope", scope)] + form)
        #expect(response.json["scope"] == .string(scope))
    }

    @Test func `DISC-19: nothing else is listed but launch, which an EHR launch grants`() throws {
        defer { server.stop() }
        let listed = try #require(try server.send(.get, path).json["scopes_supported"]?.strings)
        #expect(listed.count == 17 && listed.contains("launch"))
        let handle = try server.launchHandle(["client_id": "secret-app", "patient": "1"])
        let tokens = try App.secretApp.tokens(
            server, as: "physician", scope: "openid launch", [("launch", handle)])
        #expect(tokens.grantedScopes.contains("launch"))
    }

    @Test(arguments: [
        "/fhir/.well-known/smart-configuration", "/.well-known/smart-configuration",
        "/.well-known/openid-configuration", "/jwks",
    ])
    func `CORS-1: any origin may read it, it may be kept for a while, and HEAD is GET without a body`(
        path: String
    ) throws {
        defer { server.stop() }
        let response = try server.send(.get, path, headers: [("Origin", "https://anywhere.example")])
        #expect(response.headers["access-control-allow-origin"] == "*")
        #expect(response.headers["access-control-allow-credentials"] == nil)
        #expect(response.headers["cache-control"]?.contains("max-age=") == true)
        let tag = try #require(response.headers["etag"])
        #expect(try server.send(.get, path, headers: [("If-None-Match", tag)]).status == 304)
        let head = try server.send(.head, path)
        #expect(head.status == 200 && head.body.isEmpty)
        #expect(head.headers["etag"] == tag)
    }

    @Test func `OIDC-7: the OpenID configuration`() throws {
        defer { server.stop() }
        let response = try server.send(.get, "/.well-known/openid-configuration")
        #expect(response.headers["content-type"]?.hasPrefix("application/json") == true)
        let document = response.json
        #expect(document["issuer"] == .string(TestServer.issuer))
        #expect(document["authorization_endpoint"] == .string(TestServer.issuer + "/authorize"))
        #expect(document["token_endpoint"] == .string(TestServer.issuer + "/token"))
        #expect(document["jwks_uri"] == .string(TestServer.issuer + "/jwks"))
        #expect(document["response_types_supported"] == ["code"])
        #expect(document["subject_types_supported"] == ["public"])
        #expect(document["id_token_signing_alg_values_supported"] == ["RS256"])
        #expect(document["authorization_response_iss_parameter_supported"] == true)
        #expect(document["request_parameter_supported"] == false)
        #expect(document["request_uri_parameter_supported"] == false)
        for (member, path) in [
            ("userinfo_endpoint", "/userinfo"), ("revocation_endpoint", "/revoke"), ("end_session_endpoint", "/logout"),
        ] {
            #expect(document[member] == .string(TestServer.issuer + path), "\(member)")
        }
        #expect(document["backchannel_logout_supported"] == true)
        #expect(document["backchannel_logout_session_supported"] == true)
    }

    @Test func `OIDC-6: the key set holds public keys, each with use, algorithm and an id of its own`() throws {
        defer { server.stop() }
        let keys = try #require(try server.send(.get, "/jwks").json["keys"]?.arrayValue)
        #expect(Set(keys.compactMap { $0["kty"]?.stringValue }) == ["RSA", "EC"])
        #expect(Set(keys.compactMap { $0["kid"]?.stringValue }).count == keys.count)
        for key in keys {
            #expect(key["use"] == "sig")
            #expect(["RS256", "ES256"].contains(key["alg"]?.stringValue))
            for secret in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] { #expect(key[secret] == nil, "\(secret)") }
        }
        #expect(try server.publishedKeys().keys.count == keys.count)
    }
}
