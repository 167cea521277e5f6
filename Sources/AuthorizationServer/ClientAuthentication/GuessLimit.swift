import Encoding
import Synchronization

/// Limits how often a client's secret may be guessed (PW-06): failures are counted by client and address together, so that
/// one guesser does not lock the real client out. Kept in memory; a restart forgives, a full table forgets the oldest half.
final class GuessLimit: Sendable {
    struct Key: Hashable, Sendable {
        let subject: String
        let address: String
    }

    private struct Count {
        var failures: Int
        var since: Int64
    }

    private let counts = Mutex<[Key: Count]>([:])
    private let allowance: Int
    private let window: Int64
    private static let capacity = 50_000

    /// `allowance` failures within `window` seconds.
    init(allowance: Int = 20, window: Int64 = 60) {
        self.allowance = allowance
        self.window = window
    }

    /// Throws 429 while the allowance is used up.
    func requireRoom(_ key: Key, now: Int64) throws {
        let wait = counts.withLock { counts -> Int64? in
            guard !counts.isEmpty, let count = counts[key], count.failures >= allowance else { return nil }
            let end = count.since.adding(seconds: window)
            return end > now ? end - now : nil
        }
        guard let wait else { return }
        throw Problem(
            status: 429, title: "Too many failed tries", detail: "Wait before the next one.", retryAfter: Int(wait))
    }

    func countFailure(_ key: Key, now: Int64) {
        counts.withLock { counts in
            if counts.count >= Self.capacity { forgetOld(&counts) }
            var count = counts[key] ?? Count(failures: 0, since: now)
            if count.since.adding(seconds: window) <= now { count = Count(failures: 0, since: now) }
            count.failures += 1
            counts[key] = count
        }
    }

    private func forgetOld(_ counts: inout [Key: Count]) {
        let times = counts.values.map(\.since).sorted()
        let middle = times[times.count / 2]
        counts = counts.filter { $0.value.since > middle }
    }
}
