import Foundation
import Testing

@testable import Storage

@Suite struct `ST-15 expired rows go in small batches` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    private func count(_ table: StaticString) throws -> Int64 {
        try database.read { (transaction) throws(StorageError) in try transaction.connection.pragma(table) }
    }

    @Test func `no batch is larger than 500, the oldest go first, and the living stay`() async throws {
        try await database.write {
            for number in 0..<1201 { _ = try $0.insertGrant(expiresAt: 2201 - Int64(number)) }
            _ = try $0.insertGrant(expiresAt: 3000)
        }
        let grants = try #require(Expiring.all.last)
        #expect(try await database.write { try $0.sweep(grants, now: 2500) } == 500)
        #expect(try count("SELECT min(expires_at) FROM grants") == 1501)
        let result = try await database.sweep(now: 2500)
        #expect(result.deleted["grants"] == 701)
        #expect(result.total == 701)
        #expect(result.at == 2500)
        #expect(try count("SELECT count(*) FROM grants") == 1)
        #expect(try database.statistics().lastSweep == result)
        #expect(try await database.sweep(now: 2500).total == 0)
    }

    @Test func `every kind of row that expires is swept, exactly when it is due`() async throws {
        let secret = try hash(1)
        let user = try await database.user()
        try await database.write {
            try $0.insertClient(id: "app", metadata: "", secretVerifiers: [], now: 1)
            for due in [1000, 1001] as [Int64] {
                _ = try $0.claimAttempt(key: [UInt8(due % 256)], now: due - 60, allowance: 9, windowSeconds: 60)
                _ = try $0.claimAssertion(clientID: "app", jwtID: "\(due)", expiresAt: due - 3600, now: -9999)
                _ = try $0.insertInteraction(
                    secretHash: secret, browserHash: secret, sessionID: nil, clientID: "app", state: "", now: 1,
                    expiresAt: due)
                _ = try $0.insertLaunch(
                    secretHash: secret, clientID: "app", userID: nil, audience: "", context: "", now: 1, expiresAt: due)
                _ = try $0.insertRegistrationToken(
                    secretHash: secret, scopeLimit: nil, uses: 1, now: 1, expiresAt: due)
                let grant = try $0.insertGrant(expiresAt: due)
                _ = try $0.insertCode(
                    secretHash: secret, grantID: grant, clientID: "app", redirectURI: "", codeChallenge: "", now: 1,
                    expiresAt: due - 86400)
                _ = try $0.insertRefreshToken(
                    secretHash: secret, grantID: grant, generation: 0, now: 1, expiresAt: due)
                _ = try $0.insertAccessToken(secretHash: secret, grantID: grant, claims: "{}", expiresAt: due)
                _ = try $0.insertSession(secretHash: secret, userID: user, authTime: 1, now: 1, expiresAt: due)
                _ = try $0.claimIdempotencyKey("\(due)", caller: "ada", fingerprint: secret, now: 1, expiresAt: due)
                let notice = try $0.insertEventNotice(kind: "break-glass", body: "{}", now: 1)
                try $0.giveUpEventNotice(notice, now: due - 2_592_000)
                try $0.upsertConsent(
                    StoredConsent(
                        userID: user, clientID: "app", audience: "\(due)", patient: nil, scope: "", createdAt: 1,
                        expiresAt: due))
            }
        }
        var expected = Dictionary(uniqueKeysWithValues: Expiring.all.map { ($0.name, 0) })
        #expect(try await database.sweep(now: 999).deleted == expected)
        for name in expected.keys where name != "successors" { expected[name] = 1 }
        #expect(try await database.sweep(now: 1000).deleted == expected)
        #expect(try await database.sweep(now: 1001).deleted == expected)
    }

    @Test func `a sealed successor goes two minutes after the token was used; the token stays`() async throws {
        let secret = try hash(1)
        let id = try await database.write {
            let grant = try $0.insertGrant(expiresAt: 100_000)
            let id = try $0.insertRefreshToken(
                secretHash: secret, grantID: grant, generation: 0, now: 1000, expiresAt: 90_000)
            _ = try $0.claimRefreshToken(id: id, hash: secret, now: 2000)
            _ = try $0.setSuccessor(id: id, sealed: [1, 2, 3])
            return id
        }
        func successor() throws -> [UInt8]? {
            try database.read { (transaction) throws(StorageError) in try transaction.refreshToken(id) }?.successor
        }
        #expect(try await database.sweep(now: 2119).deleted["successors"] == 0)
        #expect(try successor() == [1, 2, 3])
        #expect(try await database.sweep(now: 2120).deleted["successors"] == 1)
        #expect(try successor() == nil)
        let claim = try await database.write { try $0.claimRefreshToken(id: id, hash: secret, now: 2121) }
        let isRecognised = if case .alreadyUsed = claim { true } else { false }
        #expect(isRecognised)
    }

    @Test func `a number is never given out twice`() async throws {
        let last = try await database.grant(expiresAt: 2000)
        #expect(try await database.sweep(now: 2000).deleted["grants"] == 1)
        #expect(try await database.grant() == last + 1)
    }

    @Test func `others write between the batches`() async throws {
        // What another writer sees: the first row gone while the last is still there. One transaction for all of it would
        // never show that; a loaded machine may miss it now and then, hence the rounds.
        var sawTheMiddle = false
        for round in 0..<20 where !sawTheMiddle {
            let last = try await database.write { transaction in
                var last: Int64 = 0
                for _ in 0..<5000 { last = try transaction.insertGrant(expiresAt: 1500) }
                return last
            }
            async let swept = database.sweep(now: 2000)
            for number in 0..<50 where !sawTheMiddle {
                sawTheMiddle = try await database.write { transaction in
                    try transaction.note("\(round) \(number)")
                    return try transaction.grantEnd(last - 4999) == nil && transaction.grantEnd(last) != nil
                }
            }
            #expect(try await swept.deleted["grants"] == 5000)
        }
        #expect(sawTheMiddle)
    }

    @Test func `the log starts over under load, and the file gives free pages back`() async throws {
        let scratch = try Scratch()
        let database = try Database(path: scratch.path)
        let written = Collected<Int>()
        // Several at once, so that the writer never rests: 48 MB, and more if a loaded machine lets the log grow at first.
        try await withThrowingTaskGroup { group in
            for _ in 0..<6 {
                group.addTask {
                    for round in 0..<200 where try round < 40 || scratch.logPages() * 2 > written.values.count * 50 {
                        let id = try await database.write { try $0.insertLargeLaunches(50) }
                        #expect(try database.isLive(id), "round \(round)")
                        written.append(50)
                    }
                }
            }
            try await group.waitForAll()
        }
        let rows = written.values.reduce(0, +)
        #expect(try scratch.logPages() * 2 <= rows)
        let before = try database.statistics()
        #expect(before.pages > rows)
        #expect(try await database.sweep(now: 10).deleted["launches"] == rows)
        let after = try database.statistics()
        #expect(after.pages < before.pages / 2)
        #expect(try database.damages().isEmpty)
    }

    @Test func `readers who come now and then do not keep the log from starting over`() async throws {
        let scratch = try Scratch()
        let database = try Database(path: scratch.path, readers: 3)
        let id = try await database.grant()
        // Each read leaves its view of the database open until the next one: most of the time it is an old view.
        let readers = (0..<3).map { _ in
            Task {
                while !Task.isCancelled {
                    _ = try database.isLive(id)
                    try await Task.sleep(for: .milliseconds(3))
                }
            }
        }
        for _ in 0..<400 { _ = try await database.write { try $0.insertLargeLaunches(50) } }
        for reader in readers { reader.cancel() }
        #expect(try scratch.logPages() < 10_000)
    }

    @Test func `the sweeper goes by the clock it is given`() async throws {
        let id = try await database.grant(expiresAt: 2000)
        database.startSweeper(clock: { 2500 })
        for _ in 0..<1000 {
            if try database.read({ (transaction) throws(StorageError) in try transaction.grant(id) }) == nil { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("never swept")
    }
}

extension WriteTransaction {
    /// Rows of a page each, and a grant.
    fileprivate func insertLargeLaunches(_ count: Int) throws -> Int64 {
        let text = String(repeating: "x", count: 4000)
        for _ in 0..<count {
            _ = try insertLaunch(
                secretHash: try hash(1), clientID: "app", userID: nil, audience: "", context: text, now: 1,
                expiresAt: 10)
        }
        return try insertGrant()
    }
}

extension Scratch {
    /// How long the write-ahead log has ever been.
    fileprivate func logPages() throws -> Int {
        let size = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        return try #require(size) / 4096
    }
}

@Suite struct `ST-15 what one caller can have kept is bounded` {
    @Test func `keys are counted by their caller, and a key that is known counts once`() async throws {
        let database = try Database(path: ":memory:")
        let fingerprint = try hash(7)
        try await database.write { transaction in
            for (caller, key) in [("ada", "1"), ("ada", "2"), ("ada", "2"), ("bob", "1")] {
                _ = try transaction.claimIdempotencyKey(
                    key, caller: caller, fingerprint: fingerprint, now: 1, expiresAt: 100)
            }
            #expect(try !transaction.hasIdempotencyKeys(beyond: 2, caller: "ada"))
            #expect(try transaction.hasIdempotencyKeys(beyond: 1, caller: "ada"))
            #expect(try !transaction.hasIdempotencyKeys(beyond: 1, caller: "bob"))
        }
    }
}
