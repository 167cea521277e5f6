import Foundation
import Synchronization
import Testing
import Threads

@testable import Storage

@Suite struct `ST-01 what was answered is durable` {
    @Test func `an answered write is in the files, even if the process ends without closing`() async throws {
        let scratch = try Scratch()
        let database = try Database(path: scratch.path)
        let id = try await database.grant()
        // What a crash leaves: the files as they are now, with the log not yet moved home.
        let copy = try Scratch()
        for ending in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: scratch.path + ending, toPath: copy.path + ending)
        }
        let restarted = try Database(path: copy.path)
        #expect(try restarted.isLive(id))
        #expect(try restarted.damages().isEmpty)
    }

    @Test func `every read sees every write that was answered before it`() async throws {
        let database = try Database(path: ":memory:", readers: 3)
        for _ in 0..<300 {
            let id = try await database.grant()
            #expect(try database.isLive(id))
            _ = try await database.write { try $0.revokeGrant(id, reason: "test", now: 1500) }
            #expect(try !database.isLive(id))
        }
    }

    @Test func `a read sees one state of the database throughout`() throws {
        let database = try Database(path: ":memory:")
        let (before, after) = try database.read { (transaction) throws(StorageError) in
            let before = try transaction.auditRecords(after: nil, limit: 10).count
            let answered = Collected<Bool>()
            database.submit {
                try $0.note("meanwhile")
            } then: { _ in
                answered.append(true)
            }
            _ = answered.wait(for: 1)
            return (before, try transaction.auditRecords(after: nil, limit: 10).count)
        }
        #expect((before, after) == (0, 0))
        #expect(try database.notes() == ["meanwhile"])
    }

    @Test func `closing commits what waits, empties the log and refuses what comes later`() async throws {
        let scratch = try Scratch()
        let database = try Database(path: scratch.path)
        let answers = Collected<Bool>()
        for number in 0..<100 {
            database.submit {
                try $0.note("\(number)")
            } then: { result in
                answers.append((try? result.get()) != nil)
            }
        }
        database.close()
        #expect(answers.values == [Bool](repeating: true, count: 100))
        #expect(Scratch.mode(scratch.path + "-wal") == nil)
        await #expect(throws: StorageError.closed) { try await database.write { try $0.note("late") } }
        #expect(throws: StorageError.closed) { try database.notes() }
        await #expect(throws: StorageError.closed) { try await database.sweep(now: 1) }
        #expect(try Database(path: scratch.path).notes().count == 100)
    }

    @Test func `a temporary database leaves nothing behind`() async throws {
        let database = try Database(path: ":memory:")
        let path = try #require(
            try database.read { (transaction) throws(StorageError) in
                try transaction.connection.first("SELECT file FROM pragma_database_list WHERE name = 'main'") {
                    $0.text(0)
                }
            })
        #expect(FileManager.default.fileExists(atPath: path))
        database.close()
        #expect(!FileManager.default.fileExists(atPath: (path as NSString).deletingLastPathComponent))
    }
}

@Suite struct `S1 group commit` {
    private struct Refused: Error, Equatable {}
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    @Test func `a body that throws takes back its own writes only, and gets its own error`() throws {
        let answers = database.group([
            { try $0.note("first") },
            { transaction in
                try transaction.note("half")
                throw Refused()
            },
            { try $0.note("last") },
        ])
        try #require(answers.count == 3)
        #expect(throws: Never.self) { try answers[0].get() }
        #expect(throws: Refused()) { try answers[1].get() }
        #expect(throws: Never.self) { try answers[2].get() }
        #expect(try database.notes() == ["first", "last"])
    }

    @Test func `only an error after a change has the others run again, and each is answered once`() throws {
        let runs = Collected<Void>()
        let counting: @Sendable (borrowing WriteTransaction) throws -> Void = { transaction in
            runs.append(())
            try transaction.note("counted")
        }
        _ = database.group([counting, { _ in throw Refused() }, { try $0.note("last") }])
        #expect(runs.values.count == 1)
        let fails: @Sendable (borrowing WriteTransaction) throws -> Void = { transaction in
            try transaction.note("half")
            throw Refused()
        }
        let answers = database.group([counting, fails, { _ in }, fails])
        #expect(runs.values.count == 3)
        #expect(answers.map { (try? $0.get()) != nil } == [true, false, true, false])
        #expect(try database.notes() == ["counted", "last", "counted"])
    }

