import Synchronization

/// Looks once at what several requests present at the same time, and tells all of them what was found. A client may come with
/// many requests at once, after a restart for example: its secret, which is right, must use up neither the guesses (PW-06) nor
/// the hashing (PW-10). Whoever presents the same again guesses nothing more by it.
final class SharedLooks: Sendable {
    private typealias Outcome = Result<CredentialFinding, any Error>
    private typealias Waiter = CheckedContinuation<Outcome?, Never>

    /// Who waits, for each look under way.
    private let waiters = Mutex<[Presented: [Waiter]]>([:])

    struct Presented: Hashable, Sendable {
        let guesses: GuessLimit.Key
        /// Keyed, over the secrets and what they are compared with (`ClientSecrets.fingerprint`).
        let fingerprint: [UInt8]
    }

    /// What `look` finds; run by the first, while the others wait.
    func finding(
        _ presented: Presented, _ look: () async throws -> CredentialFinding
    ) async throws -> CredentialFinding {
        while !begin(presented) {
            if let outcome = await join(presented) { return try outcome.get() }
        }
        let outcome: Outcome
        do { outcome = .success(try await look()) } catch { outcome = .failure(error) }
        for waiter in waiters.withLock({ $0.removeValue(forKey: presented) ?? [] }) {
            waiter.resume(returning: outcome)
        }
        return try outcome.get()
    }

    /// False if a look at it is under way.
    private func begin(_ presented: Presented) -> Bool {
        waiters.withLock { waiters in
            guard waiters[presented] == nil else { return false }
            waiters[presented] = []
            return true
        }
    }

    /// Nil if the look has just ended.
    private func join(_ presented: Presented) async -> Outcome? {
        await withCheckedContinuation { (waiter: Waiter) in
            let isWaiting = waiters.withLock { waiters in
                guard waiters[presented] != nil else { return false }
                waiters[presented]?.append(waiter)
                return true
            }
            if !isWaiting { waiter.resume(returning: nil) }
        }
    }
}
