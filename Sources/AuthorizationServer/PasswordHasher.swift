import Crypto
import Encoding
import Threads

/// Hashes passwords on threads of its own with a bounded queue, so that sign-ins never hold up an event loop (PW-10).
final class PasswordHasher: Sendable {
    private let pool = WorkerPool(name: "password", threads: 2, capacity: 64)
    private let random: RandomBytes
    private let cost: PasswordHash.Cost
    /// What an unknown user's password is compared with, so that it takes the same time (PW-03).
    private let dummy: String

    init(_ random: RandomBytes, cost: PasswordHash.Cost) throws(CryptoError) {
        self.random = random
        self.cost = cost
        dummy = try PasswordHash.make(Array(Base64URL.encode(try random(32)).utf8), cost: cost, random: random)
    }

    /// The PHC text of a new hash.
    func hash(_ password: Secret) async throws -> String {
        try await pool.run { [random, cost] in try PasswordHash.make(password.bytes, cost: cost, random: random) }
    }

    /// Compares with the hash, or with a dummy of the same cost if there is none: then always false.
    func verify(_ password: Secret, against hash: String?) async throws -> Bool {
        try await pool.run { [dummy] in
            try PasswordHash.verify(password.bytes, against: hash ?? dummy) && hash != nil
        }
    }

    func stop() { pool.stop() }
}
