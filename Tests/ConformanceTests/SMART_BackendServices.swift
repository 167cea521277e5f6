import Crypto
import Encoding
import HTTP
import JOSE
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// Checklist §9: a client on its own reads a FHIR server.
@Suite struct `SMART App Launch 2.2: Backend Services` {
    let server: TestServer
    static let key = try? ClientKey(.es384, .p384, keyID: "k")
    static let second = FHIRBaseURL("https://second.example/r4")

    init() async throws {
        server = try await TestServer.withSamples()
        try await Self.register(on: server)
    }

    private static func register(on server: TestServer) async throws {
        try await server.register(
            "backend",
            [
                "token_endpoint_auth_method": "private_key_jwt", "jwks": ClientKey.set([#require(key)]),
                "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
                "scope":
                    "system/Patient.rs system/Observation.rs?category=laboratory auth/Token.r patient/*.rs user/*.rs openid offline_access launch",
            ])
    }

    private func token(
        _ scope: String?, _ more: [(String, String)] = [], on server: TestServer? = nil
    ) throws -> ClientResponse {
        let server = server ?? self.server
        let assertion = try #require(Self.key).assertion("backend", now: server.clock.now)
        return try server.post(
            "/token",
            [("grant_type", "client_credentials")] + (scope.map { [("scope", $0)] } ?? []) + ClientKey.form(assertion)
                + more)
    }

    @Test func `BS-1, BS-2, BS-5, BS-6, BS-7: the answer`() throws {
        defer { server.stop() }
        let response = try token("system/Patient.rs")
        #expect(response.status == 200, "\(response.text)")
        #expect(response.headers["cache-control"] == "no-store" && response.headers["pragma"] == "no-cache")
        let json = response.json
        #expect(json["token_type"] == "Bearer" && json["scope"] == "system/Patient.rs")
        #expect(json["expires_in"] == 300)
        for member in ["refresh_token", "id_token", "patient", "encounter", "need_patient_banner"] {
            #expect(json[member] == nil, "\(member)")
        }
        let claims = try server.verifiedClaims(json["access_token"]?.stringValue, .es256)
        #expect(claims["aud"] == .string(TestServer.fhirBase) && claims["sub"] == "backend")
        #expect(claims["client_id"] == "backend" && claims["scope"] == "system/Patient.rs")
        #expect(claims["exp"] == .integer(server.clock.now + 300))
    }

    @Test func `BS-6: it is over after five minutes`() throws {
        defer { server.stop() }
        let tokens = try token("system/Patient.rs").json
        let live = try server.introspect(try #require(tokens["access_token"]?.stringValue))
        #expect(live["active"] == true && live["scope"] == "system/Patient.rs" && live["client_id"] == "backend")
        #expect(live["sub"] == "backend" && live["aud"] == .string(TestServer.fhirBase))
        server.clock.advance(299)
        #expect(try server.isActive(tokens))
        server.clock.advance(1)
        #expect(try !server.isActive(tokens))
    }

    @Test(arguments: [
        ("system/Patient.rs", "system/Patient.rs"), ("system/Patient.r", "system/Patient.r"),
        ("system/Patient.cruds", "system/Patient.rs"), ("system/Patient.read", "system/Patient.read"),
        ("system/*.rs", "system/Patient.rs system/Observation.rs?category=laboratory"),
        ("system/Observation.rs", "system/Observation.rs?category=laboratory"),
        ("system/Patient.rs system/Condition.rs", "system/Patient.rs"),
        ("system/Patient.rs patient/Patient.rs user/Patient.rs openid launch offline_access", "system/Patient.rs"),
    ])
    func `BS-3, BS-4, BS-11: what was asked for, within what is pre-authorized`(asked: String, granted: String) throws {
        defer { server.stop() }
        let response = try token(asked)
        #expect(response.json.grantedScopes == Set(granted.split(separator: " ").map(String.init)), "\(response.text)")
    }

    @Test(arguments: [
        "system/Condition.rs", "system/Patient.cud", "patient/Patient.rs", "user/Patient.rs", "openid", "launch",
        "offline_access", "system/Patient.dus", "system/patient.rs", "system/Patient.rs?_id=", "system/*.rs?code:in=x",
    ])
    func `BS-3, BS-8: nothing of it`(scope: String) throws {
        defer { server.stop() }
        expectRefusal(try token(scope), 400, "invalid_scope")
    }

    @Test(arguments: [nil, ""]) func `BS-3: scope is needed`(scope: String?) throws {
        defer { server.stop() }
        expectRefusal(try token(scope), 400, "invalid_request")
    }

    @Test(arguments: ["foo", "CLIENT_CREDENTIALS", "client_credentials "])
    func `BS-9, TOK-13: an unknown grant is exactly 400, with a right assertion and with none`(grant: String) throws {
        defer { server.stop() }
        let assertion = try #require(Self.key).assertion("backend", now: server.clock.now)
        let form = [("grant_type", grant), ("scope", "system/Patient.rs")]
        expectRefusal(try server.post("/token", form + ClientKey.form(assertion)), 400, "unsupported_grant_type")
        expectRefusal(try server.post("/token", form), 400, "unsupported_grant_type")
        // It was not looked at, so it is still good.
        let again = form.dropFirst() + [("grant_type", "client_credentials")] + ClientKey.form(assertion)
        #expect(try server.post("/token", Array(again)).status == 200)
    }

    @Test func `BS-1: a shared secret gets no system scope`() async throws {
        defer { server.stop() }
        try await server.register(
            "secret-backend",
            [
                "client_secret": "secret-backend-0123456789", "grant_types": ["client_credentials"],
                "response_types": [],
                "redirect_uris": [], "scope": "system/*.rs auth/Token.r",
            ])
        func token(_ scope: String) throws -> ClientResponse {
            try server.post(
                "/token", [("grant_type", "client_credentials"), ("scope", scope)],
                headers: [App.basic("secret-backend", "secret-backend-0123456789")])
        }
        expectRefusal(try token("system/Patient.rs"), 400, "invalid_scope")
        #expect(try token("system/Patient.rs auth/Token.r").json["scope"] == "auth/Token.r")
    }

    @Test func `TK-22: a client that is not registered for the grant`() async throws {
        defer { server.stop() }
        try await server.register(
            "key-app",
            [
                "token_endpoint_auth_method": "private_key_jwt", "jwks": ClientKey.set([#require(Self.key)]),
                "grant_types": ["authorization_code"], "scope": "system/Patient.rs launch/patient patient/Patient.rs",
            ])
        let assertion = try #require(Self.key).assertion("key-app", now: server.clock.now)
        expectRefusal(
            try server.post(
                "/token",
                [("grant_type", "client_credentials"), ("scope", "system/Patient.rs")] + ClientKey.form(assertion)),
            400, "unauthorized_client")
    }

    @Test func `a token has one audience: scopes of our own API and of a FHIR server do not mix`() throws {
        defer { server.stop() }
        expectRefusal(try token("system/Patient.rs auth/Token.r"), 400, "invalid_scope")
        let own = try token("auth/Token.r").json
        let claims = try server.verifiedClaims(own["access_token"]?.stringValue, .es256)
        #expect(claims["aud"] == .string(TestServer.issuer))
    }

    @Test func `RFC 8707: system scopes are for records, not for the administration`() throws {
        defer { server.stop() }
        let administration = TestServer.issuer + "/admin/v1"
        for scope in ["system/Patient.rs", "system/Patient.rs auth/Token.r"] {
            expectRefusal(try token(scope, [("resource", administration)]), 400, "invalid_scope")
        }
        // It is registered for none of those of the administration.
        #expect(try token("auth/Client.r", [("resource", administration)]).json["error"] == "invalid_scope")
    }

    /// Roles are on the way from the registration to the administration (threats AD-07).
    @Test func `RFC 8707: the administration is named, and a role carries what is asked for`() async throws {
        server.stop()
        let server = try await TestServer.withSamples {
            $0.policies.append(
                TestPolicies.file(
                    "registrar", ["holders": ["Client"], "rules": [["id": "all", "allow": "auth/Client.rs"]]]))
        }
        defer { server.stop() }
        try await server.register(
            "backend",
            [
                "token_endpoint_auth_method": "private_key_jwt", "jwks": ClientKey.set([#require(Self.key)]),
                "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
                "scope": "auth/Client.crus auth/Token.r",
            ])
        let named = [("resource", TestServer.administrationAudience)]
        expectRefusal(try token("auth/Client.crus", named, on: server), 400, "invalid_scope")
        try await server.administer(
            .post, "/admin/v1/role-assignments", ["client": "backend", "role": "registrar", "reason": "keeps the apps"])
        let answer = try token("auth/Client.crus auth/Token.r", named, on: server).json
        #expect(answer["scope"] == "auth/Client.rs")
        let claims = try server.verifiedClaims(answer["access_token"]?.stringValue, .es256)
        #expect(claims["aud"] == .string(TestServer.administrationAudience))
    }

    @Test func `a purpose of use is one of those there are, and is in the permissions`() throws {
        defer { server.stop() }
        expectRefusal(try token("system/Patient.rs", [("purpose_of_use", "CURIOSITY")]), 400, "invalid_request")
        let granted = try token("system/Patient.rs", [("purpose_of_use", "TREAT")]).json
        let told = try server.introspect(try #require(granted["access_token"]?.stringValue))
        #expect(told["active"] == true && told["purpose_of_use"] == "TREAT")
    }

    @Test(arguments: [TestServer.fhirBase, TestServer.fhirBase + "/", "https://other.example/r4", "x"])
    func `RFC 8707 §2: a token for our own API is not what was asked for where resource names records`(
        resource: String
    ) throws {
        defer { server.stop() }
        for name in ["resource", "aud"] {
            expectRefusal(try token("auth/Token.r", [(name, resource)]), 400, "invalid_target")
        }
        let own = try token("auth/Token.r", [("resource", TestServer.issuer)]).json
        let claims = try server.verifiedClaims(own["access_token"]?.stringValue, .es256)
        #expect(claims["aud"] == .string(TestServer.issuer) && own["scope"] == "auth/Token.r")
    }

    /// What is known of FHIR servers in memory is told of a change after its commit.
    @Test func `RFC 8707: a FHIR server that was removed a moment ago gets no token more`() async throws {
        defer { server.stop() }
        let base = "https://fhir.example/labs/r5"
        try await server.administer(.post, "/admin/v1/fhir-servers", ["base": .string(base), "name": "Labs"])
        func labs() throws -> ClientResponse { try token("system/Patient.rs", [("resource", base)]) }
        #expect(try labs().status == 200)
        let isRemoved = try await server.authorization.database.write { try $0.deleteFHIRServer(id: "r5") }
        #expect(isRemoved)
        expectRefusal(try labs(), 400, "invalid_target")
    }

    @Test func `RFC 8707: of several FHIR servers one is named`() async throws {
        server.stop()
        let second = try #require(Self.second)
        let server = try await TestServer.withSamples {
            $0.fhirServers.append(FHIRServer(base: second, name: "Second"))
        }
        defer { server.stop() }
        try await Self.register(on: server)
        expectRefusal(try token("system/Patient.rs", on: server), 400, "invalid_request")
        expectRefusal(
            try token("system/Patient.rs", [("resource", "https://other.example/r4")], on: server), 400,
            "invalid_target")
        for name in ["resource", "aud"] {
            let json = try token("system/Patient.rs", [(name, second.value)], on: server).json
            let claims = try server.verifiedClaims(json["access_token"]?.stringValue, .es256)
            #expect(claims["aud"] == .string(second.value), "\(name)")
            // The resource server of the first one learns nothing of it (IN-01).
            #expect(try server.introspect(try #require(json["access_token"]?.stringValue)) == ["active": false])
        }
    }
}
