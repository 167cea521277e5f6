import Crypto
import Encoding
import Foundation
import HTTP
import JOSE
import TestSupport
import Testing

@testable import AuthorizationServer
@testable import Storage

extension AuditVerification {
    /// All of it, a page at a time.
    static func verify(
        _ source: some ReadableDatabase, trusted: Set<String>, copies: [String] = [], limit: Int = 7
    ) throws -> AuditVerification {
        var verification = try AuditVerification(trusted: trusted, copies: copies)
        while verification.finding == nil, !verification.isDone { try verification.step(source, limit: limit) }
        return verification
    }
}

extension AuthorizationServer {
    /// The key that signs now, as an auditor would note it.
    var auditKeys: Set<String> { Set(keys.published.keys.map(\.thumbprint)) }
}

/// The file of a server that has stopped: events, a checkpoint, more events, the checkpoint of the end.
private final class StoppedServer {
    let directory: String
    let trusted: Set<String>
    let copies: [String]
    let last: Int64

    init() async throws {
        let server = try await TestServer.started()
        directory = server.directory
        trusted = server.authorization.auditKeys
        _ = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        var copies = [try server.authorization.notary.seal()?.jws]
        _ = try App.secretApp.tokens(server, as: "patient", scope: App.scope)
        copies.append(try server.authorization.notary.seal()?.jws)
        _ = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        last = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.lastAuditID()
        }
        server.stop(keepingData: true)
        self.copies = copies.compactMap { $0 }
    }

    var path: String { directory + "/lanyard.sqlite" }

    /// The thumbprint of the key that signed last.
    var newestKey: String? {
        get throws {
            let newest = try DatabaseArchive(path: path).read { (transaction) throws(StorageError) in
                try transaction.lastAuditCheckpoint()
            }
            return try newest.flatMap { AuditSeal.thumbprint(try JSON(parsing: Array($0.statement.jwk.utf8))) }
        }
    }

    /// As whoever holds the file would: past the triggers.
    func change(_ body: (Connection) throws -> Void) throws {
        let connection = try Connection(path: path, for: .writing, busyMilliseconds: 1000)
        try connection.execute(
            """
            DROP TRIGGER IF EXISTS audit_is_not_changed; DROP TRIGGER IF EXISTS audit_is_not_deleted;
            DROP TRIGGER IF EXISTS audit_chain_only_moves_on; DROP TRIGGER IF EXISTS audit_chain_stays;
            DROP TRIGGER IF EXISTS audit_checkpoints_are_not_changed;
            DROP TRIGGER IF EXISTS audit_checkpoints_are_not_deleted;
            DROP TRIGGER IF EXISTS audit_is_in_order;
            """)
        try connection.control("BEGIN")
        try body(connection)
        try connection.control("COMMIT")
    }

    func verify(_ trusted: Set<String>? = nil, copies: [String] = []) throws -> AuditVerification {
        try .verify(DatabaseArchive(path: path), trusted: trusted ?? self.trusted, copies: copies)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }
}

extension Connection {
    /// Hashes everything anew from a record on, as somebody who knows the encoding can.
    fileprivate func rechain(after change: StaticString? = nil) throws {
        if let change {
            try execute("DROP TRIGGER IF EXISTS audit_is_not_changed")
            try execute(change)
        }
        let transaction = ReadTransaction(connection: self)
        var previous = AuditHashing.standard.genesis
        for link in try transaction.auditLinks(after: 0, limit: 1000) {
            previous = AuditHashing.standard.hash(link, after: previous)
            try run("UPDATE audit SET hash = ?1 WHERE id = ?2", previous, link.id)
        }
    }
}

@Suite struct `AU-04 whoever changes the audit records in the file is found` {
    struct Manipulation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The first record that is wrong, by number; negative: from the end.
        let seq: Int64
        let reason: String
        let script: StaticStringBox

