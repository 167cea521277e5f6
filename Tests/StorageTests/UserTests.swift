import Testing

@testable import Storage

@Suite struct `SE-06 users` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    private func user(_ id: Int64) throws -> StoredUser? {
        try database.read { (transaction) throws(StorageError) in try transaction.user(id: id) }
    }

    @Test func `a user is found by number, folded name and subject`() async throws {
        let id = try await database.user("ada")
        let ada = StoredUser(
            id: id, sub: "sub-ada", username: "Ada", displayName: "Dr ada", passwordHash: "$scrypt$ada",
            fhirUser: "Practitioner/ada", mustChangePassword: false, createdAt: 1000, disabledAt: nil)
        try database.read { (transaction) throws(StorageError) in
            #expect(try transaction.user(id: id) == ada)
            #expect(try transaction.user(usernameKey: "ada") == ada)
            #expect(try transaction.user(sub: "sub-ada") == ada)
            #expect(try transaction.user(id: id + 1) == nil)
            #expect(try transaction.user(usernameKey: "Ada") == nil)
            #expect(try transaction.user(sub: "sub") == nil)
        }
    }

    @Test func `a folded name or a subject is taken once`() async throws {
        _ = try await database.user("ada")
        for (sub, key) in [("sub-ada", "eve"), ("sub-eve", "ada")] {
            let error = await #expect(throws: StorageError.self) {
                try await database.write {
                    try $0.insertUser(
                        sub: sub, username: key, usernameKey: key, displayName: "", passwordHash: "", fhirUser: nil,
                        now: 1)
                }
            }
            #expect(error?.isConflict == true)
        }
    }

    @Test func `users come in pages`() async throws {
        var ids: [Int64] = []
        for name in ["a", "b", "c", "d"] { ids.append(try await database.user(name)) }
        let pages = try database.read { (transaction) throws(StorageError) in
            let first = try transaction.users(after: nil, limit: 3)
            return [first, try transaction.users(after: first.last?.id, limit: 3)]
        }
        #expect(pages.map { $0.map(\.id) } == [Array(ids[0..<3]), [ids[3]]])
    }

    @Test func `a profile changes without touching the account`() async throws {
        let id = try await database.user()
        #expect(try await database.write { try $0.updateUser(id: id, displayName: "Ada L.", fhirUser: nil) })
        #expect(try user(id)?.displayName == "Ada L.")
        #expect(try user(id)?.fhirUser == nil)
        #expect(try await !database.write { try $0.updateUser(id: 99, displayName: "", fhirUser: nil) })
    }

    @Test(arguments: ["password", "disabled"])
    func `a new password or disabling ends sessions and grants, of this user only`(cause: String) async throws {
        let (ada, bob) = (try await database.user("ada"), try await database.user("bob"))
        var grants: [Int64] = []
        var sessions: [Int64] = []
        for user in [ada, bob] {
            let session = try await database.session(userID: user)
            sessions.append(session)
            for kind in RefreshKind.allCases {
                grants.append(try await database.grant(userID: user, sessionID: session, refresh: kind))
            }
        }
        let secret = try hash(1)
        let token = try await database.write { [grants] in
            try $0.insertRefreshToken(secretHash: secret, grantID: grants[2], generation: 0, now: 1, expiresAt: 9000)
        }
        let done = try await database.write {
            cause == "password"
                ? try $0.setPassword(userID: ada, hash: "new", now: 1500) : try $0.disableUser(ada, now: 1500)
        }
        #expect(done)
        #expect(try grants.map { try database.isLive($0) } == [false, false, false, true, true, true])
        #expect(try await database.write { try $0.claimRefreshToken(id: token, hash: secret, now: 1600) } == .none)
        let ended = try database.read { (transaction) throws(StorageError) in
            [try transaction.session(sessions[0])?.endedAt, try transaction.session(sessions[1])?.endedAt]
        }
        #expect(ended == [1500, nil])
        #expect(try user(ada)?.passwordHash == (cause == "password" ? "new" : "$scrypt$ada"))
        #expect(try user(ada)?.disabledAt == (cause == "password" ? nil : 1500))
    }

    @Test func `enabling brings no grant back, and disabling twice keeps the first time`() async throws {
        let id = try await database.user()
        let grant = try await database.grant(userID: id)
        for now in [1500, 1600] as [Int64] { #expect(try await database.write { try $0.disableUser(id, now: now) }) }
        #expect(try user(id)?.disabledAt == 1500)
        #expect(try await database.write { try $0.enableUser(id) })
        #expect(try user(id)?.disabledAt == nil)
        #expect(try !database.isLive(grant))
        #expect(try await !database.write { try $0.disableUser(99, now: 1) })
        #expect(try await !database.write { try $0.enableUser(99) })
        #expect(try await !database.write { try $0.setPassword(userID: 99, hash: "", now: 1) })
    }

    @Test func `a password that must be changed is marked until it is`() async throws {
        let id = try await database.user()
        #expect(try await database.write { try $0.setPassword(userID: id, hash: "h", mustChange: true, now: 1) })
        #expect(try user(id)?.mustChangePassword == true)
        #expect(try await database.write { try $0.setPassword(userID: id, hash: "i", now: 1) })
        #expect(try user(id)?.mustChangePassword == false)
    }

    @Test func `upgrading a hash ends nothing, and yields to a password changed in between`() async throws {
        let id = try await database.user()
        let session = try await database.session(userID: id)
        #expect(
            try await database.write { try $0.upgradePasswordHash(userID: id, from: "$scrypt$ada", to: "better") })
        #expect(
            try await !database.write { try $0.upgradePasswordHash(userID: id, from: "$scrypt$ada", to: "late") })
        #expect(try user(id)?.passwordHash == "better")
        #expect(
            try database.read { (transaction) throws(StorageError) in try transaction.session(session) }?.endedAt
                == nil)
    }
}

