import Encoding
import HTTP
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `SMART App Launch 2.2: opaque access tokens` {
    let server: TestServer
    let scope = "openid fhirUser launch/patient patient/Patient.rs offline_access"
    let app = App(clientID: "opaque", secret: nil, redirectURI: "https://opaque.example/cb")

    init() async throws {
        server = try await TestServer.withSamples()
        try await server.register(
            "opaque",
            [
                "access_token_format": "opaque", "token_endpoint_auth_method": "none",
                "launch_uris": ["https://opaque.example/launch"],
            ])
    }

    private func token(_ tokens: JSON) throws -> String { try #require(tokens["access_token"]?.stringValue) }

    @Test func `TOK-10: a handle of b64token characters, of which the database has no more than a hash`() throws {
        defer { server.stop() }
        let tokens = try app.tokens(server, as: "patient", scope: scope)
        let text = try token(tokens)
        #expect(!text.contains(".") && text.utf8.count < 100)
        #expect(text.utf8.allSatisfy { UInt8(ascii: "-") == $0 || $0 == UInt8(ascii: "_") || $0.isLetterOrDigit })
        #expect(try #require(Base64URL.decode(text)).count >= 32, "256 random bits")
        #expect(try token(try app.tokens(server, as: "patient", scope: scope)) != text)
        let handle = try #require(Handle(text))
        let stored = try #require(
            try server.authorization.database.read { (transaction) throws(StorageError) in
                try transaction.accessToken(handle.id)
            })
        #expect(stored.secretHash == handle.hash && !stored.claims.contains(text))
    }

    @Test func `INT-2 to INT-4: introspection says what it would say of a JWT`() throws {
        defer { server.stop() }
        let handle = try server.launchHandle([
            "client_id": "opaque", "patient": "2", "encounter": "e2", "intent": "review",
            "fhirContext": [["reference": "ImagingStudy/1"]], "tenant": "t1", "__ward": ["floor": 3],
        ])
        let launchScope = "openid fhirUser launch patient/*.rs"
        let opaque = try app.tokens(server, as: "physician", scope: launchScope, [("launch", handle)])
        let other = try server.launchHandle([
            "client_id": "public-app", "patient": "2", "encounter": "e2", "intent": "review",
            "fhirContext": [["reference": "ImagingStudy/1"]], "tenant": "t1", "__ward": ["floor": 3],
        ])
        let jwt = try App.publicApp.tokens(server, as: "physician", scope: launchScope, [("launch", other)])
        let (said, expected) = (try server.introspect(try token(opaque)), try server.introspect(try token(jwt)))
        #expect(said["active"] == true)
        let names = expected.objectValue?.members.map(\.name) ?? []
        #expect(said.objectValue?.members.map(\.name) == names)
        for name in names where !["client_id", "jti"].contains(name) {
            #expect(said[name] == expected[name], "\(name)")
        }
        #expect(said["client_id"] == "opaque")
        #expect(try server.introspect(try token(opaque)) == said, "asked again, from memory")
    }

    @Test func `IN-04: expiry, revocation and another's eyes are as for a JWT, also after a restart`() async throws {
        let tokens = try app.tokens(server, as: "patient", scope: scope)
        let text = try token(tokens)
        #expect(try server.introspect(text)["active"] == true)
        let stranger = try server.post(
            "/introspect", [("token", text)], headers: [App.basic("secret-app", "secret-app-secret-0123456789")])
        #expect(stranger.json == ["active": false], "IN-01")
        server.stop(keepingData: true)
        let again = try TestServer(directory: server.directory, clock: server.clock)
        defer { again.stop() }
        #expect(try again.introspect(text)["active"] == true)
        let second = try token(try app.tokens(again, as: "patient", scope: scope))
        try await again.administer(.delete, "/admin/v1/clients/opaque")
        #expect(try again.introspect(text) == ["active": false])
        #expect(try again.introspect(second) == ["active": false])
    }

    @Test func `TOK-9: it expires to the second, and its row is swept`() async throws {
        defer { server.stop() }
        let tokens = try app.tokens(server, as: "patient", scope: scope)
        let (text, lifetime) = (try token(tokens), try #require(tokens["expires_in"]?.integerValue))
        server.clock.advance(lifetime - 1)
        #expect(try server.introspect(text)["active"] == true)
        server.clock.advance(1)
        #expect(try server.introspect(text) == ["active": false])
        let swept = try await server.authorization.database.sweep(now: server.clock.now)
        #expect(swept.deleted["access_tokens"] == 1)
        #expect(try server.introspect(text) == ["active": false])
    }

    @Test func `CTX-9, INT-12: a refresh gives another, with the narrower scope`() throws {
        defer { server.stop() }
        let tokens = try app.tokens(server, as: "patient", scope: scope)
        let refresh = try #require(tokens["refresh_token"]?.stringValue)
        let next = try app.refresh(refresh, server, scope: "patient/Patient.r").json
        #expect(try token(next) != token(tokens) && Handle(try token(next)) != nil)
        let said = try server.introspect(try token(next))
        #expect(said["scope"] == "patient/Patient.r" && said["patient"] == "1")
        #expect(try server.introspect(try token(tokens))["scope"] == tokens["scope"])
    }

    @Test func `JW-03, SCP-13: a JWT that would outgrow 4 kB becomes opaque by itself, and says the whole scope`()
        throws
    {
        defer { server.stop() }
        let category = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
        let types = [
            "Observation", "Condition", "DiagnosticReport", "DocumentReference", "Procedure", "ServiceRequest",
            "CarePlan",
        ]
        let many = types.flatMap { type in
            ["c", "r", "u", "d", "s"].map { "patient/\(type).\($0)?category=\(category)" }
        }
        let long = (["launch/patient"] + many).joined(separator: " ")
        #expect(long.utf8.count > 3000)
        let browser = Browser(server)
        // Checklist SCP-13: so long a list is sent by POST.
        var place = try browser.post("/authorize", App.publicApp.parameters(scope: long))
        place = try browser.submit(place, [("username", "patient"), ("password", TestServer.password)])
        place = try App.publicApp.allow(browser, place)
        let tokens = try App.publicApp.redeem(try #require(place.parameters["code"]), server).json
        #expect(Handle(try token(tokens)) != nil)
        #expect(tokens.grantedScopes.count > 7)
        #expect(try server.introspect(try token(tokens))["scope"] == tokens["scope"])
        let short = try App.publicApp.tokens(server, as: "patient", scope: scope)
        #expect(try token(short).split(separator: ".").count == 3 && token(short).utf8.count <= 4096)
    }

    @Test func `a FHIR server can ask for them, whichever the client`() async throws {
        server.stop()
        let strict = try await TestServer.withSamples { $0.fhirServers[0].accessTokenFormat = .opaque }
        defer { strict.stop() }
        let tokens = try App.secretApp.tokens(strict, as: "patient", scope: scope)
        #expect(Handle(try token(tokens)) != nil)
        #expect(try strict.introspect(try token(tokens))["patient"] == "1")
        #expect(try strict.ehrToken().contains("."), "this server's own API is not that FHIR server")
    }

    @Test func `as a bearer token it opens this server's own API`() async throws {
        defer { server.stop() }
        try await server.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "gateway", "client_secret": "gateway-secret-0123456789",
                "grant_types": ["client_credentials"],
                "response_types": [], "scope": "auth/Launch.c", "access_token_format": "opaque",
            ])
        let answer = try server.post(
            "/token", [("grant_type", "client_credentials"), ("scope", "auth/Launch.c")],
            headers: [App.basic("gateway", "gateway-secret-0123456789")]
        ).json
        let text = try token(answer)
        #expect(Handle(text) != nil)
        func open(_ bearer: String) throws -> Int {
            try server.send(
                .post, "/launches",
                headers: [("Authorization", "Bearer " + bearer), ("Content-Type", "application/json")],
                body: #"{"client_id":"secret-app"}"#
            ).status
        }
        #expect(try open(text) == 201)
        #expect(try open(try token(try app.tokens(server, as: "patient", scope: scope))) == 401, "not for this API")
        server.clock.advance(300)
        #expect(try open(text) == 401)
    }

    @Test func `JW-01: no other handle, and none with an octet changed, is an access token`() throws {
        defer { server.stop() }
        let place = try app.launch(Browser(server), as: "patient", scope: scope)
        let code = try #require(place.parameters["code"])
        #expect(try server.introspect(code) == ["active": false])
        let tokens = try app.redeem(code, server).json
        let refresh = try #require(tokens["refresh_token"]?.stringValue)
        #expect(try server.introspect(refresh) == ["active": false])
        var octets = try #require(Base64URL.decode(try token(tokens)))
        for index in [0, 7, 8, 39] {
            octets[index] ^= 1
            #expect(try server.introspect(Base64URL.encode(octets)) == ["active": false])
            octets[index] ^= 1
        }
        expectRefusal(try app.redeem(try token(tokens), server), 400, "invalid_grant")
        expectRefusal(try app.refresh(try token(tokens), server), 400, "invalid_grant")
        #expect(try server.introspect(Base64URL.encode(octets))["active"] == true)
    }

    @Test func `an administrator can look into one`() async throws {
        defer { server.stop() }
        let text = try token(try app.tokens(server, as: "patient", scope: scope))
        let said = try await server.administer(.post, "/admin/v1/tokens/inspect", ["token": .string(text)])
        #expect(said["active"] == true && said["claims"]?["patient"] == "1")
        let none = try await server.administer(.post, "/admin/v1/tokens/inspect", ["token": "x"])
        #expect(none == ["active": false])
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }
}
