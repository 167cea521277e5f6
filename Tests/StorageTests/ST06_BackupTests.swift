import Foundation
import Testing

@testable import Storage

@Suite struct `ST-06 a copy is made while others write` {
    let scratch: Scratch
    let database: Database
    init() throws {
        scratch = try Scratch()
        database = try Database(path: scratch.path)
    }

    private var copy: String { scratch.directory + "/copy.sqlite" }

    @Test func `it holds everything that was answered before it began, and is sound`() throws {
        let (answered, stops) = (Collected<Int64>(), Collected<Bool>())
        // As many as it takes until the copy is there, each write after the answer to another.
        for _ in 0..<8 { Self.write(to: database, answered, until: stops) }
        _ = answered.wait(for: 500)
        let before = answered.values
        try DatabaseCopy.make(of: scratch.path, at: copy)
        #expect(answered.wait(for: before.count + 1).count > before.count)
        stops.append(true)
        let report = try DatabaseReport(of: copy, depth: .thorough)
        #expect(report.isSound)
        let rows = try #require(report.tables.first { $0.name == "grants" }?.rows)
        #expect(rows >= before.count && rows <= answered.values.count + 8)
        let restored = try Database(path: copy)
        for id in before { #expect(try restored.isLive(id)) }
    }

    private static func write(to database: Database, _ answered: Collected<Int64>, until stops: Collected<Bool>) {
        database.submit {
            try $0.insertGrant()
        } then: { answer in
            if let id = try? answer.get() { answered.append(id) }
            if stops.values.isEmpty { write(to: database, answered, until: stops) }
        }
    }

    @Test func `it is one private file, and nothing is left beside it`() throws {
        try DatabaseCopy.make(of: scratch.path, at: copy)
        #expect(Scratch.mode(copy) == 0o600)
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.directory)
        #expect(names.filter { $0.hasPrefix("copy") } == ["copy.sqlite"])
    }

    @Test func `a missing database is an error, and no empty copy`() throws {
        #expect(throws: StorageError.self) { try DatabaseCopy.make(of: scratch.directory + "/none", at: copy) }
        #expect(Scratch.mode(copy) == nil && Scratch.mode(scratch.directory + "/none") == nil)
    }

    @Test func `a failed copy leaves what was there before`() throws {
        try Data("old".utf8).write(to: URL(fileURLWithPath: copy))
        let damaged = scratch.directory + "/damaged.sqlite"
        try Data("SQLite format 3\0 and then nothing".utf8).write(to: URL(fileURLWithPath: damaged))
        #expect(throws: StorageError.self) { try DatabaseCopy.make(of: damaged, at: copy) }
        #expect(try String(contentsOfFile: copy, encoding: .utf8) == "old")
        #expect(Scratch.mode(copy + ".new") == nil)
    }
}

@Suite struct `ST-06 a restored copy revives nothing` {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private var copy: String { scratch.directory + "/copy.sqlite" }

    /// The copy is made, `after` goes on in the original, and then the copy takes its place.
    private func restore(
        _ before: (Database) async throws -> Void, after: (Database) async throws -> Void = { _ in }
    ) async throws -> Database {
        let database = try Database(path: scratch.path)
        try await before(database)
        try DatabaseCopy.make(of: scratch.path, at: copy)
        try await after(database)
        database.close()
        try putInPlace()
        return try Database(path: scratch.path)
    }

    private func putInPlace() throws {
        let restore = try DatabaseRestore(path: scratch.path)
        try restore.stage(copy, options: DatabaseOptions()) { try $0.fenceRestoredCopy(now: 3000) }
        try restore.commit(aside: scratch.path + ".aside")
    }

    @Test func `every table of what can be used once is empty`() async throws {
        let secret = try hash(7)
        let restored = try await restore { database in
            try await database.client("app")
            let user = try await database.user()
            let session = try await database.session(userID: user)
            let grant = try await database.grant(userID: user, sessionID: session, refresh: .offline)
            try await database.write { transaction in
                _ = try transaction.insertAccessToken(secretHash: secret, grantID: grant, claims: "{}", expiresAt: 9000)
                _ = try transaction.insertRegistrationToken(
                    secretHash: secret, scopeLimit: nil, uses: 3, now: 1000, expiresAt: 9000)
                _ = try transaction.insertRegistration(
                    clientID: "app", secretHash: secret, scopeLimit: nil, softwareStatement: nil)
            }
        }
        let connection = try scratch.connection()
        try connection.control("BEGIN")
        for statement: StaticString in [
            "SELECT count(*) FROM codes", "SELECT count(*) FROM launches", "SELECT count(*) FROM interactions",
            "SELECT count(*) FROM refresh_tokens", "SELECT count(*) FROM access_tokens",
            "SELECT count(*) FROM sessions", "SELECT count(*) FROM consents",
            "SELECT count(*) FROM registration_tokens", "SELECT count(*) FROM registrations",
            "SELECT count(*) FROM grants WHERE revoked_at IS NULL",
        ] {
            #expect(try connection.pragma(statement) == 0, "\(statement)")
        }
        #expect(try connection.pragma("SELECT count(*) FROM clients") == 1)
        #expect(try connection.pragma("SELECT count(*) FROM users") == 1)
        #expect(try connection.pragma("SELECT count(*) FROM grants WHERE revoked_reason = 'restored'") == 1)
        try connection.control("COMMIT")
        restored.close()
    }

