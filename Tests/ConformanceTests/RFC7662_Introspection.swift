import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@Suite struct `RFC 7662: introspection` {
    let server: TestServer
    let scope = "openid fhirUser launch/patient patient/Patient.rs offline_access"
    let caller = App.basic("fhir-server", "fhir-server-secret-0123456789")

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func introspect(
        _ token: String, _ headers: [(String, String)], _ extra: [(String, String)] = []
    ) throws -> ClientResponse {
        try server.post("/introspect", [("token", token)] + extra, headers: headers)
    }

    private func access(_ tokens: JSON) throws -> String { try #require(tokens["access_token"]?.stringValue) }

    private func expectInactive(
        _ response: ClientResponse, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(response.status == 200, comment, sourceLocation: sourceLocation)
        #expect(response.text == #"{"active":false}"#, comment, sourceLocation: sourceLocation)
        #expect(response.headers["cache-control"] == "no-store", comment, sourceLocation: sourceLocation)
    }

    @Test func `INT-1, INT-2, INT-9, IN-03: what is said of a live token`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let response = try introspect(try access(tokens), [caller], [("token_type_hint", "refresh_token")])
        #expect(response.status == 200)
        #expect(response.headers["content-type"] == "application/json")
        #expect(response.headers["cache-control"] == "no-store", "INT-11")
        let answer = response.json
        #expect(answer["active"] == true)
        #expect(answer["scope"] == tokens["scope"])
        #expect(answer["client_id"] == "public-app")
        #expect(answer["aud"] == .string(TestServer.fhirBase))
        let expiry = tokens["expires_in"]?.integerValue.map { server.clock.now + $0 }
        #expect(answer["exp"]?.integerValue == expiry)
        #expect(answer["iat"]?.integerValue == server.clock.now)
        #expect(answer["token_type"] == "Bearer")
        #expect(answer["patient"] == "1", "INT-3")
        let identity = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        for claim in ["iss", "sub", "fhirUser"] {
            #expect(answer[claim] != nil && answer[claim] == identity[claim], "INT-4: \(claim)")
        }
    }

    @Test func `INT-2, INT-12: after a refresh exp counts from then, and the scope is the new token's`() throws {
        defer { server.stop() }
        let first = try App.publicApp.tokens(server, as: "patient", scope: scope)
        server.clock.advance(1234)
        let refresh = try #require(first["refresh_token"]?.stringValue)
        let second = try App.publicApp.refresh(refresh, server, scope: "patient/Patient.r").json
        let said = try [first, second].map { try server.introspect(try access($0)) }
        let lifetimes = try [first, second].map { try #require($0["expires_in"]?.integerValue) }
        #expect(said[0]["exp"]?.integerValue == server.clock.now - 1234 + lifetimes[0])
        #expect(said[1]["exp"]?.integerValue == server.clock.now + lifetimes[1])
        #expect(said[1]["iat"]?.integerValue == server.clock.now)
        #expect(said[0]["scope"] == first["scope"] && said[1]["scope"] == "patient/Patient.r")
        #expect(said[1]["fhirUser"] == nil, "it was not granted to this token")
        server.clock.advance(lifetimes[0] - 1234)
        #expect(try !server.isActive(first))
        #expect(try server.isActive(second))
    }

    @Test func `INT-4: fhirUser is told where it was granted, and nowhere else`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: "openid launch/patient patient/Patient.rs")
        #expect(try server.introspect(try access(tokens))["fhirUser"] == nil)
    }

    @Test func `INT-5, INT-10, IN-02: everything else is exactly active false, a refresh token too`() async throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let live = try access(tokens)
        let parts = live.split(separator: ".").map(String.init)
        let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"
        let others = [
            "x", "a.b.c", String(repeating: "A", count: 54), live + "A", live + " ", String(live.dropLast()),
            "\(parts[0]).\(parts[1]).", "\(unsigned).\(parts[1]).", "\(unsigned).\(parts[1]).\(parts[2])",
            "\(parts[0]).\(parts[1]).\(String(parts[2].reversed()))", "..", "\u{1F3E5}",
            String(repeating: "a.", count: 9000),
            try #require(tokens["refresh_token"]?.stringValue), try #require(tokens["id_token"]?.stringValue),
            try App.publicApp.code(server), try server.launchHandle(["client_id": "public-app"]),
        ]
        for other in others { expectInactive(try introspect(other, [caller]), "\(other.prefix(80))") }
        #expect(try server.isActive(tokens))
        let stranger = try TestServer()
        defer { stranger.stop() }
        try await stranger.addSamples()
        let foreign = try App.publicApp.tokens(stranger, as: "patient", scope: scope)
        expectInactive(try introspect(try access(foreign), [caller]), "of another issuer's key")
    }

    @Test func `IN-04: expiry and revocation are seen at once, also after many questions`() throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server, scope: scope)
        let tokens = try App.publicApp.redeem(code, server).json
        for _ in 0..<3 { #expect(try server.isActive(tokens)) }
        _ = try App.publicApp.redeem(code, server)
        expectInactive(try introspect(try access(tokens), [caller]), "revoked")
        let other = try App.publicApp.tokens(server, as: "patient", scope: scope)
        #expect(try server.isActive(other))
        server.clock.advance(3600)
        expectInactive(try introspect(try access(other), [caller]), "expired")
    }

    @Test func `IN-04: and after a restart`() throws {
        let code = try App.publicApp.code(server, scope: scope)
        let dead = try App.publicApp.redeem(code, server).json
        let live = try App.publicApp.tokens(server, as: "patient", scope: scope)
        _ = try App.publicApp.redeem(code, server)
        server.stop(keepingData: true)
        let next = try TestServer(directory: server.directory, clock: server.clock)
        defer { next.stop() }
        #expect(try !next.isActive(dead))
        #expect(try next.isActive(live))
    }

    @Test func `IN-01, INT-8: the caller must say who it is`() throws {
        defer { server.stop() }
        let token = try access(try App.publicApp.tokens(server, as: "patient", scope: scope))
        for headers in [[], [App.basic("fhir-server", "wrong")], [App.basic("nobody", "x")]] {
            let response = try introspect(token, headers)
            expectRefusal(response, 401, "invalid_client")
            #expect(response.headers["www-authenticate"] != nil)
        }
        expectRefusal(try introspect(token, [], [("client_id", "public-app")]), 401, "invalid_client")
        let bearer = try introspect(token, [("Authorization", "Bearer x")])
        expectRefusal(bearer, 401, "invalid_token")
        #expect(bearer.headers["www-authenticate"]?.contains("error=\"invalid_token\"") == true)
        let app = try introspect(token, [("Authorization", "Bearer " + token)])
        expectRefusal(app, 401, "invalid_token", "an app's token is for the FHIR server")
    }

    @Test func `INT-8: a bearer token without the scope is insufficient_scope`() throws {
        defer { server.stop() }
        let bearer = ("Authorization", "Bearer " + (try server.ehrToken(scope: "auth/Launch.c")))
        let response = try introspect("x", [bearer])
        expectRefusal(response, 403, "insufficient_scope")
        #expect(response.headers["www-authenticate"]?.contains("scope=\"auth/Token.r\"") == true)
    }

    @Test func `IN-01: a client sees its own tokens, a resource server those that are meant for it`() async throws {
        defer { server.stop() }
        let own = try access(try App.secretApp.tokens(server, as: "patient", scope: scope))
        let other = try access(try App.publicApp.tokens(server, as: "patient", scope: scope))
        let app = App.basic("secret-app", App.secretApp.secret ?? "")
        #expect(try introspect(own, [app]).json["active"] == true)
        expectInactive(try introspect(other, [app]))
        for token in [own, other] { #expect(try introspect(token, [caller]).json["active"] == true) }
        expectInactive(try introspect(try server.ehrToken(), [caller]), "a token for this server's own API")
        let plain = try App.publicApp.tokens(server, as: "patient", scope: "openid", [("aud", nil)])
        expectInactive(try introspect(try access(plain), [caller]), "a token for no FHIR server")
    }

    @Test func `INT-6: a resource server may show a bearer token, and sees the tokens of every client`() async throws {
        defer { server.stop() }
        try await server.register(
            "gateway",
            [
                "client_secret": "gateway-secret-0123456789", "grant_types": ["client_credentials"],
                "response_types": [],
                "scope": "auth/Token.r", "resource_server_audiences": [.string(TestServer.fhirBase)],
            ])
        let response = try server.post(
            "/token", [("grant_type", "client_credentials"), ("scope", "auth/Token.r")],
            headers: [App.basic("gateway", "gateway-secret-0123456789")])
        let bearer = ("Authorization", "Bearer " + (try access(response.json)))
        for app in [App.publicApp, App.secretApp] {
            let token = try access(try app.tokens(server, as: "patient", scope: scope))
            #expect(try introspect(token, [bearer]).json["client_id"] == .string(app.clientID))
        }
        server.clock.advance(300)
        expectRefusal(try introspect("x", [bearer]), 401, "invalid_token", "expired")
    }

    @Test func `INT-8, AZ-07, IN-05: token comes once, in the body of a POST`() throws {
        defer { server.stop() }
        let token = try access(try App.publicApp.tokens(server, as: "patient", scope: scope))
        expectRefusal(try server.post("/introspect", [], headers: [caller]), 400, "invalid_request")
        expectRefusal(try introspect("", [caller]), 400, "invalid_request")
        expectRefusal(try introspect(token, [caller], [("token", token)]), 400, "invalid_request")
        expectRefusal(try server.post("/introspect?token=" + token, [], headers: [caller]), 400, "invalid_request")
        let get = try server.send(.get, "/introspect?token=" + token, headers: [caller])
        #expect(get.status == 405 && !get.text.contains("active"))
        let json = try server.send(
            .post, "/introspect", headers: [caller, ("Content-Type", "application/json")], body: #"{"token":"x"}"#)
        expectRefusal(json, 400, "invalid_request")
    }

    @Test func `INT-3: every member of the context is repeated, with its type`() throws {
        defer { server.stop() }
        let context: JSONObject = [
            "patient": "2", "encounter": "e2", "intent": "review", "need_patient_banner": true, "tenant": "t1",
            "smart_style_url": "https://ehr.example/style/1.json", "fhirContext": [["reference": "ImagingStudy/1"]],
            "https://ehr.example/unit": ["floor": 3], "__ward": "7",
        ]
        let handle = try server.launchHandle(
            .object(JSONObject([("client_id", "secret-app")] + context.members.map { ($0.name, $0.value) })))
        let tokens = try App.secretApp.tokens(
            server, as: "physician", scope: "launch patient/*.rs", [("launch", handle)])
        let answer = try server.introspect(try access(tokens))
        for member in context.members {
            #expect(tokens[member.name] == member.value, "\(member.name)")
            #expect(answer[member.name] == member.value, "\(member.name)")
        }
    }
}