        init(_ name: String, at seq: Int64, _ reason: String, _ script: StaticStringBox) {
            (testDescription, self.seq, self.reason, self.script) = (name, seq, reason, script)
        }
    }

    struct StaticStringBox: Sendable, ExpressibleByStringLiteral {
        let text: StaticString
        init(stringLiteral text: StaticString) { self.text = text }
    }

    private static let manipulations = [
        Manipulation(
            "one octet of an address", at: 9, "has changed",
            "UPDATE audit SET address = '127.0.0.2' WHERE id = 9"),
        Manipulation("one second", at: 9, "has changed", "UPDATE audit SET at = at + 1 WHERE id = 9"),
        Manipulation("a trace for none", at: 9, "has changed", "UPDATE audit SET trace = 'ab' WHERE id = 9"),
        Manipulation("empty for nothing", at: 9, "has changed", "UPDATE audit SET subject = '' WHERE id = 9"),
        Manipulation("one bit of a hash", at: 9, "has changed", "UPDATE audit SET hash = zeroblob(32) WHERE id = 9"),
        Manipulation("a hash taken away", at: 9, "has no hash", "UPDATE audit SET hash = NULL WHERE id = 9"),
        Manipulation("the first record removed", at: 1, "is missing", "DELETE FROM audit WHERE id = 1"),
        Manipulation("one removed", at: 9, "is missing", "DELETE FROM audit WHERE id = 9"),
        Manipulation(
            "one removed and the others moved up", at: 9, "has changed",
            "DELETE FROM audit WHERE id = 9; UPDATE audit SET id = id - 1 WHERE id > 9"),
        Manipulation(
            "two swapped", at: 9, "has changed",
            """
            UPDATE audit SET id = -1 WHERE id = 9; UPDATE audit SET id = 9 WHERE id = 10;
            UPDATE audit SET id = 10 WHERE id = -1
            """),
        Manipulation(
            "the tail cut off", at: 21, "is missing", "DELETE FROM audit WHERE id > 20"),
        Manipulation(
            "the last one cut off, which names the last checkpoint", at: 0, "is missing",
            """
            DELETE FROM audit WHERE id = (SELECT max(id) FROM audit);
            UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM audit) WHERE name = 'audit'
            """),
        Manipulation(
            "a checkpoint removed", at: 0, "names a checkpoint that is not there",
            "DELETE FROM audit_checkpoints WHERE number = 2"),
        Manipulation(
            "the last checkpoint removed", at: 0, "names a checkpoint that is not there",
            "DELETE FROM audit_checkpoints WHERE number = 3"),
        Manipulation(
            "all checkpoints removed", at: 0, "names a checkpoint that is not there", "DELETE FROM audit_checkpoints"),
        Manipulation(
            "a checkpoint in another's place", at: 0, "is not what checkpoint 2 signs",
            """
            UPDATE audit_checkpoints SET (jws, jwk) = (SELECT jws, jwk FROM audit_checkpoints WHERE number = 1)
            WHERE number = 2
            """),
        Manipulation(
            "the beginning moved behind what happened", at: 1, "is from before the chain and has a hash",
            "UPDATE audit_chain SET start = 5"),
        Manipulation(
            "the beginning moved behind everything", at: 0, "is not the last one before the chain",
            """
            UPDATE audit SET patient = '2', hash = NULL; UPDATE audit_chain SET start = (SELECT max(id) FROM audit)
            """),
        Manipulation(
            "the beginning moved behind everything, no checkpoint left", at: 0, "no checkpoint has ever been signed",
            """
            UPDATE audit SET patient = '2', hash = NULL; UPDATE audit_chain SET start = (SELECT max(id) FROM audit);
            DELETE FROM audit_checkpoints
            """),
        Manipulation(
            "a record before the first", at: 0, "is where no record can be",
            "INSERT INTO audit (id, at, action, outcome) VALUES (0, 1, 'sign-in', 'success')"),
        Manipulation(
            "a record far before the first", at: 0, "is where no record can be",
            "INSERT INTO audit (id, at, action, outcome) VALUES (-5, 1, 'sign-in', 'success')"),
        Manipulation(
            "a checkpoint of no record", at: 0, "is not what checkpoint 0 signs",
            "INSERT INTO audit_checkpoints SELECT 0, 0, at, jws, jwk FROM audit_checkpoints WHERE number = 1"),
        Manipulation(
            "the head removed with no anchor", at: 5, "nothing is signed in their place",
            """
            UPDATE audit_chain SET removed = 5, hash = (SELECT hash FROM audit WHERE id = 5);
            DELETE FROM audit WHERE id <= 5
            """),
    ]

    @Test func `nothing is found where nothing was changed`() async throws {
        let stopped = try await StoppedServer()
        let found = try stopped.verify(copies: stopped.copies)
        #expect(found.finding == nil && found.isDone && found.notes.isEmpty)
        #expect(found.progress?.checked == stopped.last + 1)
        #expect(found.progress?.unchained == 0)
    }

    @Test(arguments: manipulations) func `a manipulation`(_ manipulation: Manipulation) async throws {
        let stopped = try await StoppedServer()
        try stopped.change { try $0.execute(manipulation.script.text) }
        let finding = try #require(try stopped.verify().finding)
        if manipulation.seq > 0 { #expect(finding.seq == manipulation.seq) }
        #expect(finding.reason.contains(manipulation.reason), "\(finding)")
    }

    @Test func `hashed anew after a change, the next checkpoint says otherwise`() async throws {
        let stopped = try await StoppedServer()
        try stopped.change { connection in
            try connection.execute("UPDATE audit SET patient = '2' WHERE action = 'token-issued'")
            try connection.rechain()
        }
        #expect(try #require(try stopped.verify().finding).reason.contains("is not what checkpoint 1 signs"))
    }

    /// Everything anew, checkpoints and the records that name them included, with a key of the forger's own.
    @Test func `signed anew with another key, the key is not the one`() async throws {
        let stopped = try await StoppedServer()
        let directory = stopped.directory + "/forged"
        let keys = try KeyStore(
            directory: directory, passphrase: nil, database: Database(path: ":memory:", options: .usual),
            random: RandomBytes())
        try stopped.change { connection in
            try connection.execute("UPDATE audit SET patient = '2' WHERE action = 'token-issued'")
            let transaction = ReadTransaction(connection: connection)
            for checkpoint in try transaction.auditCheckpoints(from: 0, through: .max) {
                try connection.rechain()
                let signed = try transaction.auditLinks(after: checkpoint.seq - 1, limit: 1)
                let seal = AuditSeal(
                    kind: .checkpoint, number: checkpoint.number, seq: checkpoint.seq,
                    hash: signed.first?.hash ?? [], at: checkpoint.at, count: checkpoint.seq, start: 0)
                let statement = try seal.signed(with: keys, issuer: TestServer.issuer)
                try connection.run(
                    "UPDATE audit_checkpoints SET jws = ?1, jwk = ?2 WHERE number = ?3", statement.jws, statement.jwk,
                    checkpoint.number)
                try connection.run(
                    "UPDATE audit SET detail = ?1 WHERE id = ?2",
                    "checkpoint \(checkpoint.number) \(statement.digest)", checkpoint.seq + 1)
            }
            try connection.rechain()
        }
        let finding = try #require(try stopped.verify().finding)
        #expect(finding.reason.contains("which is not trusted"), "\(finding)")
        // It is well made: but for the key nobody could tell, and the copy from outside still does.
        let forger = Set(keys.published.keys.map(\.thumbprint))
        #expect(try stopped.verify(forger).finding == nil)
        let caught = try #require(try stopped.verify(forger, copies: stopped.copies).finding)
        #expect(caught.reason.contains("is not what the copy of checkpoint 1 signs"))
    }

    /// Back to a checkpoint, as if the rest had never been: only a copy from outside can tell.
    @Test func `the end cut off with its checkpoints`() async throws {
        let stopped = try await StoppedServer()
        try stopped.change { connection in
            try connection.execute(
                """
                DELETE FROM audit_checkpoints WHERE number > 1;
                DELETE FROM audit WHERE id > (SELECT seq + 1 FROM audit_checkpoints);
                UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM audit) WHERE name = 'audit'
                """)
        }
        #expect(try stopped.verify().finding == nil)
        let caught = try #require(try stopped.verify(copies: stopped.copies).finding)
        #expect(caught.reason.contains("the copy of checkpoint 2 signs records up to"), "\(caught)")
    }

    @Test func `every copy of a record's checkpoint is compared`() async throws {
        let stopped = try await StoppedServer()
        let keys = try KeyStore(
            directory: stopped.directory + "/other", passphrase: nil,
            database: Database(path: ":memory:", options: .usual), random: RandomBytes())
        let copy = try #require(stopped.copies.first)
        let said = try AuditSeal(JWS(compact: Array(copy.utf8)), .checkpoint)
        func other(start: Int64) throws -> String {
            let seal = AuditSeal(
                kind: .checkpoint, number: said.number, seq: said.seq, hash: AuditHashing.standard.genesis, at: said.at,
                count: said.count, start: start)
            return try seal.signed(with: keys, issuer: TestServer.issuer).jws
        }
        let caught = try stopped.verify(copies: [copy, try other(start: 0)]).finding
        #expect(caught?.reason.contains("is not what the copy of checkpoint 1 signs") == true)
    }

    @Test func `another server goes on with the chain, also with new keys`() async throws {
        let stopped = try await StoppedServer()
        for name in try FileManager.default.contentsOfDirectory(atPath: stopped.directory + "/Keys") {
            let path = stopped.directory + "/Keys/" + name
            if name.contains(".ES256.active.") { try FileManager.default.removeItem(atPath: path) }
        }
        let server = try TestServer(directory: stopped.directory)
        _ = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        let keys = server.authorization.auditKeys
        server.stop(keepingData: true)
        // The newest checkpoint vouches for those that the old key signed.
        let signing = keys.subtracting(stopped.trusted)
        #expect(signing.count == 1)
        #expect(try stopped.verify(signing).finding == nil)
        #expect(try stopped.verify().finding?.reason.contains("is not trusted") == true)
        #expect(try stopped.verify(signing, copies: stopped.copies).finding == nil)
    }
}