@Suite struct `PW-04 guesses are limited` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    private func attempt(at now: Int64, key: [UInt8] = [1], allowance: Int = 3) async throws -> Int64? {
        try await database.write {
            try $0.claimAttempt(key: key, now: now, allowance: allowance, windowSeconds: 60)
        }
    }

    @Test func `the allowance is free, then each wait is twice the one before, up to a day`() async throws {
        for _ in 0..<3 { #expect(try await attempt(at: 100) == nil) }
        var now: Int64 = 100
        for wait in [60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 30720, 61440, 86400, 86400] as [Int64] {
            #expect(try await attempt(at: now) == wait)
            #expect(try await attempt(at: now + wait - 1) == 1)
            now += wait
            #expect(try await attempt(at: now) == nil)
        }
    }

    @Test func `an allowance of one, or less, is one`() async throws {
        for (key, allowance) in [([1], 1), ([2], 0), ([3], -5)] as [([UInt8], Int)] {
            #expect(try await attempt(at: 100, key: key, allowance: allowance) == nil)
            #expect(try await attempt(at: 100, key: key, allowance: allowance) == 60)
        }
    }

    @Test func `a quiet time forgets, a success clears, and another key is another count`() async throws {
        for _ in 0..<3 { #expect(try await attempt(at: 100) == nil) }
        #expect(try await attempt(at: 100, key: [2]) == nil)
        #expect(try await attempt(at: 100) == 60)
        // Twice the last wait: as new.
        for _ in 0..<3 { #expect(try await attempt(at: 220) == nil) }
        #expect(try await attempt(at: 220) == 60)
        try await database.write { try $0.clearAttempts(key: [1]) }
        #expect(try await attempt(at: 220) == nil)
    }

    @Test func `a clock set back takes no free try away`() async throws {
        #expect(try await attempt(at: 10_000) == nil)
        for _ in 0..<2 { #expect(try await attempt(at: 6400) == nil) }
        #expect(try await attempt(at: 6400) == 60)
    }

    @Test func `a clock set back keeps nobody out for more than a day`() async throws {
        for _ in 0..<3 { #expect(try await attempt(at: 1_000_000_000) == nil) }
        #expect(try await attempt(at: 1000) == nil)
    }
}

@Suite struct `PW-04 failures in a row` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    private func count(_ key: String = "ada", limit: Int = 3) async throws -> Int? {
        try await database.write { try $0.countSignIn(usernameKey: key, limit: limit) }
    }

    @Test func `are counted to the limit, without an end in time, and forgotten by a success`() async throws {
        let id = try await database.user("ada")
        for expected in [1, 2, 3, nil, nil] { #expect(try await count() == expected) }
        #expect(try await count(limit: 5) == 4)
        #expect(try await count("eve") == nil)
        try await database.write { try $0.uncountSignIn(usernameKey: "ada") }
        #expect(try await count(limit: 5) == 4)
        try await database.write { _ = try $0.clearFailedSignIns(userID: id) }
        #expect(try await count() == 1)
        _ = try await database.write { try $0.setPassword(userID: id, hash: "new", now: 1) }
        let user = try database.read { (transaction) throws(StorageError) in try transaction.user(id: id) }
        #expect(user?.failedSignIns == 0)
        try await database.write { try $0.uncountSignIn(usernameKey: "ada") }
        #expect(try await count() == 1)
    }

    @Test func `the last twenty addresses of a person are known, and nobody else's`() async throws {
        let (ada, _) = (try await database.user("ada"), try await database.user("bob"))
        for number in 0..<25 {
            try await database.write { try $0.rememberAddress("192.0.2.\(number)", userID: ada, now: 1000) }
            try await database.write { try $0.rememberAddress("192.0.2.0", userID: ada, now: Int64(1000 + number)) }
        }
        func known(_ number: Int, _ key: String = "ada") throws -> Bool {
            try database.read { (transaction) throws(StorageError) in
                try transaction.isKnownAddress("192.0.2.\(number)", usernameKey: key)
            }
        }
        #expect(try (0..<25).count { try known($0) } == 20)
        #expect(try known(0) && known(24))
        #expect(try !known(0, "bob") && !known(0, "eve"))
    }
}
