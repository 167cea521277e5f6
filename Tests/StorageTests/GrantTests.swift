import Testing

@testable import Storage

@Suite struct `Grants and what ends them` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    private func stored(_ id: Int64) throws -> StoredGrant? {
        try database.read { (transaction) throws(StorageError) in try transaction.grant(id) }
    }

    @Test func `a grant is kept as it was given`() async throws {
        let user = try await database.user()
        let id = try await database.grant(userID: user, sessionID: 3, refresh: .online)
        #expect(
            try stored(id)
                == StoredGrant(
                    id: id, userID: user, clientID: "app", audience: "https://fhir.example", scope: "patient/*.rs",
                    context: #"{"patient":"1"}"#, sessionID: 3, nonce: "n", authTime: 1000, refresh: .online,
                    createdAt: 1000, expiresAt: 5000, revokedAt: nil, revokedReason: nil))
        let bare = try await database.write {
            try $0.insertGrant(
                userID: nil, clientID: "backend", audience: "", scope: "", context: "", sessionID: nil, nonce: nil,
                authTime: nil, refresh: .none, now: 1, expiresAt: 2)
        }
        #expect(
            try stored(bare)
                == StoredGrant(
                    id: bare, userID: nil, clientID: "backend", audience: "", scope: "", context: "", sessionID: nil,
                    nonce: nil, authTime: nil, refresh: .none, createdAt: 1, expiresAt: 2, revokedAt: nil,
                    revokedReason: nil))
        #expect(try stored(99) == nil)
    }

    @Test func `AU-01: under what circumstances it was made is kept with it, in either kind of reading`() async throws {
        let user = try await database.user()
        let id = try await database.write {
            try $0.insertGrant(
                userID: user, clientID: "app", audience: "", scope: "", context: "", sessionID: nil, nonce: nil,
                authTime: nil, refresh: .none, now: 1, expiresAt: 5000, purpose: "BTG", acr: "mfa",
                address: "2001:db8::7")
        }
        let listed = try database.read { (transaction) throws(StorageError) in
            try transaction.liveGrants(userID: user, after: nil, limit: 9, now: 2)
        }
        for grant in [try stored(id), listed.first] {
            #expect(grant?.purpose == "BTG" && grant?.acr == "mfa" && grant?.address == "2001:db8::7")
            #expect(grant?.revokedAt == nil && grant?.revokedReason == nil)
        }
    }

    @Test func `a grant lives until it is revoked or over`() async throws {
        let id = try await database.grant(expiresAt: 5000)
        #expect(try database.isLive(id, now: 4999))
        #expect(try !database.isLive(id, now: 5000))
        #expect(try !database.isLive(id + 1))
        #expect(try await database.write { try $0.useGrant(id, expiresAt: 6000, now: 1050) })
        #expect(try database.isLive(id, now: 5999))
        #expect(try await database.write { try $0.useGrant(id, expiresAt: 5500, now: 1060) })
        #expect(try database.isLive(id, now: 5999))
        #expect(try await database.write { try $0.revokeGrant(id, reason: "reuse", now: 1100) })
        #expect(try !database.isLive(id))
        #expect(try await !database.write { try $0.revokeGrant(id, reason: "again", now: 1200) })
        #expect(try await !database.write { try $0.useGrant(id, expiresAt: 9000, now: 1300) })
        #expect(try stored(id)?.revokedReason == "reuse")
        #expect(try stored(id)?.revokedAt == 1100)
    }

    @Test func `grants are revoked by client, by user, by both, by session, and no others`() async throws {
        let (ada, bob) = (try await database.user("ada"), try await database.user("bob"))
        var ids: [Int64] = []
        for (user, client, session) in [
            (ada, "one", 1), (ada, "two", 1), (bob, "one", 2), (bob, "two", 2), (nil, "one", nil),
        ] as [(Int64?, String, Int64?)] {
            ids.append(try await database.grant(userID: user, clientID: client, sessionID: session))
        }
        func live() throws -> [Bool] { try ids.map { try database.isLive($0) } }
        #expect(
            try await database.write { try $0.revokeGrants(userID: ada, clientID: "two", reason: "r", now: 1100) } == 1)
        #expect(try live() == [true, false, true, true, true])
        #expect(try await database.write { try $0.revokeGrants(sessionID: 2, reason: "r", now: 1100) } == 2)
        #expect(try live() == [true, false, false, false, true])
        #expect(try await database.write { try $0.revokeGrants(userID: ada, reason: "r", now: 1100) } == 1)
        #expect(try live() == [false, false, false, false, true])
        #expect(try await database.write { try $0.revokeGrants(clientID: "one", reason: "r", now: 1100) } == 1)
        #expect(try live() == [false, false, false, false, false])
        #expect(try await database.write { try $0.revokeGrants(clientID: "one", reason: "r", now: 1100) } == 0)
    }

    @Test func `a person's live grants come in pages`() async throws {
        let (ada, bob) = (try await database.user("ada"), try await database.user("bob"))
        var ids: [Int64] = []
        for _ in 0..<5 {
            ids.append(try await database.grant(userID: ada))
            _ = try await database.grant(userID: bob)
        }
        _ = try await database.grant(userID: ada, expiresAt: 1500)
        _ = try await database.write { [ids] in try $0.revokeGrant(ids[1], reason: "r", now: 1100) }
        let pages = try database.read { (transaction) throws(StorageError) in
            let first = try transaction.liveGrants(userID: ada, after: nil, limit: 3, now: 2000)
            return (first, try transaction.liveGrants(userID: ada, after: first.last?.id, limit: 3, now: 2000))
        }
        #expect(pages.0.map(\.id) == [ids[0], ids[2], ids[3]])
        #expect(pages.1.map(\.id) == [ids[4]])
    }
}

