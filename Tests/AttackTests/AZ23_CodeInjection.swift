import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AZ-23, AZ-24, AZ-27 a stolen code is worth nothing` {
    private func expectDead(_ code: String, _ server: TestServer, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        expectRefused(try App.publicApp.redeem(code, server), 400, "invalid_grant", sourceLocation: sourceLocation)
        #expect(try server.liveGrants() == 0, sourceLocation: sourceLocation)
    }

    @Test func `AZ-23: shown by another client it is refused, and dies`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        let thief = App(clientID: "secret-app", secret: App.secretApp.secret, redirectURI: "https://app.example/cb")
        expectRefused(try thief.redeem(code, server), 400, "invalid_grant")
        try expectDead(code, server)
    }

    private static let mismatches: [(String, String?)] = [
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"),
        ("code_verifier", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_verifier", "short"), ("code_verifier", String(repeating: "a", count: 129)),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk="),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk "),
        ("code_verifier", "dBjftJeZ4CVP-mB92\u{212A}27uhbUJU1p1r_wW1gFWFOEjXk"),
        ("redirect_uri", "https://app.example/cb/"), ("redirect_uri", "https://app.example/CB"),
        ("redirect_uri", "https://app.example/launch"), ("redirect_uri", "https://evil.example/"),
    ]

    @Test func `AZ-27: a wrong verifier or address burns it`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for change in Self.mismatches {
            let code = try App.publicApp.code(server)
            expectRefused(try App.publicApp.redeem(code, server, [change]), 400, "invalid_grant")
            try expectDead(code, server)
        }
    }

    @Test func `AZ-09: without a verifier nothing is given`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        for verifier in [nil, ""] {
            let code = try App.publicApp.code(server)
            let change = [("code_verifier", verifier)]
            expectRefused(try App.publicApp.redeem(code, server, change), 400, "invalid_grant")
            try expectDead(code, server)
        }
        for name in ["redirect_uri", "code"] {
            let code = try App.publicApp.code(server)
            expectRefused(try App.publicApp.redeem(code, server, [(name, nil)]), 400, "invalid_request")
        }
    }

    @Test func `a failed client authentication neither gives nor burns`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let code = try App.secretApp.code(server)
        let form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", App.secretApp.redirectURI),
            ("code_verifier", App.verifier),
        ]
        expectRefused(
            try server.post("/token", form, headers: [App.basic("secret-app", "wrong-secret-wrong-secret")]), 401,
            "invalid_client")
        // The confidential client's id without its secret is nobody.
        expectRefused(try server.post("/token", form + [("client_id", "secret-app")]), 401, "invalid_client")
        #expect(try App.secretApp.redeem(code, server).status == 200)
    }

    @Test func `AZ-24: a minute later it is dead`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let (early, late) = (try App.publicApp.code(server), try App.publicApp.code(server))
        server.clock.advance(59)
        #expect(try App.publicApp.redeem(early, server).status == 200)
        server.clock.advance(1)
        expectRefused(try App.publicApp.redeem(late, server), 400, "invalid_grant")
    }

    @Test func `AZ-26: the second use ends what the first gave`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        let tokens = try App.publicApp.redeem(code, server).json
        let (access, refresh) = (tokens["access_token"]?.stringValue ?? "", tokens["refresh_token"]?.stringValue ?? "")
        let next = try App.publicApp.refresh(refresh, server).json
        #expect(try server.introspect(access)["active"] == true)
        expectRefused(try App.publicApp.redeem(code, server), 400, "invalid_grant")
        expectInactive(try server.introspected(access))
        expectInactive(try server.introspected(next["access_token"]?.stringValue ?? ""))
        for token in [refresh, next["refresh_token"]?.stringValue ?? ""] {
            expectRefused(try App.publicApp.refresh(token, server), 400, "invalid_grant")
        }
        #expect(try server.liveGrants() == 0)
    }

    @Test func `AZ-26: also long after the code's own minute`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        let tokens = try App.publicApp.redeem(code, server).json
        server.clock.advance(600)
        expectRefused(try App.publicApp.redeem(code, server), 400, "invalid_grant")
        expectInactive(try server.introspected(tokens["access_token"]?.stringValue ?? ""))
    }

    @Test func `a code is not guessed by its number`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        let octets = Base64URL.decode(code) ?? []
        #expect(octets.count == 40)
        for index in octets.indices {
            var other = octets
            other[index] ^= 1
            expectRefused(try App.publicApp.redeem(Base64URL.encode(other), server), 400, "invalid_grant")
        }
        #expect(try App.publicApp.redeem(code, server).status == 200)
    }

    @Test func `the app's callback gets the code in its query once, and nothing of the session`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let place = try App.publicApp.launch(browser, as: "patient", scope: App.scope)
        let location = place.location ?? ""
        for (_, value) in browser.cookies { #expect(!location.contains(value)) }
        #expect(!location.contains("interaction") && !location.contains("#"))
    }
}

@Suite struct `RT-06 another client's refresh token` {
    @Test func `is refused and not used up`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let token =
            try App.secretApp.tokens(server, as: "patient", scope: App.scope)["refresh_token"]?.stringValue ?? ""
        expectRefused(try App.publicApp.refresh(token, server), 400, "invalid_grant")
        expectRefused(
            try server.post(
                "/token", [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "secret-app")]),
            401, "invalid_client")
        let next = try App.secretApp.refresh(token, server)
        #expect(next.status == 200)
        // Within the grace of the true client, too, the other gets nothing.
        expectRefused(try App.publicApp.refresh(token, server), 400, "invalid_grant")
        #expect(try App.secretApp.refresh(next.json["refresh_token"]?.stringValue ?? "", server).status == 200)
    }

    @Test func `RT-07: no spelling of a wider scope widens`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let token =
            try App.publicApp.tokens(server, as: "patient", scope: App.scope)["refresh_token"]?.stringValue ?? ""
        for scope in [
            "patient/*.rs", "patient/Patient.cruds", "patient/Patient.read patient/Observation.read", "user/Patient.rs",
            "system/Patient.rs", "patient/Patient.*", "patient/Patient.rs online_access", "auth/Token.r",
            "patient/Patient.rs launch", "patient/Patient.rsx", "patient/Patient.sr", "PATIENT/Patient.rs",
        ] {
            expectRefused(try App.publicApp.refresh(token, server, scope: scope), 400, "invalid_scope")
        }
        let narrow = try App.publicApp.refresh(token, server, scope: "patient/Patient.r?_id=1")
        #expect(narrow.status == 200)
        #expect(narrow.json["scope"]?.stringValue == "patient/Patient.r?_id=1")
    }
}