/// As the command sends them where there are more than go into one request.
@Suite struct `AU-04 copies of checkpoints that come one after the other` {
    private struct Copy {
        let text: String
        let seq: Int64
    }

    /// Each with a request of its own, as many as it takes to look at what it signs.
    private func verify(_ stopped: StoppedServer, _ texts: [String]) throws -> AuditVerification {
        let copies = try texts.map { text in
            Copy(text: text, seq: try AuditSeal(JWS(compact: Array(text.utf8)), .checkpoint).seq)
        }.sorted { $0.seq < $1.seq }
        let archive = try DatabaseArchive(path: stopped.path)
        var verification = try AuditVerification(trusted: stopped.trusted)
        for (place, copy) in copies.enumerated() {
            let through = place == copies.count - 1 ? nil : copy.seq
            repeat {
                verification = try AuditVerification(
                    trusted: stopped.trusted, copies: [copy.text], through: through, progress: verification.progress)
                try verification.step(archive, limit: 7)
                if verification.finding != nil || verification.isDone { return verification }
            } while verification.progress.map { $0.head.id < through ?? .max } ?? true
        }
        return verification
    }

    @Test func `find what they find together`() async throws {
        let stopped = try await StoppedServer()
        #expect(stopped.copies.count == 2)
        let sound = try verify(stopped, stopped.copies)
        #expect(sound.isDone && sound.finding == nil && sound.voucher?.seq == stopped.last)
        let first = try AuditSeal(JWS(compact: Array(try #require(stopped.copies.first).utf8)), .checkpoint)
        let keys = try KeyStore(
            directory: stopped.directory + "/other", passphrase: nil,
            database: Database(path: ":memory:", options: .usual), random: RandomBytes())
        func copy(seq: Int64, hash: [UInt8], start: Int64) throws -> String {
            try AuditSeal(
                kind: .checkpoint, number: 9, seq: seq, hash: hash, at: first.at, count: seq, start: start
            ).signed(with: keys, issuer: TestServer.issuer).jws
        }
        let genesis = AuditHashing.standard.genesis
        let wrong = [
            (try copy(seq: first.seq - 3, hash: genesis, start: 0), "is not what the copy"),
            (try copy(seq: first.seq, hash: first.hash, start: 3), "in a chain that begins elsewhere"),
            (try copy(seq: stopped.last + 9, hash: genesis, start: 0), "is missing: the copy of checkpoint 9"),
        ]
        for (copy, reason) in wrong {
            let finding = try verify(stopped, stopped.copies + [copy]).finding
            #expect(finding?.reason.contains(reason) == true, "\(String(describing: finding))")
            #expect(try stopped.verify(copies: stopped.copies + [copy]).finding == finding)
        }
    }
}

@Suite struct `AU-04 a checkpoint by a key that the server does not have` {
    @Test func `is told at the start, and stays in the record when the server signs again`() async throws {
        let stopped = try await StoppedServer()
        for name in try FileManager.default.contentsOfDirectory(atPath: stopped.directory + "/Keys")
        where name.contains(".ES256.active.") {
            try FileManager.default.removeItem(atPath: stopped.directory + "/Keys/" + name)
        }
        let foreign = try #require(try stopped.newestKey)
        for isFirst in [true, false] {
            let notices = AuditNotices()
            let server = try TestServer(directory: stopped.directory, notices: notices)
            // Long before the next checkpoint is due.
            for _ in 0..<200 where isFirst && notices.troubles.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            let trusted = server.authorization.auditKeys
            server.stop(keepingData: true)
            #expect(notices.troubles.filter { $0.contains(foreign) }.count == (isFirst ? 1 : 0), "\(notices.troubles)")
            let verification = try stopped.verify(trusted)
            #expect(verification.finding == nil)
            #expect(verification.notes.contains { $0.contains(foreign) }, "\(verification.notes)")
        }
    }

    @Test func `is not told where nothing is wrong`() async throws {
        let stopped = try await StoppedServer()
        let notices = AuditNotices()
        try TestServer(directory: stopped.directory, notices: notices).stop(keepingData: true)
        #expect(notices.troubles.isEmpty)
        #expect(try stopped.verify().notes.isEmpty)
    }
}

/// Whoever has the database alone does not get the server to do it for him.
@Suite struct `AU-04 the server neither signs nor removes what it cannot prove` {
    private static func count(_ server: TestServer) throws -> Int64 {
        try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.connection.first("SELECT count(*) FROM audit") { $0.integer(0) } ?? 0
        }
    }

    private static func change(_ server: TestServer, _ script: StaticString, rechains: Bool) async throws {
        try await server.authorization.database.write { transaction in
            if rechains {
                try transaction.connection.rechain(after: script)
            } else {
                try transaction.connection.execute("DROP TRIGGER IF EXISTS audit_is_not_changed")
                try transaction.connection.execute(script)
            }
        }
    }

    @Test(arguments: [false, true])
    func `records that were made old are not removed`(rechains: Bool) async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        _ = try server.authorization.notary.seal()
        try await Self.change(server, "UPDATE audit SET at = 1 WHERE id <= 5", rechains: rechains)
        let before = try Self.count(server)
        #expect(throws: StorageError.self) { try server.authorization.notary.removeExpired() }
        #expect(try Self.count(server) == before)
    }

    @Test func `a clock that is set forward empties nothing, signed in between or not`() async throws {
        let server = try await TestServer.started { $0.audit.retentionDays = 30 }
        defer { server.stop() }
        _ = try server.authorization.notary.seal()
        server.clock.set(by: 10 * 365 * 86_400)
        let before = try Self.count(server)
        try server.authorization.notary.removeExpired()
        #expect(try Self.count(server) == before)
        try await server.authorization.database.write { transaction in
            for _ in 0..<3 { try transaction.audit(.signOut, address: "", at: 0) }
        }
        _ = try server.authorization.notary.seal()
        let signed = try Self.count(server)
        server.clock.advance(86_400)
        try server.authorization.notary.removeExpired()
        #expect(try Self.count(server) == signed)
        server.clock.advance(31 * 86_400)
        try server.authorization.notary.removeExpired()
        #expect(try Self.count(server) < signed)
    }

    @Test(arguments: [false, true])
    func `what has changed since or under the last checkpoint is not signed`(rechains: Bool) async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        _ = try server.authorization.notary.seal()
        _ = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        try await Self.change(server, "UPDATE audit SET patient = '2' WHERE action = 'token-issued'", rechains: false)
        if rechains { try await Self.change(server, "UPDATE audit SET address = 'x' WHERE id = 1", rechains: true) }
        #expect(throws: StorageError.self) { try server.authorization.notary.seal() }
    }

