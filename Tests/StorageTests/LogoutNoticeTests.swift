import Testing

@testable import Storage

@Suite struct `The outbox of logout notices` {
    let database: Database
    let user, session: Int64

    init() async throws {
        database = try Database(path: ":memory:")
        user = try await database.user()
        session = try await database.session(userID: user)
        try await database.write {
            for id in ["app", "other", "silent"] {
                try $0.insertClient(id: id, metadata: "", secretVerifiers: [], now: 1)
            }
        }
    }

    private func join(_ clientID: String, isNotified: Bool = true) async throws {
        let session = session
        try await database.write {
            try $0.insertSessionClient(
                sessionID: session, clientID: clientID, sid: "sid-\(clientID)", isNotified: isNotified)
        }
    }

    private func due(_ now: Int64) throws -> [LogoutNotice] {
        try database.read { (transaction) throws(StorageError) in try transaction.dueLogoutNotices(now: now) }
    }

    private func waiting() throws -> Int64 {
        try database.read { (transaction) throws(StorageError) in try transaction.logoutNoticesWaiting() }
    }

    @Test func `the end of a session writes one for each client that wants one, once`() async throws {
        try await join("app")
        try await join("other")
        try await join("silent", isNotified: false)
        let session = session
        #expect(try await database.write { try $0.endSession(session, now: 2000) })
        #expect(try await !database.write { try $0.endSession(session, now: 2001) })
        let found = try due(2000)
        #expect(found.map(\.clientID) == ["app", "other"] && found.map(\.sid) == ["sid-app", "sid-other"])
        #expect(found.allSatisfy { $0.sub == "sub-ada" && $0.attempts == 0 && $0.createdAt == 2000 })
        #expect(try due(1999).isEmpty)
    }

    @Test func `an end that is taken back leaves no notice`() async throws {
        struct Change: Error {}
        try await join("app")
        let session = session
        await #expect(throws: Change.self) {
            try await database.write { transaction in
                _ = try transaction.endSession(session, now: 2000)
                throw Change()
            }
        }
        #expect(try waiting() == 0)
    }

    @Test func `each client's oldest comes first, and a failure holds up its others only`() async throws {
        try await join("app")
        try await join("other")
        let (first, user) = (session, user)
        let second = try await database.session(userID: user)
        try await database.write {
            try $0.insertSessionClient(sessionID: second, clientID: "app", sid: "second", isNotified: true)
            _ = try $0.endSession(first, now: 2000)
            _ = try $0.endSession(second, now: 2001)
        }
        let oldest = try #require(try due(3000).first)
        #expect(oldest.sid == "sid-app")
        try await database.write { try $0.postponeLogoutNotice(oldest.id, clientID: "app", until: 3015) }
        #expect(try due(3014).map(\.clientID) == ["other"])
        #expect(try due(3015).first?.attempts == 1)
        try await database.write { try $0.deleteLogoutNotice(oldest.id) }
        #expect(try due(3015).map(\.sid) == ["sid-other", "second"])
        #expect(try waiting() == 2)
    }

    @Test func `a client takes its notices along when it is deleted`() async throws {
        try await join("app")
        let session = session
        #expect(try await database.write { try $0.endSession(session, now: 2000) })
        #expect(try await database.write { try $0.deleteClient("app", now: 2001) })
        #expect(try waiting() == 0)
    }

    @Test func `idle and expired sessions end by themselves, with all that belongs to an end`() async throws {
        try await join("app")
        let online = try await database.grant(userID: user, sessionID: session, refresh: .online)
        let (mine, user) = (session, user)
        let busy = try await database.session(userID: user)
        #expect(try await database.write { try $0.touchSession(busy, now: 2500) })
        #expect(try await database.write { try $0.endExpiredSessions(now: 2799, idle: 1800, limit: 9) } == 0)
        #expect(try await database.write { try $0.endExpiredSessions(now: 2800, idle: nil, limit: 9) } == 0)
        #expect(try await database.write { try $0.endExpiredSessions(now: 2800, idle: 1800, limit: 9) } == 1)
        #expect(try !database.isLive(online, now: 2800))
        #expect(try waiting() == 1)
        let found = try database.read { (transaction) throws(StorageError) in
            (try transaction.session(mine)?.endedAt, try transaction.session(busy)?.endedAt)
        }
        #expect(found.0 == 2800 && found.1 == nil)
        #expect(try await database.sweep(now: 9000).deleted["sessions"] == 2)
    }

    @Test func `a session that is replaced hands over its grants and clients, and tells nobody`() async throws {
        try await join("app")
        let grant = try await database.grant(userID: user, sessionID: session, refresh: .online)
        let (old, user) = (session, user)
        let new = try await database.session(userID: user)
        #expect(try await database.write { try $0.replaceSession(old, by: new, now: 2000) })
        #expect(try await !database.write { try $0.replaceSession(old, by: new, now: 2000) })
        #expect(try database.isLive(grant) && waiting() == 0)
        #expect(try await database.write { try $0.endSession(new, now: 2100) })
        #expect(try !database.isLive(grant, now: 2100))
        #expect(try due(2100).map(\.sid) == ["sid-app"])
    }
}
