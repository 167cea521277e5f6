import Crypto
import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `PW-01: hashes that are cheap to guess do not stay` {
    private func storedHash(_ server: TestServer) throws -> String {
        let user = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.user(usernameKey: "patient")
        }
        return try #require(user).passwordHash
    }

    /// A server whose hashes cost 2⁴, with a hash in it that cost 2² when it was made.
    private func started() async throws -> (server: TestServer, old: String) {
        let server = try await TestServer.started()
        let cost = try #require(PasswordHash.Cost(logN: 2))
        let old = try PasswordHash.make(Array(TestServer.password.utf8), cost: cost, random: RandomBytes())
        try await server.authorization.database.write { transaction in
            let user = try transaction.user(usernameKey: "patient")
            _ = try transaction.setPassword(userID: user?.id ?? 0, hash: old, now: 0)
        }
        return (server, old)
    }

    private func signIn(_ server: TestServer, _ password: String = TestServer.password) throws -> Bool {
        let browser = Browser(server)
        let place = try browser.get("/apps")
        return try browser.submit(place, [("username", "patient"), ("password", password)]).address == "/apps"
    }

    @Test func `a sign-in makes it anew, once; a wrong password does not`() async throws {
        let (server, old) = try await started()
        defer { server.stop() }
        #expect(try !signIn(server, "wrong password wrong"))
        #expect(try storedHash(server) == old)
        #expect(try signIn(server))
        let better = try storedHash(server)
        #expect(better.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        #expect(try PasswordHash.verify(Array(TestServer.password.utf8), against: better))
        #expect(try signIn(server))
        #expect(try storedHash(server) == better)
    }

    @Test func `of sign-ins side by side none fails because another made it anew`() async throws {
        let (server, old) = try await started()
        defer { server.stop() }
        #expect(try race(8) { _ in try signIn(server) } == Array(repeating: true, count: 8))
        #expect(try storedHash(server) != old)
    }

    @Test func `a password that was set meanwhile stays`() async throws {
        let (server, _) = try await started()
        defer { server.stop() }
        let authorization = server.authorization
        let read = try authorization.database.read { (transaction) throws(StorageError) in
            try transaction.user(usernameKey: "patient")
        }
        let user = try #require(read)
        let better = try #require(
            await authorization.passwords.upgrade(Secret(Array(TestServer.password.utf8)), of: user.passwordHash))
        try await server.administer(.put, "/admin/v1/users/patient/password", ["password": "another long password"])
        let set = try storedHash(server)
        let attempt = SignInAttempt(
            username: "patient", peer: Peer(address: "127.0.0.1", isLocalSocket: false), now: server.clock.now)
        #expect(try await attempt.signIn(user, upgradingTo: better, replacing: nil, authorization) == nil)
        #expect(try storedHash(server) == set)
        #expect(try !signIn(server))
        #expect(try signIn(server, "another long password"))
    }
}