    @Test func `a grant of the lost time is not another's later`() async throws {
        let lost = Collected<Int64>()
        let restored = try await restore {
            _ = try await $0.grant()
        } after: { database in
            for _ in 0..<50 { lost.append(try await database.grant()) }
        }
        var made: [Int64] = []
        for _ in 0..<200 { made.append(try await restored.grant()) }
        #expect(Set(made).isDisjoint(with: lost.values))
        for id in lost.values { #expect(try !restored.isLive(id)) }
    }

    @Test func `it knows when it was restored`() async throws {
        let restored = try await restore { _ = try await $0.grant() }
        #expect(try restored.read { (transaction) throws(StorageError) in try transaction.restoreTime() } == 3000)
    }

    @Test func `the old database is kept whole`() async throws {
        let lost = Collected<Int64>()
        _ = try await restore {
            _ = try await $0.grant()
        } after: {
            lost.append(try await $0.grant())
        }
        let old = try Database(path: scratch.path + ".aside")
        #expect(try old.isLive(try #require(lost.values.first)))
    }

    @Test func `while a server has the database, nothing is restored`() throws {
        let database = try Database(path: scratch.path)
        #expect(throws: StorageError.self) { _ = try DatabaseRestore(path: scratch.path) }
        database.close()
    }

    /// What finds the mark of a restore that was killed.
    enum Finder: CaseIterable { case start, restore }

    /// The old database has a log, as one that was killed too.
    @Test(arguments: 0...Replacement.Step.allCases.count, Finder.allCases)
    func `killed after any step, it is done to its end or never was, and the old database is kept whole`(
        count: Int, finder: Finder
    ) async throws {
        let database = try Database(path: scratch.path)
        _ = try await database.grant()
        try DatabaseCopy.make(of: scratch.path, at: copy)
        let lost = try await database.grant()
        let aside = scratch.path + ".aside"
        let files = FileManager.default
        for ending in ["", "-wal"] {
            try files.copyItem(atPath: scratch.path + ending, toPath: copy + ".live" + ending)
        }
        database.close()
        for ending in ["", "-wal"] {
            try? files.removeItem(atPath: scratch.path + ending)
            try files.moveItem(atPath: copy + ".live" + ending, toPath: scratch.path + ending)
        }
        try kill(after: count, aside)
        if finder == .restore {
            let restore = try DatabaseRestore(path: scratch.path)
            #expect(restore.replacesDatabase)
        }
        let found = try Database(path: scratch.path)
        let isRestored = count > 0
        let time = try found.read { (transaction) throws(StorageError) in try transaction.restoreTime() }
        #expect(try (time == 3000) == isRestored && found.isLive(lost) != isRestored)
        found.close()
        #expect(Scratch.mode(scratch.path + ".restore") == nil)
        #expect((Scratch.mode(aside) != nil) == isRestored)
        if isRestored {
            let old = try Database(path: aside)
            #expect(try old.isLive(lost))
            old.close()
        }
    }

    private func kill(after count: Int, _ aside: String) throws {
        let restore = try DatabaseRestore(path: scratch.path)
        try restore.stage(copy, options: DatabaseOptions()) { try $0.fenceRestoredCopy(now: 3000) }
        let replacement = restore.replacement(aside: aside)
        for step in Replacement.Step.allCases.prefix(count) { try replacement.carryOut(step) }
    }

    @Test func `a mark that does not say where the old database went stops the start`() throws {
        try Database(path: scratch.path).close()
        try Data().write(to: URL(fileURLWithPath: scratch.path + ".restore"))
        let error = #expect(throws: StorageError.self) { _ = try Database(path: scratch.path) }
        #expect(error?.description.contains("was cut short") == true)
    }
}

@Suite struct `U3 a copy is made before each migration` {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private static let one = Migration(version: 1, title: "one", scripts: ["CREATE TABLE one (a INTEGER) STRICT"])
    private static let two = Migration(version: 2, title: "two", scripts: ["ALTER TABLE one ADD COLUMN b TEXT"])

    private var copy: String { scratch.path + ".before-1" }

    private func open(_ migrations: [Migration], _ options: DatabaseOptions = DatabaseOptions()) throws {
        try Engine(path: scratch.path, options: options, migrations: migrations).close()
    }

    @Test func `it is at the step before`() throws {
        try open([Self.one])
        #expect(Scratch.mode(copy) == nil)
        try open([Self.one, Self.two])
        #expect(Scratch.mode(copy) == 0o600)
        let old = try Connection(path: copy, for: .inspecting, busyMilliseconds: 0)
        #expect(try old.pragma("PRAGMA user_version") == 1)
        #expect(try scratch.connection().pragma("PRAGMA user_version") == 2)
    }

    @Test func `a new database needs none`() throws {
        try open([Self.one, Self.two])
        #expect(Scratch.mode(copy) == nil)
    }

    @Test func `and none is made where it is not wanted`() throws {
        try open([Self.one])
        var options = DatabaseOptions()
        options.copiesBeforeMigration = false
        try open([Self.one, Self.two], options)
        #expect(Scratch.mode(copy) == nil)
    }

    @Test func `where it cannot be made, nothing is migrated`() throws {
        try open([Self.one])
        // A folder stands in its way.
        try FileManager.default.createDirectory(atPath: copy + ".new", withIntermediateDirectories: false)
        #expect(throws: StorageError.self) { try open([Self.one, Self.two]) }
        #expect(try scratch.connection().pragma("PRAGMA user_version") == 1)
    }
}
