import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// SP 800-63B-4 §3.2.2: no more than 100 failures in a row, and yet nobody is locked out from outside.
@Suite struct `PW-04, PW-05 a hundred failures in a row` {
    private static let home = Peer(address: "198.51.100.7", isLocalSocket: false)

    /// With nothing in the way but the limit that is tried.
    private func started() async throws -> TestServer {
        try await TestServer.started {
            $0.guessing.perAccount = 1000
            $0.guessing.perAddress = 1000
        }
    }

    /// True if that let the person in.
    private func signIn(
        _ server: TestServer, from peer: Peer, _ password: String = TestServer.password, as name: String = "patient"
    ) async throws -> Bool {
        let request = Request(method: .post, path: "/sign-in", peer: peer)
        let attempt = SignInAttempt(username: name, request, now: server.clock.now)
        switch try await attempt.run(password: password, request, server.authorization) {
        case .signedIn: return true
        case .refused(.wrongCredentials): return false
        case .refused(let problem): throw TestFailure("\(problem)")
        }
    }

    private func guess(_ server: TestServer, _ count: Int, from peer: Peer) async throws {
        for number in 0..<count {
            #expect(try await !signIn(server, from: peer, "wrong password \(number)"))
        }
    }

    private func outside(_ number: Int) -> Peer { Peer(address: "203.0.113.\(number % 250)", isLocalSocket: false) }

    private func checked(_ server: TestServer) throws -> (checked: Int, unchecked: Int, locks: Int) {
        let records = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(after: nil, limit: 1000).map(\.record)
        }
        return (
            records.count { $0.action == "sign-in-failure" && $0.outcome == "wrong name or password" },
            records.count { $0.action == "sign-in-failure" && $0.outcome == "locked after too many failures" },
            records.count { $0.action == "user-locked" }
        )
    }

    private func isLocked(_ server: TestServer) async throws -> Bool? {
        let users = try await server.administer(.get, "/admin/v1/users")["users"]?.arrayValue ?? []
        return users.first { $0["username"] == "patient" }?["locked"]?.boolValue
    }

    @Test func `of 64 parallel guesses, in all letter cases, no more than are left are checked`() async throws {
        let server = try await started()
        defer { server.stop() }
        let browser = Browser(server)
        let page = browser.hidden(try browser.get(App.publicApp.authorizePath(scope: App.scope)).html)
        try await guess(server, 40, from: outside(1))
        let (spellings, cookies) = (["patient", "PATIENT", "Patient", "pAtIeNt"], browser.cookies)
        let statuses = try race(64) { thread in
            try server.submit(
                "/sign-in", page + [("username", spellings[thread % 4]), ("password", "wrong password \(thread)")],
                cookies: cookies, headers: TestServer.sameOrigin
            ).status
        }
        #expect(statuses == Array(repeating: 400, count: 64))
        #expect(try checked(server) == (50, 54, 1))
        #expect(try await !signIn(server, from: outside(2)))
    }

    @Test func `strangers lock themselves out, and the person goes on where they were before`() async throws {
        let server = try await started()
        defer { server.stop() }
        #expect(try await signIn(server, from: Self.home))
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        for number in 0..<60 { #expect(try await !signIn(server, from: outside(number), "wrong password")) }
        #expect(try checked(server) == (50, 10, 1))
        #expect(try await isLocked(server) == true)
        #expect(try await !signIn(server, from: outside(1)), "the right password is of no use to a stranger")
        // What the person has goes on, and so does the person; others are not touched.
        let refresh = try #require(tokens["refresh_token"]?.stringValue)
        #expect(try App.publicApp.refresh(refresh, server).status == 200)
        #expect(try await signIn(server, from: outside(1), as: "parent"))
        #expect(try await signIn(server, from: Self.home))
        #expect(try await isLocked(server) == false)
        #expect(try await signIn(server, from: outside(1)), "a success forgets the failures")
    }

    @Test func `after a hundred even a known address waits for the administrator`() async throws {
        let server = try await started()
        defer { server.stop() }
        #expect(try await signIn(server, from: Self.home))
        try await guess(server, 110, from: Self.home)
        #expect(try checked(server) == (100, 10, 2))
        server.clock.advance(400 * 86_400)
        #expect(try await !signIn(server, from: Self.home))
        let unlocked = try await server.administer(.post, "/admin/v1/users/patient/unlock")
        #expect(unlocked["locked"]?.boolValue == false)
        #expect(try await signIn(server, from: Self.home))
        #expect(try await signIn(server, from: outside(1)))
    }

    @Test func `a try that nobody could look at is none, and a locked account stays locked`() async throws {
        let server = try await started()
        defer { server.stop() }
        let attempt = SignInAttempt(username: "patient", peer: Self.home, now: server.clock.now)
        for _ in 0..<3 {
            try await attempt.withdraw(try await attempt.claim(server.authorization), server.authorization)
        }
        try await guess(server, 51, from: outside(1))
        #expect(try checked(server) == (50, 1, 1))
        let leave = try await attempt.claim(server.authorization)
        #expect(!leave.isGranted)
        try await attempt.withdraw(leave, server.authorization)
        #expect(try await isLocked(server) == true)
    }

    @Test func `a new password is not locked for the failures of the old one`() async throws {
        let server = try await started()
        defer { server.stop() }
        try await guess(server, 60, from: outside(1))
        try await server.administer(.put, "/admin/v1/users/patient/password", ["password": "another long password"])
        #expect(try await signIn(server, from: outside(1), "another long password"))
    }

    /// What an address of its own costs nothing is one address: an IPv6 /64.
    @Test func `the waits that strangers cause are theirs, whatever addresses of their network they use`() async throws
    {
        let server = try await TestServer.started { $0.guessing.perAddress = 15 }
        defer { server.stop() }
        func stranger(_ number: Int) -> Peer { Peer(address: "2001:db8:1:2::\(number)", isLocalSocket: false) }
        #expect(try await signIn(server, from: Self.home))
        for number in 1...10 { #expect(try await !signIn(server, from: stranger(number), "wrong password")) }
        await #expect(throws: TestFailure.self) { try await signIn(server, from: stranger(11)) }
        for number in 1...4 {
            #expect(try await !signIn(server, from: stranger(number), "wrong", as: "other\(number)"))
        }
        await #expect(throws: TestFailure.self) { try await signIn(server, from: stranger(12), as: "parent") }
        #expect(try await signIn(server, from: Self.home))
    }

    @Test func `a locked account and an unknown name get the same page`() async throws {
        let server = try await started()
        defer { server.stop() }
        try await guess(server, 50, from: outside(1))
        let pages = try ["patient", "unknown"].map { name in
            let browser = Browser(server)
            let place = try browser.get("/apps")
            let answer = try browser.submit(place, [("username", name), ("password", TestServer.password)])
            #expect(answer.status == 400 && answer.response.headers.values("set-cookie").isEmpty)
            return answer.html.split(separator: "\"").filter {
                $0 != name && !browser.hidden(place.html).map(\.1).contains(String($0))
            }
        }
        #expect(pages[0] == pages[1])
    }
}