    /// What is left is a chain without a fault: only the server that wrote the records knows that there were more.
    @Test func `where the last records are gone nothing is signed`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        _ = try server.authorization.notary.seal()
        _ = try App.publicApp.tokens(server, as: "patient", scope: App.scope)
        try await server.authorization.database.write { transaction in
            try transaction.connection.execute("DROP TRIGGER IF EXISTS audit_is_not_deleted")
            try transaction.connection.execute("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
        }
        #expect(throws: StorageError.self) { try server.authorization.notary.seal() }
    }

    @Test func `more records than one page holds are verified to the end`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        try await server.authorization.database.write { transaction in
            for _ in 0..<2500 { try transaction.audit(.signOut, address: "192.0.2.7", at: 1) }
        }
        _ = try server.authorization.notary.seal()
        var request: JSON = [:]
        var answer: JSON = [:]
        var pages = 0
        repeat {
            let text = await server.administered(.post, "/admin/v1/audit-events/verify", request).text
            answer = try JSON(parsing: Array(text.utf8))
            request = ["progress": answer["progress"] ?? .null]
            pages += 1
        } while answer["done"] == false && answer["finding"] == nil && pages < 10
        #expect(answer["done"] == true && answer["finding"] == nil && pages == 3)
        #expect(answer["checked"] == answer["last"])
    }
}