    @Test func `a body that reaches outside runs once, whatever becomes of its neighbours`() throws {
        let runs = Collected<Void>()
        let answers = database.group(
            [
                { transaction in
                    runs.append(())
                    try transaction.note("once")
                },
                { transaction in
                    try transaction.note("half")
                    throw Refused()
                },
                { try $0.note("last") },
            ], once: [0])
        #expect(runs.values.count == 1)
        #expect(answers.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(try database.notes() == ["once", "last"])
    }

    @Test func `what is chained to a record that is taken back is chained again`() async throws {
        let record = AuditRecord(
            at: 1, action: "test", actor: nil, client: nil, patient: nil, address: nil, outcome: "success", detail: nil)
        let answers = database.group([
            { try $0.appendAudit(record) },
            { transaction in
                try transaction.appendAudit(record)
                throw Refused()
            },
            { try $0.appendAudit(record) },
        ])
        #expect(answers.count == 3)
        let walk = try database.read { (transaction) throws(StorageError) in
            let hashing = AuditHashing(sha256: DatabaseOptions().sha256)
            return try transaction.followAudit(
                from: AuditHead(id: 0, hash: hashing.genesis), start: try transaction.auditAnchor().start, hashing)
        }
        #expect(walk.broken == nil && walk.head.id == 2)
    }

    @Test func `a commit that fails is told to all, and nothing of it stays`() throws {
        let answers = database.group([
            { try $0.note("first") },
            { transaction in
                // Lets the broken reference pass until the commit.
                try transaction.connection.execute("PRAGMA defer_foreign_keys = ON")
                _ = try transaction.insertGrant(userID: 4711)
            },
            { _ in throw Refused() },
        ])
        try #require(answers.count == 3)
        #expect(throws: StorageError.self) { try answers[0].get() }
        #expect(throws: StorageError.self) { try answers[1].get() }
        #expect(throws: Refused()) { try answers[2].get() }
        #expect(try database.notes() == [])
        #expect(database.group([{ try $0.note("later") }]).count == 1)
        #expect(try database.notes() == ["later"])
    }

    @Test func `a transaction that SQLite gives up is lost for those before, and no statement slips out of it`() throws
    {
        let answers = database.group([
            { try $0.note("before") },
            { transaction in
                try transaction.connection.control("ROLLBACK")
                try? transaction.note("on its own")
            },
            { try $0.note("after") },
        ])
        try #require(answers.count == 3)
        #expect(throws: StorageError.self) { try answers[0].get() }
        #expect(throws: StorageError.self) { try answers[1].get() }
        #expect(throws: Never.self) { try answers[2].get() }
        #expect(try database.notes() == ["after"])
    }

    @Test func `writes beyond the queue's bound are refused at once`() throws {
        var options = DatabaseOptions()
        options.queueCapacity = 4
        let database = try Database(path: ":memory:", options: options)
        let bodies = (0..<6).map { number in
            { @Sendable (transaction: borrowing WriteTransaction) throws in try transaction.note("\(number)") }
        }
        let answers = database.group(bodies)
        #expect(answers.filter { (try? $0.get()) != nil }.count == 4)
        for refused in answers.suffix(2) { #expect(throws: StorageError.overloaded) { try refused.get() } }
        #expect(try database.notes() == ["0", "1", "2", "3"])
    }

    @Test func `the last reference may be dropped by a write's own closure`() throws {
        let done = Collected<Bool>()
        do {
            let temporary = try Database(path: ":memory:")
            temporary.submit { [temporary] _ in
                usleep(50_000)
                _ = temporary
            } then: { _ in
                done.append(true)
            }
        }
        #expect(done.wait(for: 1) == [true])
    }
}
