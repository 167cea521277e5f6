import Crypto
import Threads

/// Hashes passwords on threads of its own with a bounded queue, so that sign-ins never hold up an event loop (PW-10).
final class PasswordHasher: Sendable {
    private let pool = WorkerPool(name: "password", threads: 2, capacity: 64, computes: true)
    private let random: RandomBytes
    private let cost: PasswordHash.Cost

    init(_ random: RandomBytes, cost: PasswordHash.Cost) {
        self.random = random
        self.cost = cost
    }

    /// The PHC text of a new hash.
    func hash(_ password: Secret) async throws -> String {
        try await pool.run { [random, cost] in try PasswordHash.make(password.bytes, cost: cost, random: random) }
    }

    /// Compares with the hash. Where there is none, for an unknown user, it makes one instead, so that the answer, which
    /// is then always false, takes the same time (PW-03).
    func verify(_ password: Secret, against hash: String?) async throws -> Bool {
        try await pool.run { [random, cost] in
            if let hash { return try PasswordHash.verify(password.bytes, against: hash) }
            _ = try PasswordHash.make(password.bytes, cost: cost, random: random)
            return false
        }
    }

    /// A new hash of a password that was found right, if the one that is kept is cheaper to guess than today's (PW-01). Nil
    /// also if there is no time for it now: that is no reason to keep anybody out, and the next sign-in comes.
    func upgrade(_ password: Secret, of kept: String) async -> String? {
        guard PasswordHash.needsUpgrade(kept, to: cost) else { return nil }
        return try? await hash(password)
    }

    /// How many hashes wait for a thread.
    var waiting: Int { pool.depth }

    func stop() { pool.stop() }
}
