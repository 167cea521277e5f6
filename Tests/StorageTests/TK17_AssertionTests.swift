import Testing

@testable import Storage

/// What the writer's thread knows of used assertions is what is on disk, whatever is taken back, lost or read again.
@Suite struct `TK-17 an assertion is used once` {
    let scratch: Scratch
    let database: Database
    init() throws {
        scratch = try Scratch()
        database = try Database(path: scratch.path)
    }

    private func claim(_ jti: String, until expiresAt: Int64 = 400, now: Int64 = 100) async throws -> Bool {
        try await Self.claim(database, jti, until: expiresAt, now: now)
    }

    private static func claim(
        _ database: Database, _ jti: String, until expiresAt: Int64 = 400, now: Int64 = 100
    ) async throws -> Bool {
        try await database.write { try $0.claimAssertion(clientID: "app", jwtID: jti, expiresAt: expiresAt, now: now) }
    }

    @Test func `with another expiry it is still the same, for as long as the first would be accepted`() async throws {
        #expect(try await claim("j", until: 400))
        for expiry in [101, 399, 401, 10_000] as [Int64] { #expect(try await !claim("j", until: expiry)) }
        #expect(try await !claim("j", until: 700, now: 399))
    }

    @Test func `CAS-6: it does not come again within the longest life that one may have, however short its own was`()
        async throws
    {
        #expect(try await claim("j", until: 101, now: 100))
        for now in [101, 160, 220, 280, 340, 400] as [Int64] {
            #expect(try await claim("at \(now)", until: now + 300, now: now))
            #expect(try await !claim("j", until: now + 300, now: now))
        }
    }

    @Test func `where client and jti meet makes a difference, and so does how a letter is composed`() async throws {
        func claim(_ client: String, _ jti: String) async throws -> Bool {
            try await database.write { try $0.claimAssertion(clientID: client, jwtID: jti, expiresAt: 400, now: 100) }
        }
        for (client, jti) in [("ab", "c"), ("a", "bc"), ("", "abc"), ("a", "\u{e9}"), ("a", "e\u{301}")] {
            #expect(try await claim(client, jti))
            #expect(try await !claim(client, jti))
        }
    }

    private struct Refused: Error {}

    /// All together, and each in a savepoint from the start.
    @Test(arguments: [[], [0]] as [Set<Int>])
    func `what a failing body has used is not used, what others of its commit have used is`(once: Set<Int>) async throws
    {
        let bodies: [@Sendable (borrowing WriteTransaction) throws -> Void] = [
            { _ = try $0.claimAssertion(clientID: "app", jwtID: "kept", expiresAt: 400, now: 100) },
            { transaction in
                _ = try transaction.claimAssertion(clientID: "app", jwtID: "taken back", expiresAt: 400, now: 100)
                throw Refused()
            },
            { _ = try $0.claimAssertion(clientID: "app", jwtID: "kept too", expiresAt: 400, now: 100) },
        ]
        let answers = database.group(bodies, once: once)
        #expect(answers.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(try await !claim("kept"))
        #expect(try await !claim("kept too"))
        #expect(try await claim("taken back"))
        #expect(try await !claim("taken back"))
    }

    @Test func `a body whose row cannot be written has used nothing`() async throws {
        #expect(try await claim("first"))
        try scratch.connection().execute(
            "CREATE TRIGGER full BEFORE INSERT ON assertions BEGIN SELECT raise(ABORT, 'no'); END")
        await #expect(throws: StorageError.self) { try await claim("j") }
        try scratch.connection().execute("DROP TRIGGER full")
        #expect(try await claim("j"))
        #expect(try await !claim("j"))
    }

    @Test func `a disk that is full uses nothing, forgets nothing and has no row read again`() async throws {
        let scratch = try Scratch()
        var options = DatabaseOptions()
        options.maximumPages = 120
        let database = try Database(path: scratch.path, options: options)
        #expect(try await Self.claim(database, "before"))
        await #expect(throws: StorageError.full) {
            try await database.write { transaction in
                for number in 0..<10_000 {
                    _ = try transaction.claimAssertion(clientID: "app", jwtID: "\(number)", expiresAt: 400, now: 100)
                }
            }
        }
        try scratch.connection().execute("DELETE FROM assertions")
        #expect(try await !Self.claim(database, "before"))
        #expect(try await Self.claim(database, "0"))
    }

    @Test func `a clock that is set back finds what was used before it was set forward`() async throws {
        #expect(try await claim("j"))
        #expect(try await claim("forward", until: 5000, now: 4690))
        #expect(try await !claim("j", until: 400, now: 101))
        #expect(try await !claim("forward", until: 5000, now: 101))
        #expect(try await claim("other", now: 101))
    }

    /// The clock goes back within one transaction, which then fails: one mark stands for a row on disk and for one of its own.
    @Test(arguments: [true, false])
    func `what is taken back leaves the row that was there before`(byFullDisk: Bool) async throws {
        #expect(try await claim("j", until: 4325, now: 4000))
        database.close()
        var options = DatabaseOptions()
        options.maximumPages = 120
        let again = try Database(path: scratch.path, options: options)
        // From here on rows are known that end at 4330 or later.
        #expect(try await Self.claim(again, "forward", until: 5000, now: 4690))
        await #expect(throws: (any Error).self) {
            try await again.write(once: true) { transaction in
                let used = [
                    try transaction.claimAssertion(clientID: "app", jwtID: "j", expiresAt: 4335, now: 4331),
                    try transaction.claimAssertion(clientID: "app", jwtID: "back", expiresAt: 4335, now: 4320),
                ]
                #expect(used == [true, true])
                for number in 0..<(byFullDisk ? 10_000 : 0) {
                    _ = try transaction.claimAssertion(clientID: "app", jwtID: "\(number)", expiresAt: 4335, now: 4320)
                }
                throw Refused()
            }
        }
        #expect(try await !Self.claim(again, "j", until: 4335, now: 4320))
        #expect(try await Self.claim(again, "back", until: 4335, now: 4320))
    }

    @Test func `it is used after a restart`() async throws {
        #expect(try await claim("j"))
        database.close()
        let again = try Database(path: scratch.path)
        #expect(try await !Self.claim(again, "j"))
        #expect(try await Self.claim(again, "other"))
    }

    @Test func `it is used after a change of the schema`() async throws {
        let scratch = try Scratch()
        let earlier = Array(migrations.prefix { $0.version < 14 })
        try Engine(path: scratch.path, options: DatabaseOptions(), migrations: earlier).close()
        try scratch.connection().execute(
            "INSERT INTO assertions (client_id, jwt_id, expires_at) VALUES ('app', 'j', 400), ('app', 'k', 300)")
        let database = try Database(path: scratch.path)
        for jti in ["j", "k"] { #expect(try await !Self.claim(database, jti)) }
        #expect(try await Self.claim(database, "other"))
    }

    /// Many minutes, each with its own; what has expired is no longer asked for, and nothing that has not is lost.
    @Test func `through many minutes none is used twice`() async throws {
        for now in stride(from: Int64(0), to: 1200, by: 20) {
            let expiry = now + 300
            #expect(try await claim("\(now)", until: expiry, now: now))
            for earlier in stride(from: max(0, now - 280), through: now, by: 20) {
                #expect(try await !claim("\(earlier)", until: expiry, now: now))
            }
        }
    }
}
