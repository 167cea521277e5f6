import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `SE-06 whoever is put out is out at once` {
    /// All that a person's sign-in has given away.
    private struct Access {
        let browser: Browser
        let place: Browser.Place
        let code, accessToken, refreshToken: String

        init(_ server: TestServer, as user: String) throws {
            browser = Browser(server)
            let tokens = try App.secretApp.redeem(
                try App.secretApp.launch(browser, as: user, scope: App.scope).parameters["code"] ?? "", server
            ).json
            code = try App.publicApp.launch(browser, as: user, scope: App.scope).parameters["code"] ?? ""
            place = try App.publicApp.consentPage(browser, as: user)
            accessToken = tokens["access_token"]?.stringValue ?? ""
            refreshToken = tokens["refresh_token"]?.stringValue ?? ""
        }

        func expectAlive(_ server: TestServer) throws {
            #expect(try server.introspect(accessToken)["active"] == true)
            let silent = App.publicApp.authorizePath(scope: App.scope, [("prompt", "none")])
            let error = try browser.get(silent).parameters["error"]
            #expect(error == "consent_required" || error == "interaction_required")
        }

        func expectOver(_ server: TestServer) throws {
            expectInactive(try server.introspected(accessToken))
            expectRefused(try App.secretApp.refresh(refreshToken, server), 400, "invalid_grant")
            expectRefused(try App.publicApp.redeem(code, server), 400, "invalid_grant")
            let silent = App.publicApp.authorizePath(scope: App.scope, [("prompt", "none")])
            #expect(try browser.get(silent).parameters["error"] == "login_required")
            // The consent page that was open leads back to sign-in.
            let late = try App.publicApp.allow(browser, place)
            #expect(late.parameters["code"] == nil && late.address.hasPrefix("/sign-in"))
        }
    }

    @Test func `disabled: session, code, access and refresh token are dead; enabling revives none`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let access = try Access(server, as: "patient"), other = try Access(server, as: "physician")
        try access.expectAlive(server)
        try await server.administer(.post, "/admin/v1/users/PATIENT/disable")
        try access.expectOver(server)
        try other.expectAlive(server)
        let place = try App.publicApp.launch(Browser(server), as: "patient", scope: App.scope)
        #expect(place.status == 400 && place.address == "/sign-in")
        try await server.administer(.post, "/admin/v1/users/patient/enable")
        expectInactive(try server.introspected(access.accessToken))
        expectRefused(try App.secretApp.refresh(access.refreshToken, server), 400, "invalid_grant")
        let silent = App.publicApp.authorizePath(scope: App.scope, [("prompt", "none")])
        #expect(try access.browser.get(silent).parameters["error"] == "login_required")
    }

    @Test func `a new password: the same, and the old one is no good any more`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let access = try Access(server, as: "patient")
        try access.expectAlive(server)
        try await server.administer(.put, "/admin/v1/users/patient/password", ["password": "another long password"])
        try access.expectOver(server)
        let place = try App.publicApp.launch(Browser(server), as: "patient", scope: App.scope)
        #expect(place.status == 400 && place.address == "/sign-in")
    }

    @Test func `a client that is removed: its tokens, codes, launches and pages are dead, also for its successor`()
        async throws
    {
        let server = try await TestServer.started()
        defer { server.stop() }
        let browser = Browser(server)
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        let code = try App.publicApp.code(server)
        let place = try App.publicApp.consentPage(browser, as: "patient")
        let launch = try server.openLaunch(["client_id": "public-app", "patient": "1"]).json["launch"]?.stringValue
        let registration = try await server.administer(.get, "/admin/v1/clients/public-app")
        try await server.administer(.delete, "/admin/v1/clients/public-app")
        for isThereAgain in [false, true] {
            if isThereAgain {
                var object = registration.objectValue ?? JSONObject()
                for name in ["client_id_issued_at", "client_secret_expires_at", "version", "warnings"] {
                    object[name] = nil
                }
                try await server.administer(.post, "/admin/v1/clients", .object(object))
            }
            let (status, error) = isThereAgain ? (400, "invalid_grant") : (401, "invalid_client")
            expectInactive(try server.introspected(tokens["access_token"]?.stringValue ?? ""))
            expectRefused(try App.publicApp.refresh(tokens["refresh_token"]?.stringValue ?? "", server), status, error)
            expectRefused(try App.publicApp.redeem(code, server), status, error)
            #expect(try App.publicApp.allow(browser, place).location == nil)
            let again = try server.page(App.publicApp.authorizePath(scope: "launch openid", [("launch", launch)]))
            #expect(again.headers["location"]?.contains("code=") != true)
            #expect(again.headers["set-cookie"] == nil)
        }
    }

    /// The check of a password takes its time; what it was compared with must still hold at its end.
    @Test(arguments: [true, false])
    func `a sign-in under way when the account is shut or its password set opens no session`(isShut: Bool) async throws
    {
        let server = try await TestServer.started()
        defer { server.stop() }
        let authorization = server.authorization
        let read = try authorization.database.read { (transaction) throws(StorageError) in
            try transaction.user(usernameKey: "patient")
        }
        let user = try #require(read)
        let attempt = SignInAttempt(
            username: "patient", peer: Peer(address: "127.0.0.1", isLocalSocket: false), now: server.clock.now)
        #expect(try await attempt.signIn(user, replacing: nil, authorization) != nil)
        if isShut {
            try await server.administer(.post, "/admin/v1/users/patient/disable")
        } else {
            try await server.administer(.put, "/admin/v1/users/patient/password", ["password": "another long password"])
        }
        #expect(try await attempt.signIn(user, replacing: nil, authorization) == nil)
        let sessions = try authorization.database.read { (transaction) throws(StorageError) in
            var sessions: [StoredSession] = []
            for id in Int64(1)...4 { if let session = try transaction.session(id) { sessions.append(session) } }
            return sessions
        }
        #expect(sessions.count == 1 && sessions.allSatisfy { $0.endedAt != nil })
    }
}