@Suite struct `SE-05 the end of a session` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    private func session(_ id: Int64) throws -> StoredSession? {
        try database.read { (transaction) throws(StorageError) in try transaction.session(id) }
    }

    @Test func `a session is kept and touched while it lasts`() async throws {
        let user = try await database.user()
        let id = try await database.session(userID: user)
        #expect(try await database.write { try $0.touchSession(id, now: 1200) })
        #expect(try await database.write { try $0.touchSession(id, now: 1100) })
        #expect(
            try session(id)
                == StoredSession(
                    id: id, secretHash: try hash(7), userID: user, createdAt: 1000, authTime: 1000, lastSeenAt: 1200,
                    expiresAt: 9000, endedAt: nil))
        #expect(try await !database.write { try $0.touchSession(id, now: 9000) })
        #expect(try await database.write { try $0.endSession(id, now: 1300) })
        #expect(try await !database.write { try $0.touchSession(id, now: 1400) })
        #expect(try await !database.write { try $0.endSession(id, now: 1400) })
        #expect(try session(id)?.endedAt == 1300)
    }

    @Test func `online grants end with it, offline ones and those of others do not`() async throws {
        let user = try await database.user()
        let (mine, other) = (try await database.session(userID: user), try await database.session(userID: user))
        let online = try await database.grant(userID: user, sessionID: mine, refresh: .online)
        let offline = try await database.grant(userID: user, sessionID: mine, refresh: .offline)
        let elsewhere = try await database.grant(userID: user, sessionID: other, refresh: .online)
        #expect(try await database.write { try $0.endSession(mine, now: 1300) })
        #expect(try !database.isLive(online))
        #expect(try database.isLive(offline))
        #expect(try database.isLive(elsewhere))
        #expect(try await database.write { try $0.endSessions(userID: user, now: 1400) } == 1)
        #expect(try !database.isLive(elsewhere))
        #expect(try session(mine)?.endedAt == 1300)
        #expect(try session(other)?.endedAt == 1400)
    }

    @Test func `a session needs its user`() async throws {
        await #expect(throws: StorageError.self) { _ = try await database.session(userID: 4711) }
    }
}
