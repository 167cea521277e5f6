import Encoding
import HTTP
import JOSE
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `OpenID Connect Back-Channel Logout 1.0` {
    let server: TestServer
    let receiver: LogoutReceiver
    private let app = App(clientID: "listener", secret: nil, redirectURI: "https://listener.example/cb")

    init() async throws {
        server = try await TestServer.withSamples()
        receiver = try LogoutReceiver()
        try await register("listener", receiver)
    }

    private func register(_ id: String, _ receiver: LogoutReceiver) async throws {
        try await server.register(
            id,
            [
                "token_endpoint_auth_method": "none", "backchannel_logout_uri": .string(receiver.address),
                "backchannel_logout_session_required": true,
            ])
    }

    private func stop() {
        server.stop()
        receiver.stop()
    }

    private struct Visit {
        let browser: Browser
        let tokens: JSON
        let claims: JSON
    }

    private func signedIn(
        _ app: App? = nil, as user: String = "patient", in browser: Browser? = nil, scope: String = "openid"
    ) throws -> Visit {
        let (browser, app) = (browser ?? Browser(server), app ?? self.app)
        let place = try app.launch(browser, as: user, scope: scope, patient: "1")
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        let payload = try JWS(compact: Array((tokens["id_token"]?.stringValue ?? "").utf8)).payload
        return Visit(browser: browser, tokens: tokens, claims: try JSON(parsing: payload))
    }

    private func signOut(_ visit: Visit) throws {
        let hint = FormParameters([("id_token_hint", visit.tokens["id_token"]?.stringValue ?? "")])
        #expect(try visit.browser.get("/logout?" + hint.serialized()).html.contains("You are signed out"))
    }

    private func waiting() throws -> Int64 {
        try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.logoutNoticesWaiting()
        }
    }

    @Test func `§2.4, §2.5: the logout token and how it is sent`() throws {
        defer { stop() }
        let visit = try signedIn()
        #expect(visit.claims["sid"]?.stringValue?.isEmpty == false)
        try signOut(visit)
        #expect(receiver.wait(for: 1))
        let request = try #require(receiver.requests.first)
        #expect(request.method == .post)
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
        let text = try #require(receiver.tokens.first)
        let token = try JWS(compact: Array(text.utf8))
        #expect(token.type == "logout+jwt" && token.algorithmName == "RS256")
        let claims = try server.verifiedClaims(text, .rs256)
        #expect(claims["iss"] == .string(TestServer.issuer) && claims["aud"] == "listener")
        #expect(claims["sub"] != nil && claims["sub"] == visit.claims["sub"])
        #expect(claims["sid"] == visit.claims["sid"])
        #expect(claims["events"] == ["http://schemas.openid.net/event/backchannel-logout": [:]])
        #expect(claims["iat"] == .integer(server.clock.now) && claims["exp"] == .integer(server.clock.now + 120))
        #expect(claims["jti"]?.stringValue?.isEmpty == false && claims["nonce"] == nil)
        #expect(try settles { try waiting() == 0 })
        #expect(receiver.requests.count == 1)
    }

    @Test func `JW-01: a logout token is neither an access token nor a hint`() throws {
        defer { stop() }
        try signOut(try signedIn())
        #expect(receiver.wait(for: 1))
        let text = try #require(receiver.tokens.first)
        #expect(try server.introspect(text) == ["active": false])
        let next = try signedIn()
        let hint = FormParameters([("id_token_hint", text)]).serialized()
        #expect(try next.browser.get("/logout?" + hint).html.contains("Sign out?"))
    }

    @Test func `one for each app that the person signed in to, and none for the others`() async throws {
        defer { stop() }
        let (second, third) = (try LogoutReceiver(), try LogoutReceiver())
        defer { for one in [second, third] { one.stop() } }
        try await register("second", second)
        try await register("third", third)
        let visit = try signedIn()
        _ = try signedIn(
            App(clientID: "second", secret: nil, redirectURI: "https://second.example/cb"), in: visit.browser)
        _ = try signedIn(in: visit.browser)
        _ = try signedIn(as: "physician")
        // The third was asked for, and its code never redeemed: it knows of no session.
        let never = App(clientID: "third", secret: nil, redirectURI: "https://third.example/cb")
        _ = try never.launch(visit.browser, as: "patient", scope: "openid")
        try signOut(visit)
        #expect(receiver.wait(for: 1))
        #expect(second.wait(for: 1))
        #expect(try settles { try waiting() == 0 })
        #expect(receiver.requests.count == 1 && second.requests.count == 1 && third.requests.isEmpty)
    }

    @Test(arguments: ["disable", "password"])
    func `L2: an administrator's kill and a new password tell the apps too`(deed: String) async throws {
        defer { stop() }
        let first = try signedIn(), second = try signedIn()
        if deed == "disable" {
            try await server.administer(.post, "/admin/v1/users/patient/disable")
        } else {
            try await server.administer(.put, "/admin/v1/users/patient/password", ["password": "another long password"])
        }
        #expect(receiver.wait(for: 2), "one per sid")
        let sids = try receiver.tokens.map { try server.verifiedClaims($0, .rs256)["sid"] }
        #expect(Set(sids.compactMap { $0?.stringValue }).count == 2)
        #expect(sids.contains(first.claims["sid"]) && sids.contains(second.claims["sid"]))
    }

    @Test(arguments: [1799, 1801, 12 * 3600])
    func `L2, REF-2: a session that is over tells them too, idle or by the clock`(
        seconds: Int64
    ) async throws {
        defer { stop() }
        let visit = try signedIn(scope: "openid offline_access launch/patient")
        let online = try App.publicApp.launch(visit.browser, as: "patient", scope: "openid online_access")
        let tokens = try App.publicApp.redeem(try #require(online.parameters["code"]), server).json
        server.clock.advance(seconds)
        _ = try await server.authorization.database.sweep(now: server.clock.now)
        if seconds == 1799 {
            #expect(try server.isActive(tokens) && waiting() == 0)
        } else {
            #expect(receiver.wait(for: 1))
            #expect(try !server.isActive(tokens), "online access is over, access tokens too")
            let refresh = try #require(visit.tokens["refresh_token"]?.stringValue)
            let next = try app.refresh(refresh, server)
            #expect(next.status == 200, "offline access is not")
        }
    }

    @Test func `another person's sign-in at the browser ends the session and tells; the same person's does not`() throws
    {
        defer { stop() }
        let visit = try signedIn()
        server.clock.advance(1)
        _ = try App.publicApp.walk(visit.browser, as: "patient", scope: "openid", [("prompt", "login")])
        #expect(try waiting() == 0 && receiver.requests.isEmpty)
        _ = try App.publicApp.walk(visit.browser, as: "physician", scope: "openid", [("prompt", "login")])
        #expect(receiver.wait(for: 1))
        let token = try #require(receiver.tokens.first)
        #expect(
            try server.verifiedClaims(token, .rs256)["sid"] == visit.claims["sid"], "by the name that the app knows")
    }

    @Test(arguments: [500, 400, 302]) func `what is no success is tried again, later and later`(status: Int) throws {
        defer { stop() }
        receiver.behave(status == 302 ? .redirect("/elsewhere") : .answer(status))
        try signOut(try signedIn())
        var count = 0
        for wait in [15, 60, 240] as [Int64] {
            count += 1
            #expect(receiver.wait(for: count))
            #expect(try settles { try notice(in: wait)?.attempts == Int64(count) })
            #expect(try notice(in: wait - 1) == nil, "not yet due")
            server.clock.advance(wait)
        }
        receiver.behave(.answer(204))
        #expect(try settles { try waiting() == 0 })
        #expect(!receiver.requests.contains { $0.path == "/elsewhere" })
        let identifiers = try receiver.tokens.map { try server.verifiedClaims($0, .rs256)["jti"]?.stringValue }
        #expect(Set(identifiers).count == identifiers.count, "a repeat is no replay")
    }

    /// The notice that is due in so many seconds.
    private func notice(in seconds: Int64) throws -> LogoutNotice? {
        let now = server.clock.now + seconds
        let due = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.dueLogoutNotices(now: now)
        }
        return due.first
    }

    @Test func `after a day of failures the notice is given up, with a record of it`() throws {
        defer { stop() }
        receiver.behave(.answer(500))
        try signOut(try signedIn())
        for count in 1...11 {
            // Time goes on while it is waited for: the next try is counted from the end of the last one.
            let comes = settles {
                server.clock.advance(600)
                return receiver.requests.count >= count
            }
            #expect(comes)
        }
        #expect(try settles { try waiting() == 0 })
        let record = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(before: nil, limit: 1).first?.record
        }
        #expect(record?.action == "logout-notice-failed" && record?.client == "listener")
        #expect(record?.outcome == "answered 500")
    }

    @Test func `a client that hangs hurts only itself, and no request waits for it`() async throws {
        let slow = try LogoutReceiver(.hang)
        defer {
            stop()
            slow.stop()
        }
        try await register("slow", slow)
        let hanging = App(clientID: "slow", secret: nil, redirectURI: "https://slow.example/cb")
        var visits: [Visit] = []
        for _ in 0..<6 {
            let visit = try signedIn(hanging)
            _ = try signedIn(in: visit.browser)
            visits.append(visit)
        }
        for visit in visits { try signOut(visit) }
        #expect(receiver.wait(for: 6))
        #expect(slow.wait(for: 1))
        #expect(slow.requests.count == 1, "one at a time")
        #expect(try settles { try waiting() == 6 }, "what was delivered is gone, the rest stays")
    }

    @Test func `notices survive a restart`() async throws {
        receiver.behave(.answer(503))
        try signOut(try signedIn())
        #expect(receiver.wait(for: 1))
        #expect(try waiting() == 1)
        server.stop(keepingData: true)
        receiver.behave(.answer(200))
        let again = try TestServer(directory: server.directory, clock: server.clock)
        defer {
            again.stop()
            receiver.stop()
        }
        server.clock.advance(15)
        #expect(receiver.wait(for: 2))
        #expect(
            try settles {
                try again.authorization.database.read { (transaction) throws(StorageError) in
                    try transaction.logoutNoticesWaiting()
                } == 0
            })
    }

    @Test func `TK-19: with an https issuer, plain HTTP and the machine itself are out of reach`() async throws {
        let receiver = try LogoutReceiver()
        defer { receiver.stop() }
        let target = OutboundClient.Target(isSecure: false, host: "127.0.0.1", port: 1, pathAndQuery: "/")
        let here = server.authorization.configuration
        #expect(throws: ClientError.unreachable(code: 111)) { try here.outbound.send(.post, to: target) }
        var elsewhere = here
        elsewhere.issuer = try #require(Issuer("https://auth.example"))
        #expect(throws: ClientError.refusedAddress("127.0.0.1")) { try elsewhere.outbound.send(.post, to: target) }
        stop()
    }
}
