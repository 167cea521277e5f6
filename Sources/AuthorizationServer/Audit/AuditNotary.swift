package import Encoding
import Storage
import Synchronization
import Threads

/// How the audit records are kept.
package struct AuditSettings: Sendable {
    /// 45 CFR 164.316(b)(2): six years.
    package var retentionDays: Int64 = 2192
    /// A checkpoint is signed after so long, where there is something new.
    package var checkpointMinutes: Int64 = 5
    /// And after so many records.
    package var checkpointRecords: Int64 = 10_000

    package init() {}
}

/// Something that the log should hear of, for that is where a copy outside the database is kept.
package struct AuditNotice: Sendable {
    package let event: String
    package let members: JSONObject
    package let isTrouble: Bool
}

/// Signs the chain of audit records now and then, so that nobody can rewrite it who has the database alone, and removes what has
/// been kept for long enough. One thread.
final class AuditNotary: Sendable {
    private let database: Database
    private let keys: KeyStore
    private let clock: Clock
    private let issuer: String
    private let settings: AuditSettings
    private let tell: @Sendable (AuditNotice) -> Void
    private let isStopped = Mutex(false)
    private let signal = Signal()

    /// Milliseconds between two looks at how many records have come.
    private static let pause = 2000
    /// How many records go in one transaction, and how many such transactions in one look: others write in between.
    private static let batch = 500, batches = 20

    init(
        database: Database, keys: KeyStore, clock: Clock, issuer: String, settings: AuditSettings,
        tell: @escaping @Sendable (AuditNotice) -> Void
    ) {
        self.database = database
        self.keys = keys
        self.clock = clock
        self.issuer = issuer
        self.settings = settings
        self.tell = tell
    }

    func start() {
        _ = Thread.start(named: "audit-notary") { [self] in
            var last = ContinuousClock.now
            while !isStopped.withLock({ $0 }) {
                signal.wait(milliseconds: Self.pause)
                guard !isStopped.withLock({ $0 }) else { return }
                let isTime = last.duration(to: .now) >= .seconds(settings.checkpointMinutes * 60)
                attempt {
                    guard try isTime || recordsSinceCheckpoint() >= settings.checkpointRecords else { return }
                    last = .now
                    _ = try seal()
                    try removeExpired()
                }
            }
        }
    }

    /// Signs what is new, for the last time. Call before the database is closed.
    func stop() {
        isStopped.withLock { $0 = true }
        signal.raise()
        attempt { _ = try seal() }
    }

    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch StorageError.closed {
        } catch {
            tell(AuditNotice(event: "audit.trouble", members: ["error": .string("\(error)")], isTrouble: true))
        }
    }

    private func recordsSinceCheckpoint() throws -> Int64 {
        try database.read { (transaction) throws(StorageError) in
            let last = try transaction.lastAuditID()
            return last &- (try transaction.lastAuditCheckpoint()?.seq ?? 0)
        }
    }

    /// Signs the chain as it stands, if there is more than the record of the last checkpoint. Which record was the last, the
    /// checkpoint and the record that names it are one transaction: a checkpoint that is taken away is missed.
    func seal() throws -> AuditStatement? {
        let (keys, issuer, now) = (keys, issuer, clock.now)
        let made = try database.writeBlocking { transaction -> (seal: AuditSeal, statement: AuditStatement)? in
            let head = try transaction.auditHead(), last = try transaction.lastAuditCheckpoint()
            let start = try transaction.auditAnchor().start
            guard head.id > max((last?.seq).map { $0 &+ 1 } ?? 0, start) else { return nil }
            let seal = AuditSeal(
                kind: .checkpoint, number: (last?.number ?? 0) &+ 1, seq: head.id, hash: head.hash, at: now,
                count: head.id &- start, start: start)
            let statement = try seal.signed(with: keys, issuer: issuer)
            try transaction.insertAuditCheckpoint(number: seal.number, seq: seal.seq, at: now, statement)
            try transaction.audit(
                .auditCheckpoint, actor: "server", address: "", detail: "checkpoint \(seal.number) \(statement.digest)",
                at: now)
            return (seal, statement)
        }
        guard let made else { return nil }
        tell(
            made.statement, "audit.checkpoint", ["number": .integer(made.seal.number), "seq": .integer(made.seal.seq)])
        return made.statement
    }

    /// Removes what is older than it has to be, in batches, each with the anchor that takes its place.
    func removeExpired() throws {
        let now = clock.now
        let before = now.subtracting(seconds: settings.retentionDays * 86_400)
        for _ in 0..<Self.batches where !isStopped.withLock({ $0 }) {
            guard try removeBatch(before: before, now: now) else { return }
        }
    }

    /// False if there was nothing to remove.
    private func removeBatch(before time: Int64, now: Int64) throws -> Bool {
        let (keys, issuer) = (keys, issuer)
        let made = try database.writeBlocking { transaction -> (seal: AuditSeal, statement: AuditStatement)? in
            let anchor = try transaction.auditAnchor()
            guard let last = try transaction.lastRemovableAudit(before: time, limit: Self.batch) else { return nil }
            let seal = AuditSeal(
                kind: .anchor, number: 0, seq: last.head.id, hash: last.head.hash, at: now,
                count: anchor.count &+ last.count, start: anchor.start)
            let statement = try seal.signed(with: keys, issuer: issuer)
            try transaction.removeAudit(through: last.head, count: last.count, statement)
            try transaction.audit(
                .auditRemoved, actor: "server", address: "",
                detail: "\(last.count) records through \(last.head.id) \(statement.digest)", at: now)
            return (seal, statement)
        }
        guard let made else { return false }
        tell(made.statement, "audit.removed", ["seq": .integer(made.seal.seq), "removed": .integer(made.seal.count)])
        return true
    }

    private func tell(_ statement: AuditStatement, _ event: String, _ members: JSONObject) {
        var members = members
        members["key"] = (try? JSON(parsing: Array(statement.jwk.utf8))).flatMap(AuditSeal.thumbprint).map(JSON.string)
        members["jws"] = .string(statement.jws)
        tell(AuditNotice(event: event, members: members, isTrouble: false))
    }
}
