package import Encoding
import JOSE
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
    private let origin = Mutex<Origin?>(nil)

    /// What age is counted from, and the seconds of the machine then.
    private struct Origin {
        let at: Int64
        let elapsed: Int64
    }

    /// Milliseconds between two looks at how many records have come.
    private static let pause = 2000
    /// How many records go in one transaction, and how many such transactions in one look: others write in between.
    private static let batch = 500, batches = 20
    /// How far the clock may have gone on with nothing signed, in seconds, and be believed.
    private static let leap: Int64 = 2 * 86_400

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
            attempt(examine)
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

    /// At the start: what does not follow, or was signed by somebody else, is told before anybody waits for the next checkpoint.
    private func examine() throws {
        let proven = try database.read { (transaction) throws(StorageError) in try self.proven(transaction) }
        if proven.foreign != nil { _ = try seal() }
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
        _ = try ageOrigin(now)
        let proven = try database.read { (transaction) throws(StorageError) in try self.proven(transaction) }
        let made = try database.writeBlocking { transaction -> (seal: AuditSeal, statement: AuditStatement)? in
            let last = try transaction.lastAuditCheckpoint()
            let start = try transaction.auditAnchor().start
            var head = try transaction.auditHead()
            let walk = try transaction.followAudit(from: proven.head, start: start, .standard)
            guard walk.broken == nil, walk.head == head else { throw Self.broken(walk.broken ?? head.id) }
            if let foreign = proven.foreign, foreign.number == last?.number {
                // Our signature behind it must not make it pass for one of ours.
                try transaction.audit(
                    .auditForeignCheckpoint, actor: "server", address: "", detail: foreign.description, at: now)
                head = try transaction.auditHead()
            }
            guard head.id > (last?.seq).map({ $0 &+ 1 }) ?? max(start &- 1, 0) else { return nil }
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
        if let foreign = proven.foreign {
            let error = "\(foreign), which this server does not have"
            tell(AuditNotice(event: "audit.trouble", members: ["error": .string(error)], isTrouble: true))
        }
        tell(
            made.statement, "audit.checkpoint", ["number": .integer(made.seal.number), "seq": .integer(made.seal.seq)])
        return made.statement
    }

    /// How far the records follow from the last checkpoint.
    private struct Proven {
        let head: AuditHead
        /// That checkpoint, where the key that signed it is none of this server's.
        let foreign: ForeignCheckpoint?
    }

    /// A server whose keys were lost goes on, but not in silence: it may be somebody else's.
    private struct ForeignCheckpoint: CustomStringConvertible {
        let number: Int64
        let key: String

        var description: String { "checkpoint \(number) was signed with the key \(key)" }
    }

    /// How far the records follow from the last checkpoint, or from where they begin. What was changed since then, or is not what
    /// that checkpoint signs, is not signed again as if it were sound.
    private func proven(_ transaction: borrowing some Reading & ~Copyable) throws(StorageError) -> Proven {
        let anchor = try transaction.auditAnchor()
        let begin = AuditHead(id: anchor.removed, hash: anchor.hash ?? AuditHashing.standard.genesis)
        var head = begin
        var foreign: ForeignCheckpoint?
        if let last = try transaction.lastAuditCheckpoint() {
            let (seal, key) = try Self.read(last, anchor)
            if !keys.published.keys.contains(where: { $0.thumbprint == key }) {
                foreign = ForeignCheckpoint(number: last.number, key: key)
            }
            head = AuditHead(id: seal.seq, hash: seal.hash)
            if seal.seq == begin.id || seal.seq == anchor.start {
                let there = seal.seq == begin.id ? begin.hash : AuditHashing.standard.genesis
                guard there == seal.hash else { throw Self.broken(seal.seq) }
            } else {
                let signed = try transaction.auditLinks(after: seal.seq &- 1, limit: 1).first
                guard signed?.id == seal.seq, signed?.hash == seal.hash else { throw Self.broken(seal.seq) }
            }
        }
        let walk = try transaction.followAudit(from: head, start: anchor.start, .standard)
        if let broken = walk.broken { throw Self.broken(broken) }
        return Proven(head: walk.head, foreign: foreign)
    }

    /// What a checkpoint signs, if it is the one that its row says.
    private static func read(
        _ checkpoint: StoredAuditCheckpoint, _ anchor: AuditAnchor
    ) throws(StorageError) -> (seal: AuditSeal, thumbprint: String) {
        guard let (seal, key) = try? AuditSeal.read(checkpoint.statement, .checkpoint), seal.seq == checkpoint.seq,
            seal.number == checkpoint.number, seal.start == anchor.start
        else { throw broken(checkpoint.seq) }
        return (seal, key)
    }

    private static func broken(_ id: Int64) -> StorageError {
        .conflict("audit record \(id) is not as it was written: nothing is signed or removed; see audit verify")
    }

    /// Age is counted from the newest checkpoint that the start found, and by the seconds that have passed since: a clock that
    /// is set forward makes nothing older.
    private func ageOrigin(_ now: Int64) throws -> Origin {
        if let known = origin.withLock({ $0 }) { return known }
        let newest = try database.read { (transaction) throws(StorageError) in try transaction.lastAuditCheckpoint() }
        let found = Origin(at: newest?.at ?? now, elapsed: clock.elapsed)
        return origin.withLock { known in
            if known == nil { known = found }
            return known ?? found
        }
    }

    /// Removes what is older than it has to be, in batches, each with the anchor that takes its place.
    func removeExpired() throws {
        let clockNow = clock.now
        let origin = try ageOrigin(clockNow)
        let now = min(clockNow, origin.at &+ (clock.elapsed &- origin.elapsed) &+ Self.leap)
        let before = now.subtracting(seconds: settings.retentionDays * 86_400)
        for _ in 0..<Self.batches where !isStopped.withLock({ $0 }) {
            guard try removeBatch(before: before, now: clockNow) else { return }
        }
    }

    /// False if there was nothing to remove.
    private func removeBatch(before time: Int64, now: Int64) throws -> Bool {
        let (keys, issuer) = (keys, issuer)
        let made = try database.writeBlocking { transaction -> (seal: AuditSeal, statement: AuditStatement)? in
            let anchor = try transaction.auditAnchor()
            guard let last = try transaction.lastRemovableAudit(before: time, limit: Self.batch) else { return nil }
            if let broken = last.walk.broken { throw Self.broken(broken) }
            let head = last.walk.head
            try Self.requireSigned(head, anchor, transaction)
            let seal = AuditSeal(
                kind: .anchor, number: 0, seq: head.id, hash: head.hash, at: now,
                count: anchor.count &+ last.count, start: anchor.start)
            let statement = try seal.signed(with: keys, issuer: issuer)
            try transaction.removeAudit(through: head, count: last.count, statement)
            try transaction.audit(
                .auditRemoved, actor: "server", address: "",
                detail: "\(last.count) records through \(head.id) \(statement.digest)", at: now)
            return (seal, statement)
        }
        guard let made else { return false }
        tell(made.statement, "audit.removed", ["seq": .integer(made.seal.seq), "removed": .integer(made.seal.count)])
        return true
    }

    /// The records go on from there to what the next checkpoint signs.
    private static func requireSigned(
        _ head: AuditHead, _ anchor: AuditAnchor, _ transaction: borrowing WriteTransaction
    ) throws {
        guard let checkpoint = try transaction.auditCheckpoint(from: head.id) else { throw broken(head.id) }
        let seal = try read(checkpoint, anchor).seal
        let walk = try transaction.followAudit(
            from: head, through: checkpoint.seq, start: anchor.start, .standard)
        guard walk.broken == nil, walk.head == AuditHead(id: seal.seq, hash: seal.hash) else {
            throw broken(walk.broken ?? checkpoint.seq)
        }
    }

    private func tell(_ statement: AuditStatement, _ event: String, _ members: JSONObject) {
        var members = members
        members["key"] = (try? JSON(parsing: Array(statement.jwk.utf8))).flatMap(AuditSeal.thumbprint).map(JSON.string)
        members["jws"] = .string(statement.jws)
        tell(AuditNotice(event: event, members: members, isTrouble: false))
    }
}
