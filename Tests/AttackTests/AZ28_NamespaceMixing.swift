import Encoding
import HTTP
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
            let all: [(String, String?)] = [
                ("code", code), ("refresh token", tokens["refresh_token"]?.stringValue), ("launch", launch),
                ("session", browser.cookies["lanyard-session"]),
                ("interaction", hidden.first { $0.0 == "interaction" }?.1),
                ("form token", hidden.first { $0.0 == "csrf" }?.1),
                ("browser", browser.cookies.first { $0.key.hasPrefix("lanyard-interaction") }?.value),
                ("access token", tokens["access_token"]?.stringValue), ("id_token", tokens["id_token"]?.stringValue),
                ("client secret", App.secretApp.secret), ("EHR's token", try server.ehrToken()),
            ]
            for (kind, value) in all {
                guard let value, !value.isEmpty else { throw TestFailure("no \(kind)") }
                secrets.append((kind, value))
            }
        }

        func expectEach(but own: String, _ refused: (String) throws -> Bool) throws {
            for (kind, value) in secrets where kind != own { #expect(try refused(value), "\(kind) as \(own)") }
        }
    }

    @Test func `each kind shown as each other kind`() async throws {
        let server = try await TestServer.started()
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
        let silent = App.publicApp.authorizePath(scope: "openid", [("prompt", "none")])
        try kinds.expectEach(but: "session") { value in
            let response = try server.page(silent, cookies: ["lanyard-session": value])
            return response.headers["location"]?.contains("error=login_required") == true
        }
        let cookies = kinds.browser.cookies
        try kinds.expectEach(but: "interaction") { value in
            let response = try server.page("/consent?interaction=\(value)", cookies: cookies)
            return response.status == 400 && response.headers["location"] == nil
        }
        let interaction = kinds.secrets.first { $0.kind == "interaction" }?.value ?? ""
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
        try kinds.expectEach(but: "access token") { value in
            try server.introspected(value).text == #"{"active":false}"#
        }
        try kinds.expectEach(but: "EHR's token") { value in
            let response = try server.openLaunch(bearer: value)
            return response.status == 401 && response.json["error"] == "invalid_token"
        }
        try kinds.expectEach(but: "client secret") { value in
            let response = try server.post(
                "/token", [("grant_type", "refresh_token"), ("refresh_token", "x")],
                headers: [App.basic("secret-app", value)])
            return response.status == 401 || response.status == 429
        }
        // None of it used one of them up.
        #expect(try App.publicApp.redeem(kinds.secrets[0].value, server).status == 200)
        #expect(try App.publicApp.refresh(kinds.secrets[1].value, server).status == 200)
        #expect(try server.introspect(kinds.secrets.first { $0.kind == "access token" }?.value ?? "")["active"] == true)
        let consent = try kinds.browser.get("/consent?interaction=\(interaction)")
        #expect(try App.publicApp.allow(kinds.browser, consent).parameters["code"] != nil)
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
