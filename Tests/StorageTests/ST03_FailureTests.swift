import Testing
import Threads

@testable import Storage

@Suite struct `ST-03 a full disk fails the request and nothing else` {
    let database: Database
    init() throws {
        var options = DatabaseOptions()
        options.maximumPages = 120
        database = try Database(path: ":memory:", options: options)
    }

    private func fill() async throws -> Int {
        let text = String(repeating: "x", count: 3000)
        for count in 0..<1000 {
            do {
                try await database.write {
                    _ = try $0.insertLaunch(
                        secretHash: try hash(1), clientID: "app", userID: nil, audience: "a", context: text, now: 1,
                        expiresAt: 10)
                }
            } catch {
                #expect(error as? StorageError == .full)
                return count
            }
        }
        Issue.record("the database never became full")
        return 0
    }

    @Test func `the write fails, reads go on, and writes work again when there is room`() async throws {
        let written = try await fill()
        #expect(written > 10)
        #expect(try database.read { (transaction) throws(StorageError) in try transaction.launch(1) } != nil)
        #expect(try database.damages().isEmpty)
        #expect(try await database.sweep(now: 10).deleted["launches"] == written)
        #expect(try await fill() > 10)
    }

    @Test func `those who share the transaction hear of it, and nobody hears of a success that is none`() async throws {
        _ = try await fill()
        let text = String(repeating: "y", count: 20_000)
        let answers = database.group([
            { try $0.setProperty("small", "1") },
            { try $0.setProperty("large", text) },
        ])
        let succeeded = answers.map { (try? $0.get()) != nil }
        #expect(succeeded.last == false)
        let stored = try database.read { (transaction) throws(StorageError) in
            (try transaction.property("small") != nil, try transaction.property("large") != nil)
        }
        #expect(stored == (succeeded.first, false))
    }
}

@Suite struct `ST-05 a foreign lock` {
    @Test func `is waited for, then told, and does not stop reads`() async throws {
        let scratch = try Scratch()
        var options = DatabaseOptions()
        options.busyMilliseconds = 100
        let database = try Database(path: scratch.path, options: options)
        let id = try await database.grant()
        let foreign = try scratch.connection()
        try foreign.control("BEGIN IMMEDIATE")
        await #expect(throws: StorageError.busy) { _ = try await database.grant() }
        #expect(try database.isLive(id))
        try foreign.control("ROLLBACK")
        #expect(try await database.grant() == id + 1)
    }

    @Test func `that is given back in time costs only time`() async throws {
        let scratch = try Scratch()
        var options = DatabaseOptions()
        // A loaded machine may sleep through the usual five seconds.
        options.busyMilliseconds = 120_000
        let database = try Database(path: scratch.path, options: options)
        let foreign = try scratch.connection()
        try foreign.control("BEGIN IMMEDIATE")
        let answered = Collected<Bool>()
        database.submit {
            try $0.note("waited")
        } then: { result in
            answered.append((try? result.get()) != nil)
        }
        try await Task.sleep(for: .milliseconds(50))
        #expect(answered.values.isEmpty)
        try foreign.control("COMMIT")
        #expect(answered.wait(for: 1) == [true])
    }

    @Test func `a foreign reader does not stop writes`() async throws {
        let scratch = try Scratch()
        let database = try Database(path: scratch.path)
        let foreign = try scratch.connection()
        try foreign.control("BEGIN")
        _ = try foreign.first("SELECT count(*) FROM grants") { $0.integer(0) }
        let id = try await database.grant()
        #expect(try database.isLive(id))
        try foreign.control("COMMIT")
    }
}
