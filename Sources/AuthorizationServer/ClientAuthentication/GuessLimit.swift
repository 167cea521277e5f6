import Encoding
import Synchronization

/// Limits how often a client's secret may be guessed (PW-06): failures are counted by client and address together, so that
/// one guesser does not lock the real client out. Kept in memory; a restart forgives, a full table forgets the oldest half.
final class GuessLimit: Sendable {
    struct Key: Hashable, Sendable {
        let subject: String
        let address: String
    }

    /// One guess, counted before it is looked at.
    struct Reservation: Sendable {
        let key: Key
        let since: Int64
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
        let wait = counts.withLock { counts in counts.isEmpty ? nil : secondsLeft(counts[key], now) }
        if let wait { throw Self.tooMany(wait) }
    }

    /// Counts a guess as if it were wrong while it is looked at, in the same step that asks whether there is room: however
    /// many come at once, no more than the allowance are looked at. Throws 429 where there is none.
    func reserve(_ key: Key, now: Int64) throws -> Reservation {
        let (since, wait) = counts.withLock { counts -> (Int64, Int64?) in
            let wait = secondsLeft(counts[key], now)
            return (wait == nil ? count(key, now, &counts) : now, wait)
        }
        if let wait { throw Self.tooMany(wait) }
        return Reservation(key: key, since: since)
    }

    /// The guess has been looked at, and counted if it was wrong; or nobody could look at it.
    func giveBack(_ reservation: Reservation) {
        counts.withLock { counts in
            // A window that began later does not count this guess.
            guard let count = counts[reservation.key], count.since == reservation.since else { return }
            let left = Count(failures: count.failures - 1, since: count.since)
            counts[reservation.key] = left.failures > 0 ? left : nil
        }
    }

    /// Counts a guess that was wrong.
    func countFailure(_ key: Key, now: Int64) {
        counts.withLock { counts in _ = count(key, now, &counts) }
    }

    private func secondsLeft(_ count: Count?, _ now: Int64) -> Int64? {
        guard let count, count.failures >= allowance else { return nil }
        let end = count.since.adding(seconds: window)
        return end > now ? end - now : nil
    }

    /// Returns when the window began that the guess falls in.
    private func count(_ key: Key, _ now: Int64, _ counts: inout [Key: Count]) -> Int64 {
        if counts.count >= Self.capacity { forgetOld(&counts) }
        var count = counts[key] ?? Count(failures: 0, since: now)
        if count.since.adding(seconds: window) <= now { count = Count(failures: 0, since: now) }
        count.failures += 1
        counts[key] = count
        return count.since
    }

    private static func tooMany(_ wait: Int64) -> Problem {
        Problem(
            status: 429, title: "Too many failed tries", detail: "Wait before the next one.", retryAfter: Int(wait))
    }

    private func forgetOld(_ counts: inout [Key: Count]) {
        let times = counts.values.map(\.since).sorted()
        let middle = times[times.count / 2]
        counts = counts.filter { $0.value.since > middle }
    }
}
