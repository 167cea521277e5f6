import Synchronization

/// How many connections there are, of the whole server and of each address (HT-06). Shared by the loops, and asked only
/// when a connection comes or goes.
final class ConnectionCaps: Sendable {
    private struct Counts {
        /// How many there may be.
        var mostInAll: Int
        var mostPerAddress: Int
        var total = 0
        var byAddress: [IPAddress: Int] = [:]
    }

    private let counts: Mutex<Counts>

    init(limits: Limits) {
        counts = Mutex(Counts(mostInAll: limits.connections, mostPerAddress: limits.connectionsPerAddress))
    }

    /// From now on; those that are there stay.
    func change(to limits: Limits) {
        counts.withLock { counts in
            counts.mostInAll = limits.connections
            counts.mostPerAddress = limits.connectionsPerAddress
        }
    }

    /// Counts one more, unless that is one too many. `subscriber` is nil for peers that are not counted by themselves.
    func admit(_ subscriber: IPAddress?) -> Bool {
        counts.withLock { counts in
            guard counts.total < counts.mostInAll else { return false }
            if let subscriber {
                let count = counts.byAddress[subscriber, default: 0]
                guard count < counts.mostPerAddress else { return false }
                counts.byAddress[subscriber] = count + 1
            }
            counts.total += 1
            return true
        }
    }

    /// One has gone.
    func release(_ subscriber: IPAddress?) {
        counts.withLock { counts in
            counts.total -= 1
            guard let subscriber, let count = counts.byAddress[subscriber] else { return }
            counts.byAddress[subscriber] = count > 1 ? count - 1 : nil
        }
    }

    var open: Int { counts.withLock { $0.total } }
}
