import Crypto
import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AZ-28 a secret of one kind is no secret of another kind` {
    /// One of each kind, all live, of one person at one app. Their numbers begin at one in each table, so that they meet.
    private struct Kinds {
        let browser: Browser
        var secrets: [(kind: String, value: String)] = []

        init(_ server: TestServer) throws {
            browser = Browser(server)
            let tokens = try App.publicApp.redeem(
                try App.publicApp.launch(browser, as: "patient", scope: App.scope).parameters["code"] ?? "", server
            ).json
            let code = try App.publicApp.launch(browser, as: "patient", scope: App.scope).parameters["code"]
            let launch = try server.openLaunch(["client_id": "public-app", "patient": "1"]).json["launch"]?.stringValue
            let place = try App.publicApp.consentPage(browser, as: "patient")
            let hidden = browser.hidden(place.html)
            let opaque = try Self.opaqueApp.tokens(server, as: "patient", scope: "openid patient/Patient.rs")
            let own = Browser(server)
            let ownSignIn = try own.get("/apps")
            let apps = try browser.get("/apps"), signOut = try browser.get("/logout")
            let all: [(String, String?)] = [
                ("code", code), ("refresh token", tokens["refresh_token"]?.stringValue), ("launch", launch),
                ("session", browser.cookies["lanyard-session"]),
                ("interaction", hidden.first { $0.0 == "interaction" }?.1),
                ("form token", hidden.first { $0.0 == "csrf" }?.1),
                ("browser", browser.cookies.first { $0.key.hasPrefix("lanyard-interaction") }?.value),
                ("access token", tokens["access_token"]?.stringValue), ("id_token", tokens["id_token"]?.stringValue),
                ("client secret", App.secretApp.secret), ("EHR's token", try server.ehrToken()),
                ("opaque token", opaque["access_token"]?.stringValue),
                ("client assertion", try Self.key?.assertion("backend", now: server.clock.now)),
                ("own page's form token", browser.hidden(apps.html).first { $0.0 == "csrf" }?.1),
                ("own sign-in's browser", own.cookies["lanyard-sign-in"]),
                ("own sign-in's form token", own.hidden(ownSignIn.html).first { $0.0 == "csrf" }?.1),
                ("sign-out question", browser.hidden(signOut.html).first { $0.0 == "interaction" }?.1),
                ("sign-out form token", browser.hidden(signOut.html).first { $0.0 == "csrf" }?.1),
            ]
            for (kind, value) in all {
                guard let value, !value.isEmpty else { throw TestFailure("no \(kind)") }
                secrets.append((kind, value))
            }
        }

        static let key = try? ClientKey(.es384, .p384, keyID: "k")
        static let opaqueApp = App(clientID: "opaque-app", secret: nil, redirectURI: "https://opaque.example/cb")

        subscript(kind: String) -> String { secrets.first { $0.kind == kind }?.value ?? "" }

        /// `own`: the kind whose place it is; others that belong there too follow.
        func expectEach(but own: String, _ more: String..., refused: (String) throws -> Bool) throws {
            for (kind, value) in secrets where kind != own && !more.contains(kind) {
                #expect(try refused(value), "\(kind) as \(own)")
            }
        }
    }

    private func started() async throws -> TestServer {
        let server = try await TestServer.started()
        try await server.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "opaque-app", "token_endpoint_auth_method": "none", "access_token_format": "opaque",
                "redirect_uris": ["https://opaque.example/cb"], "scope": "openid patient/Patient.rs",
            ])
        try await server.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "backend", "token_endpoint_auth_method": "private_key_jwt",
                "jwks": ClientKey.set([try #require(Kinds.key)]), "grant_types": ["client_credentials"],
                "response_types": [], "scope": "system/Patient.rs",
            ])
        return server
    }

    @Test func `each kind shown as each other kind: at the protocol's endpoints`() async throws {
        let server = try await started()
        defer { server.stop() }
        let kinds = try Kinds(server)
        try kinds.expectEach(but: "code") { value in
            let response = try App.publicApp.redeem(value, server)
            return response.status == 400 && response.json["error"] == "invalid_grant"
        }
        try kinds.expectEach(but: "refresh token") { value in
            let response = try App.publicApp.refresh(value, server)
            return response.status == 400 && response.json["error"] == "invalid_grant"
        }
        try kinds.expectEach(but: "launch") { value in
            let response = try server.page(App.publicApp.authorizePath(scope: "launch openid", [("launch", value)]))
            return response.headers["location"]?.contains("error=invalid_request") == true
        }
        try kinds.expectEach(but: "access token", "opaque token") { value in
            let userInfo = try server.send(.get, "/userinfo", headers: [("Authorization", "Bearer " + value)])
            return try server.introspected(value).text == #"{"active":false}"#
                // The EHR's token is one, but no person's.
                && [401, 403].contains(userInfo.status)
        }
        try kinds.expectEach(but: "EHR's token") { value in
            let response = try server.openLaunch(bearer: value)
            return response.status == 401 && response.json["error"] == "invalid_token"
        }
        try kinds.expectEach(but: "refresh token", "access token") { value in
            let response = try server.post("/revoke", [("token", value), ("client_id", "public-app")])
            return response.status == 200 || response.json["error"] == "unsupported_token_type"
        }
        try kinds.expectEach(but: "client assertion") { value in
            let response = try server.post("/token", Self.backend(value))
            return response.status == 401 && response.json["error"] == "invalid_client"
        }
        try kinds.expectEach(but: "client secret") { value in
            let response = try server.post(
                "/token", [("grant_type", "refresh_token"), ("refresh_token", "x")],
                headers: [App.basic("secret-app", value)])
            return response.status == 401 || response.status == 429
        }
        try expectNoneUsed(kinds, server)
    }

    @Test func `each kind shown as each other kind: at the pages`() async throws {
        let server = try await started()
        defer { server.stop() }
        let kinds = try Kinds(server)
        let cookies = kinds.browser.cookies
        let silent = App.publicApp.authorizePath(scope: "openid", [("prompt", "none")])
        try kinds.expectEach(but: "session") { value in
            let response = try server.page(silent, cookies: ["lanyard-session": value])
            let own = try server.page("/apps", cookies: ["lanyard-session": value])
            return response.headers["location"]?.contains("error=login_required") == true
                && own.headers["location"] == TestServer.issuer + "/apps/sign-in"
        }
        try kinds.expectEach(but: "id_token") { value in
            let path = App.publicApp.authorizePath(scope: "openid", [("prompt", "none"), ("id_token_hint", value)])
            let response = try server.page(path, cookies: cookies)
            return response.headers["location"]?.contains("error=login_required") == true
        }
        try kinds.expectEach(but: "interaction") { value in
            let response = try server.page("/consent?interaction=\(value)", cookies: cookies)
            return response.status == 400 && response.headers["location"] == nil
        }
        let interaction = kinds["interaction"]
        let name = cookies.keys.first { $0.hasPrefix("lanyard-interaction") } ?? ""
        try kinds.expectEach(but: "browser") { value in
            let response = try server.page(
                "/consent?interaction=\(interaction)", cookies: cookies.merging([name: value]) { $1 })
            return response.status == 400 && response.headers["location"] == nil
        }
        try kinds.expectEach(but: "form token") { value in
            let form = [("interaction", interaction), ("csrf", value), ("decision", "allow"), ("scope", "openid")]
            let response = try server.submit("/consent", form, cookies: cookies, headers: TestServer.sameOrigin)
            return response.headers["location"]?.hasPrefix(TestServer.issuer + "/consent?") == true
        }
        try expectNoneUsed(kinds, server)
    }

    @Test func `each kind shown as each other kind: at a person's own page and at sign-out`() async throws {
        let server = try await started()
        defer { server.stop() }
        let kinds = try Kinds(server)
        let cookies = kinds.browser.cookies
        try kinds.expectEach(but: "own page's form token") { value in
            let form = [("csrf", value), ("client_id", "public-app")]
            let withdrawal = try server.submit("/apps/withdraw", form, cookies: cookies, headers: TestServer.sameOrigin)
            let signOut = try server.submit("/apps/sign-out", form, cookies: cookies, headers: TestServer.sameOrigin)
            return [withdrawal, signOut].allSatisfy { $0.headers["location"] == TestServer.issuer + "/apps?expired=1" }
        }
        let credentials = [("username", "patient"), ("password", TestServer.password)]
        try kinds.expectEach(but: "own sign-in's browser") { value in
            let response = try server.submit(
                "/apps/sign-in", [("csrf", kinds["own sign-in's form token"])] + credentials,
                cookies: ["lanyard-sign-in": value], headers: TestServer.sameOrigin)
            return response.headers["location"] == TestServer.issuer + "/apps/sign-in"
        }
        try kinds.expectEach(but: "own sign-in's form token") { value in
            let response = try server.submit(
                "/apps/sign-in", [("csrf", value)] + credentials,
                cookies: ["lanyard-sign-in": kinds["own sign-in's browser"]], headers: TestServer.sameOrigin)
            return response.headers["location"] == TestServer.issuer + "/apps/sign-in"
        }
        try kinds.expectEach(but: "sign-out form token") { value in
            let form = [("interaction", kinds["sign-out question"]), ("csrf", value), ("decision", "allow")]
            let response = try server.submit("/logout/confirm", form, cookies: cookies, headers: TestServer.sameOrigin)
            return response.status == 400 && response.headers.values("set-cookie").isEmpty
        }
        try kinds.expectEach(but: "sign-out question") { value in
            let token = kinds["sign-out form token"]
            let form = [("interaction", value), ("csrf", token), ("decision", "allow")]
            let response = try server.submit("/logout/confirm", form, cookies: cookies, headers: TestServer.sameOrigin)
            return response.status == 400 && response.headers.values("set-cookie").isEmpty
        }
        try expectNoneUsed(kinds, server)
    }

    private static func backend(_ assertion: String) -> [(String, String)] {
        [("grant_type", "client_credentials"), ("scope", "system/Patient.rs")] + ClientKey.form(assertion)
    }

    /// All the showing has used up, ended or withdrawn nothing.
    private func expectNoneUsed(
        _ kinds: Kinds, _ server: TestServer, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for token in ["access token", "opaque token"] {
            #expect(try server.introspect(kinds[token])["active"] == true, sourceLocation: sourceLocation)
        }
        #expect(try App.publicApp.redeem(kinds["code"], server).status == 200, sourceLocation: sourceLocation)
        #expect(
            try App.publicApp.refresh(kinds["refresh token"], server).status == 200, sourceLocation: sourceLocation)
        let backend = try server.post("/token", Self.backend(kinds["client assertion"]))
        #expect(backend.status == 200, "\(backend.text)", sourceLocation: sourceLocation)
        let launch = [("launch", kinds["launch"] as String?)]
        let page = try server.page(App.publicApp.authorizePath(scope: "launch openid", launch))
        #expect(page.headers["location"]?.contains("/sign-in?") == true, sourceLocation: sourceLocation)
        let consent = try kinds.browser.get("/consent?interaction=" + kinds["interaction"])
        #expect(
            try App.publicApp.allow(kinds.browser, consent).parameters["code"] != nil, sourceLocation: sourceLocation)
    }

    @Test func `the secret half of one row opens no other row`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let codes = try (0..<2).map { _ in Base64URL.decode(try App.publicApp.code(server)) ?? [] }
        for mixed in [Array(codes[0][..<8] + codes[1][8...]), Array(codes[1][..<8] + codes[0][8...])] {
            expectRefused(try App.publicApp.redeem(Base64URL.encode(mixed), server), 400, "invalid_grant")
        }
        // Numbers that no row has: zero, negative, beyond.
        for number in [
            [UInt8](repeating: 0, count: 8), [UInt8](repeating: 0xFF, count: 8),
            [0x7F] + [UInt8](repeating: 0xFF, count: 7),
        ] {
            expectRefused(
                try App.publicApp.redeem(Base64URL.encode(number + codes[0][8...]), server), 400, "invalid_grant")
        }
        for code in codes { #expect(try App.publicApp.redeem(Base64URL.encode(code), server).status == 200) }
    }
}
