import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

/// The automatic logoff of HIPAA 164.312(a)(2)(iii), at every door that a session opens.
@Suite struct `SE-04 a session that is over opens nothing` {
    enum End: Sendable, CaseIterable {
        /// Nobody did anything for half an hour.
        case idle
        /// Somebody was there all the time, and the session is as old as it may become.
        case absolute
    }

    private static let idle: Int64 = 1800
    private static let absolute: Int64 = 2400

    private func server() async throws -> TestServer {
        try await TestServer.started { configuration in
            configuration.lifetimes.sessionIdle = Self.idle
            configuration.lifetimes.sessionAbsolute = Self.absolute
        }
    }

    private func silentError(_ browser: Browser) throws -> String? {
        try browser.get(App.publicApp.authorizePath(scope: "openid", [("prompt", "none")])).parameters["error"]
    }

    @Test(arguments: End.allCases)
    func `pages, forms, online access: all is open to the last second, and nothing after it`(end: End) async throws {
        let server = try await server()
        defer { server.stop() }
        let browser = Browser(server)
        let online = "openid online_access launch/patient patient/Patient.rs"
        let place = try App.publicApp.launch(browser, as: "parent", scope: online, patient: "2")
        var tokens = try App.publicApp.redeem(place.parameters["code"] ?? "", server).json
        switch end {
        case .idle: server.clock.advance(Self.idle - 1)
        case .absolute:
            server.clock.advance(Self.idle - 100)
            #expect(
                try App.secretApp.launch(browser, as: "parent", scope: App.scope, patient: "3").parameters["code"]
                    != nil)
            server.clock.advance(Self.absolute - Self.idle + 99)
        }
        #expect(try silentError(browser) == "consent_required")
        tokens = try App.publicApp.refresh(tokens["refresh_token"]?.stringValue ?? "", server).json
        let (access, refresh) = (tokens["access_token"]?.stringValue ?? "", tokens["refresh_token"]?.stringValue ?? "")
        #expect(try server.introspect(access)["active"] == true)
        let picker = try browser.get(App.publicApp.authorizePath(scope: App.scope))
        #expect(picker.address.hasPrefix("/select-patient"))
        let consent = try browser.get(App.publicApp.authorizePath(scope: "openid"))
        #expect(consent.address.hasPrefix("/consent"))
        let apps = try browser.get("/apps"), signOut = try browser.get("/logout")
        #expect(apps.address == "/apps" && signOut.html.contains("Sign out?"))

        server.clock.advance(1)
        let grants = try server.liveGrants()
        #expect(try silentError(browser) == "login_required")
        #expect(try browser.submit(picker, [("patient", "2")]).address.hasPrefix("/sign-in"))
        let late = try App.publicApp.allow(browser, consent)
        #expect(late.address.hasPrefix("/sign-in") && late.parameters["code"] == nil)
        #expect(try browser.get("/apps").address == "/apps/sign-in")
        let withdrawal = browser.hidden(apps.html) + [("client_id", "public-app")]
        #expect(try browser.post("/apps/withdraw", withdrawal).address == "/apps/sign-in")
        expectRefused(try App.publicApp.refresh(refresh, server), 400, "invalid_grant")
        #expect(try server.liveGrants() <= grants, "nothing was granted")
        #expect(try browser.submit(signOut, [("decision", "allow")]).html.contains("You are signed out"))
        #expect(try silentError(browser) == "login_required")
    }

    @Test func `only what a person does keeps a session alive, not what apps ask behind their back`() async throws {
        let server = try await server()
        defer { server.stop() }
        let browser = Browser(server)
        let online = "openid online_access launch/patient patient/Patient.rs"
        let place = try App.publicApp.launch(browser, as: "patient", scope: online)
        var tokens = try App.publicApp.redeem(place.parameters["code"] ?? "", server).json
        for _ in 0..<3 {
            server.clock.advance(Self.idle / 3 - 1)
            tokens = try App.publicApp.refresh(tokens["refresh_token"]?.stringValue ?? "", server).json
            #expect(tokens["refresh_token"] != nil)
            #expect(try silentError(browser) == "consent_required")
        }
        server.clock.advance(3)
        #expect(try silentError(browser) == "login_required")
        let refresh = tokens["refresh_token"]?.stringValue ?? ""
        expectRefused(try App.publicApp.refresh(refresh, server), 400, "invalid_grant")
    }
}
