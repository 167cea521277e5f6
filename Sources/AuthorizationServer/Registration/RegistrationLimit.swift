import Encoding
import Synchronization

/// How many clients may register themselves within an hour, from everywhere and from one subscriber (AD-01). Kept in memory:
/// a restart forgives, and how many there may be at all is counted on disk. The hours follow each other without overlap.
final class RegistrationLimit: Sendable {
    private struct Hour {
        var since: Int64 = .min
        var total = 0
        /// At most as many as there are registrations in an hour.
        var byAddress: [String: Int] = [:]
    }

    private let hour = Mutex(Hour())
    private let perHour: Int
    private let perAddress: Int
    private static let length: Int64 = 3600

    init(_ policy: RegistrationPolicy) {
        perHour = policy.perHour
        perAddress = policy.perAddressPerHour
    }

    private enum Refusal {
        case everybody, address
    }

    /// Counts one registration, or throws what the client is told: 429 for its own address, 503 for everybody's.
    func claim(_ address: String, now: Int64) throws {
        let (refusal, wait) = hour.withLock { hour -> (Refusal?, Int64) in
            let end = hour.since.adding(seconds: Self.length)
            // A clock that was set back must not keep anybody out.
            if now >= end || now < hour.since { hour = Hour(since: now) }
            let wait = hour.since.adding(seconds: Self.length) - now
            if hour.byAddress[address, default: 0] >= perAddress { return (.address, wait) }
            if hour.total >= perHour { return (.everybody, wait) }
            hour.total += 1
            hour.byAddress[address, default: 0] += 1
            return (nil, wait)
        }
        switch refusal {
        case nil: return
        case .address:
            throw Problem(
                status: 429, title: "Too many registrations",
                detail: "This address has registered as many clients as it may within an hour.", retryAfter: Int(wait))
        case .everybody:
            throw Problem(
                status: 503, title: "Too many registrations",
                detail: "As many clients as may register within an hour have registered.", retryAfter: Int(wait))
        }
    }

    /// The registration that was counted came to nothing.
    func giveBack(_ address: String) {
        hour.withLock { hour in
            guard let count = hour.byAddress[address], count > 0 else { return }
            hour.byAddress[address] = count == 1 ? nil : count - 1
            hour.total -= 1
        }
    }
}
