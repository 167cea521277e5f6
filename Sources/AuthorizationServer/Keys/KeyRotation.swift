import JOSE
import Storage
import Synchronization
import Threads

/// What happens to the keys as time goes by: a new one is published before the one that signs grows too old, takes over when
/// it has been published for long enough, and the old one goes when its tokens have expired (lessons K1). One thread that
/// looks every minute.
final class KeyRotation: Sendable {
    private let keys: KeyStore
    private let clock: Clock
    /// After how many seconds a key is too old to sign; nil: that is for people to say.
    private let longestAge: Int64?
    private let isStopped = Mutex(false)
    private let signal = Signal()
    private let noted: Mutex<Int64>
    private let failed = Atomic<Int>(0)

    private static let pause = 60_000
    /// How many seconds of a key's life a crash may lose at most.
    private static let noteEvery: Int64 = 3600

    init(_ keys: KeyStore, _ clock: Clock, rotateAfterDays days: Int64) {
        self.keys = keys
        self.clock = clock
        longestAge = days > 0 ? days * 86_400 : nil
        noted = Mutex(clock.elapsed)
    }

    /// How often something could not be done and was left for the next time.
    var failures: Int { failed.load(ordering: .relaxed) }

    func start() {
        _ = Thread.start(named: "keys") { [self] in
            while !isStopped.withLock({ $0 }) {
                turn()
                signal.wait(milliseconds: Self.pause)
            }
        }
    }

    /// What the keys have been seen for is written down.
    func stop() {
        isStopped.withLock { $0 = true }
        signal.raise()
        attempt { try keys.note() }
    }

    /// Does what is due now. What fails is tried again next time.
    func turn() {
        attempt { try keys.finish() }
        if let longestAge {
            for algorithm in KeyStore.algorithms { attempt { try rotate(algorithm, longestAge) } }
        }
        attempt { try dropThoseThatAreOver() }
        let elapsed = clock.elapsed
        guard noted.withLock({ elapsed - $0 >= Self.noteEvery }) else { return }
        attempt {
            try keys.note()
            noted.withLock { $0 = elapsed }
        }
    }

    private func attempt(_ work: () throws -> Void) {
        do { try work() } catch { failed.wrappingAdd(1, ordering: .relaxed) }
    }

    private func rotate(_ algorithm: Algorithm, _ longestAge: Int64) throws {
        let moment = keys.moment()
        let age = moment.age(try moment.active(algorithm))
        guard let next = moment.next(algorithm) else {
            guard age >= longestAge - KeyMoment.publishedFirst else { return }
            let key = try keys.make(algorithm)
            return try change(.keyGenerated, "key \(key.keyID)") { try $0.adding(key) }
        }
        guard age >= longestAge, moment.wait(next) == 0 else { return }
        try change(.keyRotated, "key \(next.keyID)") { try $0.rotating(algorithm, force: false) }
    }

    private func dropThoseThatAreOver() throws {
        for key in keys.ring.keys where keys.moment().isOver(key) {
            try change(.keyRemoved, "key \(key.keyID)") {
                $0.withoutThoseThatAreOver() ?? KeyPlan(keys: $0.ring.keys, changes: [])
            }
        }
    }

    private func change(
        _ event: AuditEvent, _ detail: String, _ plan: @escaping @Sendable (KeyMoment) throws -> KeyPlan
    ) throws {
        let now = clock.now
        try keys.change(plan) { transaction in
            try transaction.audit(event, actor: StandingPolicies.server, address: "", detail: detail, at: now)
        }
    }
}
