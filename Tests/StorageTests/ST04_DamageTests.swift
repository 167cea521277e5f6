import Foundation
import Testing

@testable import Storage

@Suite struct `ST-04 a damaged file is found at the start` {
    let scratch: Scratch
    init() async throws {
        scratch = try Scratch()
        let database = try Database(path: scratch.path)
        _ = try await database.grant()
        database.close()
    }

    private func change(_ path: String, _ body: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        body(&data)
        try data.write(to: URL(fileURLWithPath: path))
    }

    private func reason() -> String? {
        do {
            _ = try Database(path: scratch.path)
            return nil
        } catch StorageError.corrupt(let reason) {
            return reason
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test func `a sound file opens`() { #expect(reason() == nil) }

    @Test(arguments: [0, 5, 15])
    func `a wrong header`(offset: Int) throws {
        try change(scratch.path) { $0[offset] ^= 0xFF }
        #expect(reason()?.contains("is not an SQLite database; restore the last backup") == true)
    }

    @Test(arguments: [1, 99, 100, 4096, 40_000])
    func `a file cut short`(length: Int) throws {
        try change(scratch.path) { $0 = $0.prefix(length) }
        #expect(reason()?.contains("restore the last backup") == true)
    }

    @Test func `an emptied log`() throws {
        try Data(count: 8192).write(to: URL(fileURLWithPath: scratch.path + "-wal"))
        #expect(reason()?.contains("is not a write-ahead log") == true)
    }

    @Test func `a log without its database`() throws {
        let copy = try Scratch()
        try Data(count: 0).write(to: URL(fileURLWithPath: copy.path))
        try Data(count: 100).write(to: URL(fileURLWithPath: copy.path + "-wal"))
        #expect(throws: StorageError.self) { try Database(path: copy.path) }
    }

    @Test func `a page of the schema overwritten`() throws {
        try change(scratch.path) { data in for offset in 100..<4096 { data[offset] = 0xFF } }
        #expect(reason() != nil)
    }

    @Test func `a damaged page shows in the examination`() throws {
        try change(scratch.path) { data in
            for page in 4..<(data.count / 4096) { for offset in 0..<64 { data[page * 4096 + offset] = 0xA5 } }
        }
        let found = Result { try Database(path: scratch.path).damages() }
        switch found {
        case .success(let damages): #expect(!damages.isEmpty)
        case .failure(let error): #expect(error is StorageError)
        }
    }

    @Test(
        arguments: [
            "CREATE TABLE notes (text)", "PRAGMA user_version = 1; CREATE TABLE notes (text)",
        ] as [StaticStringBox])
    func `the database of another program`(script: StaticStringBox) throws {
        let other = try Scratch()
        try Data().write(to: URL(fileURLWithPath: other.path))
        try other.connection().execute(script.text)
        #expect(throws: StorageError.corrupt("the file is the database of another program")) {
            try Database(path: other.path)
        }
    }
}

/// A literal as a test argument.
struct StaticStringBox: Sendable, ExpressibleByStringLiteral, CustomTestStringConvertible {
    let text: StaticString
    init(stringLiteral text: StaticString) { self.text = text }
    var testDescription: String { "\(text)" }
}

@Suite struct `ST-10 migrations` {
    private func open(_ path: String, _ steps: [Migration]) throws {
        try Engine(path: path, options: DatabaseOptions(), migrations: steps).close()
    }

    private static let one = Migration(version: 1, title: "a step", scripts: ["CREATE TABLE one (a INTEGER) STRICT"])
    private static let two = Migration(version: 2, title: "a step", scripts: ["ALTER TABLE one ADD COLUMN b TEXT"])

    @Test func `each step runs once, in order`() throws {
        let scratch = try Scratch()
        try open(scratch.path, [Self.one])
        try open(scratch.path, [Self.one, Self.two])
        try open(scratch.path, [Self.one, Self.two])
        let connection = try scratch.connection()
        #expect(try connection.pragma("PRAGMA user_version") == 2)
        #expect(try connection.pragma("SELECT count(*) FROM pragma_table_info('one')") == 2)
    }

    @Test func `a step that fails leaves the file as it was before the step`() throws {
        let scratch = try Scratch()
        let broken = Migration(
            version: 2, title: "a step", scripts: ["CREATE TABLE half (a INTEGER) STRICT", "CREATE TABLE one (a)"])
        try open(scratch.path, [Self.one])
        #expect(throws: StorageError.self) { try open(scratch.path, [Self.one, broken]) }
        let connection = try scratch.connection()
        #expect(try connection.pragma("PRAGMA user_version") == 1)
        #expect(try connection.pragma("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0)
        try open(scratch.path, [Self.one, Self.two])
    }

    @Test func `a newer schema is refused in a clear line, and not touched`() throws {
        let scratch = try Scratch()
        try open(scratch.path, [Self.one, Self.two])
        let error = #expect(throws: StorageError.self) { try open(scratch.path, [Self.one]) }
        #expect(error == .newerSchema(found: 2, known: 1))
        #expect("\(error ?? .closed)".contains("schema version 2, this program knows up to 1"))
        try open(scratch.path, [Self.one, Self.two])
    }

    @Test func `step 12 takes a database that had its indexes from step 11, and both are the same then`() throws {
        let (old, new) = (try Scratch(), try Scratch())
        let whole = migrations.map { step in
            step.version == 11
                ? Migration(version: 11, title: step.title, scripts: step.scripts + [Schema.auditSearchByName]) : step
        }
        try open(old.path, whole.filter { $0.version <= 11 })
        var indexes: [[String]] = []
        for scratch in [old, new] {
            try open(scratch.path, migrations)
            let connection = try scratch.connection()
            try connection.control("BEGIN")
            indexes.append(
                try connection.all("SELECT name || sql FROM sqlite_schema WHERE tbl_name = 'audit'") {
                    $0.text(0).replacing("IF NOT EXISTS ", with: "")
                }.sorted())
        }
        #expect(indexes[0] == indexes[1] && indexes[0].contains { $0.hasPrefix("audit_by_patient") })
    }

    @Test func `the numbers of the real steps rise by one`() {
        #expect(migrations.map(\.version) == Array(1...migrations.count))
    }
}
