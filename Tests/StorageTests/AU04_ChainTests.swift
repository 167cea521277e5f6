import Crypto
import Encoding
import Testing
import Threads

@testable import Storage

private let hashing = AuditHashing { Digest.sha256($0) }

extension Database {
    /// Holds every record to the hash of the one before it; how many there are.
    fileprivate func chained(after start: Int64 = 0) throws -> Int {
        try read { (transaction) throws(StorageError) in
            var (previous, count) = (AuditHead(id: start, hash: hashing.genesis), 0)
            while true {
                let links = try transaction.auditLinks(after: previous.id, limit: 1000)
                for link in links {
                    guard link.id == previous.id + 1, let hash = link.hash,
                        hash == hashing.hash(link, after: previous.hash)
                    else { throw StorageError.corrupt("record \(link.id) does not follow \(previous.id)") }
                    previous = AuditHead(id: link.id, hash: hash)
                }
                count += links.count
                if links.isEmpty { return count }
            }
        }
    }
}

@Suite struct `AU-04 each audit record has the hash of the one before it` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    private struct Refused: Error {}

    /// Hashed by another program, of the encoding that the README says.
    @Test func `the encoding is the one that is published`() async throws {
        try await database.write {
            try $0.appendAudit(
                AuditRecord(
                    at: 1_767_225_600, action: "sign-in", actor: "u_1", client: nil, patient: nil, address: "192.0.2.7",
                    outcome: "success", detail: "Firefox, Linux"))
            try $0.appendAudit(
                AuditRecord(
                    at: -1, action: "user-disabled", actor: "administrator", client: "", patient: "Zoë", address: "",
                    outcome: "success", detail: nil, subject: "u_1"))
        }
        let hashes = try database.read { (transaction) throws(StorageError) in
            try transaction.auditLinks(after: 0, limit: 9).map { ($0.hash ?? []).map(Self.hexadecimal).joined() }
        }
        #expect(
            hashes == [
                "2541f381003900f4542dd93b6ca58a427ec0ef6d1795df201b18eb89dd535b79",
                "013565d848b61bba1a8b1965d621d3dc644d2627a9034d420e1f39536aa1946a",
            ])
    }

    /// The same, of a record that was written within a trace, between two that were not.
    @Test func `a trace is part of what is hashed, and only where there is one`() async throws {
        func append(_ at: Int64, _ action: String, client: String? = nil, detail: String? = nil) async throws {
            try await database.write {
                try $0.appendAudit(
                    AuditRecord(
                        at: at, action: action, actor: "u_1", client: client, patient: client.map { _ in "1" },
                        address: "192.0.2.7", outcome: "success", detail: detail))
            }
        }
        try await append(1_767_225_600, "sign-in", detail: "Firefox, Linux")
        try await CurrentTrace.$id.withValue("4bf92f3577b34da6a3ce929d0e0e4736") {
            try await append(1_767_225_600, "token-issued", client: "app")
        }
        try await append(1_767_225_601, "sign-out")
        let links = try database.read { (transaction) throws(StorageError) in
            try transaction.auditLinks(after: 0, limit: 9)
        }
        #expect(
            links.map { ($0.hash ?? []).map(Self.hexadecimal).joined() } == [
                "2541f381003900f4542dd93b6ca58a427ec0ef6d1795df201b18eb89dd535b79",
                "8f9db1bb381156a1c288ced14247d58aafc9df4a93a61042c6eb53307c41dd40",
                "1e36eb380068d71992bd9779e9a80cd797a60d5603ca783405d175ed6b7cb3a4",
            ])
        #expect(try database.chained() == 3)
        // Taken away, or put where there was none, it is missed.
        for link in links {
            let other = AuditLink(
                id: link.id, at: link.at, texts: link.texts, trace: link.trace == nil ? [0x61] : nil, hash: nil)
            let previous = links.last { $0.id < link.id }?.hash ?? hashing.genesis
            #expect(hashing.hash(link, after: previous) == link.hash)
            #expect(hashing.hash(other, after: previous) != link.hash)
        }
    }

    @Test func `a file from before there were traces is read as it is`() throws {
        let scratch = try Scratch()
        try Engine(
            path: scratch.path, options: DatabaseOptions(),
            migrations: Array(migrations.prefix { $0.version < Schema.auditTraceVersion })
        ).close()
        try scratch.connection().execute(
            "INSERT INTO audit (id, at, action, outcome, hash) VALUES (1, 1, 'old', 'success', zeroblob(32))")
        let links = try DatabaseArchive(path: scratch.path).read { (transaction) throws(StorageError) in
            try transaction.auditLinks(after: 0, limit: 9)
        }
        #expect(links.map(\.action) == ["old"] && links.first?.trace == nil && links.first?.hash?.count == 32)
    }

    private static func hexadecimal(_ octet: UInt8) -> String {
        (octet < 16 ? "0" : "") + String(octet, radix: 16)
    }

    @Test func `what moves from one field to the next changes the hash`() {
        func hash(_ actor: String?, _ client: String?) -> [UInt8] {
            let record = AuditRecord(
                at: 1, action: "a", actor: actor, client: client, patient: nil, address: nil, outcome: "", detail: nil)
            return hashing.hash(record, id: 1, after: hashing.genesis)
        }
        let variants = [
            hash("ab", "c"), hash("a", "bc"), hash("abc", nil), hash(nil, "abc"), hash("abc", ""), hash("", "abc"),
        ]
        #expect(Set(variants).count == variants.count)
    }

    @Test func `a body that is taken back leaves no gap, and the next record follows what is left`() throws {
        for _ in 0..<3 {
            let answers = database.group([
                { try $0.note("first") },
                { transaction in
                    try transaction.note("half")
                    try transaction.note("half")
                    throw Refused()
                },
                { transaction in
                    try transaction.note("second")
                    try transaction.note("third")
                },
                { _ in throw Refused() },
                { try $0.note("fourth") },
            ])
            #expect(answers.count == 5)
        }
        #expect(try database.chained() == 12)
        #expect(try !database.notes().contains("half"))
    }

    @Test func `an insert that fails inside a body that goes on is forgotten too`() async throws {
        try await database.write { transaction in
            try transaction.note("one")
            try transaction.connection.run(
                """
                CREATE TEMP TRIGGER refuse BEFORE INSERT ON main.audit WHEN new.action = 'two'
                BEGIN SELECT RAISE(ABORT, 'no'); END
                """)
            #expect(throws: StorageError.self) { try transaction.note("two") }
            try transaction.note("three")
        }
        #expect(try database.notes() == ["one", "three"])
        #expect(try database.chained() == 2)
    }

    @Test func `a commit that fails leaves the chain where it was`() async throws {
        var options = DatabaseOptions()
        options.maximumPages = 160
        let database = try Database(path: ":memory:", options: options)
        let text = String(repeating: "x", count: 3000)
        var written = 0
        while written < 1000 {
            let isWritten: Void? = try? await database.write { transaction in
                try transaction.note("before")
                _ = try transaction.insertLaunch(
                    secretHash: try hash(1), clientID: "app", userID: nil, audience: "a", context: text, now: 1,
                    expiresAt: 10)
            }
            guard isWritten != nil else { break }
            written += 1
        }
        #expect(written > 5 && written < 1000)
        _ = try await database.sweep(now: 10)
        try await database.write { try $0.note("after") }
        #expect(try database.chained() == written + 1)
    }

    @Test func `a foreign lock, a new connection and a new start go on with the chain`() async throws {
        let scratch = try Scratch()
        var options = DatabaseOptions()
        options.busyMilliseconds = 50
        let database = try Database(path: scratch.path, options: options)
        try await database.write { try $0.note("one") }
        let foreign = try scratch.connection()
        try foreign.control("BEGIN IMMEDIATE")
        await #expect(throws: StorageError.busy) { try await database.write { try $0.note("lost") } }
        try foreign.control("ROLLBACK")
        try await database.write { try $0.note("two") }
        database.close()
        let restarted = try Database(path: scratch.path)
        try await restarted.write { try $0.note("three") }
        #expect(try restarted.chained() == 3)
    }

    @Test func `records from before the chain stay as they are, and it begins behind them`() async throws {
        let scratch = try Scratch()
        try Engine(
            path: scratch.path, options: DatabaseOptions(), migrations: Array(migrations.prefix { $0.version < 11 })
        ).close()
        try scratch.connection().execute(
            """
            INSERT INTO audit (at, action, outcome) VALUES (1, 'old', 'success'), (2, 'older', 'success');
            """)
        let database = try Database(path: scratch.path)
        try await database.write { try $0.note("new") }
        #expect(try database.chained(after: 2) == 1)
        let (anchor, links) = try database.read { (transaction) throws(StorageError) in
            (try transaction.auditAnchor(), try transaction.auditLinks(after: 0, limit: 9))
        }
        #expect(anchor.start == 2 && anchor.removed == 0)
        #expect(links.map { $0.hash == nil } == [true, true, false])
    }

    @Test func `nothing is deleted but under an anchor that moves on in the same transaction`() async throws {
        try await database.write { transaction in for number in 0..<10 { try transaction.note("\(number)") } }
        await #expect(throws: StorageError.self) {
            try await database.write { _ = try $0.connection.run("DELETE FROM audit WHERE id = 1") }
        }
        let statement = AuditStatement(jws: "s", jwk: "k")
        try await database.write { transaction in
            try transaction.insertAuditCheckpoint(number: 1, seq: 6, at: 1, statement)
            let last = try transaction.lastRemovableAudit(before: 2, limit: 4)
            #expect(last?.walk.head.id == 4 && last?.walk.broken == nil && last?.count == 4)
            guard let last else { return }
            try transaction.removeAudit(through: last.walk.head, count: last.count, statement)
            #expect(try transaction.lastRemovableAudit(before: 1, limit: 4) == nil)
        }
        for refused in [
            "DELETE FROM audit", "UPDATE audit_chain SET removed = 3", "DELETE FROM audit_chain",
            "UPDATE audit_chain SET start = 3, removed = 9", "UPDATE audit SET detail = 'x'",
            "DELETE FROM audit_checkpoints", "UPDATE audit_checkpoints SET jws = ''",
        ] as [StaticStringBox] {
            await #expect(throws: StorageError.self) {
                try await database.write { _ = try $0.connection.run(refused.text) }
            }
        }
        let links = try database.read { (transaction) throws(StorageError) in
            try transaction.auditLinks(after: 0, limit: 99)
        }
        #expect(links.map(\.id) == [5, 6, 7, 8, 9, 10])
    }

    @Test(
        arguments: [
            "INSERT INTO audit (at, action, outcome) VALUES (1, 'forged', 'ok')",
            "INSERT INTO audit (id, at, action, outcome) VALUES (0, 1, 'forged', 'ok')",
            "INSERT INTO audit (id, at, action, outcome) VALUES (-1, 1, 'forged', 'ok')",
            "INSERT INTO audit (id, at, action, outcome) VALUES (-7, 1, 'forged', 'ok')",
            "INSERT INTO audit (id, at, action, outcome) VALUES (9, 1, 'forged', 'ok')",
            "INSERT OR REPLACE INTO audit (id, at, action, outcome) VALUES (2, 1, 'forged', 'ok')",
        ] as [StaticStringBox])
    func `a record is inserted behind the last one alone`(_ refused: StaticStringBox) async throws {
        try await database.write { transaction in for _ in 0..<3 { try transaction.note("one") } }
        await #expect(throws: StorageError.self) {
            try await database.write { _ = try $0.connection.run(refused.text) }
        }
        #expect(try database.chained() == 3)
    }

    @Test func `what does not follow the anchor is not removable`() async throws {
        try await database.write { transaction in
            for _ in 0..<9 { try transaction.note("one") }
            try transaction.insertAuditCheckpoint(number: 1, seq: 8, at: 1, AuditStatement(jws: "s", jwk: "k"))
            try transaction.connection.run("DROP TRIGGER audit_is_not_changed")
            try transaction.connection.run("UPDATE audit SET at = 0 WHERE id = 3")
            let last = try transaction.lastRemovableAudit(before: 2, limit: 9)
            #expect(last?.walk.broken == 3 && last?.count == 0)
        }
    }

    @Test func `a hundred thousand records by 32 writers at once are one chain`() async throws {
        let database = database
        try await withThrowingTaskGroup { group in
            for writer in 0..<32 {
                group.addTask {
                    for number in 0..<139 {
                        try? await database.write { transaction in
                            for _ in 0..<25 { try transaction.note("\(writer) \(number)") }
                            if number % 10 == 9 { throw Refused() }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try database.chained() == 32 * 126 * 25)
    }
}
