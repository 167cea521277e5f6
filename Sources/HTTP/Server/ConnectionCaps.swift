import Synchronization

/// How many connections there are, of the whole server and of each address (HT-06). Shared by the loops, and asked only
/// when a connection comes or goes.
final class ConnectionCaps: Sendable {
    private struct Counts {
        var total = 0
        var byAddress: [IPAddress: Int] = [:]
    }

    private let counts = Mutex(Counts())
    private let total: Int
    private let perAddress: Int

    init(limits: Limits) {
        total = limits.connections
        perAddress = limits.connectionsPerAddress
    }

    /// Counts one more, unless that is one too many. `subscriber` is nil for peers that are not counted by themselves.
    func admit(_ subscriber: IPAddress?) -> Bool {
        counts.withLock { counts in
            guard counts.total < total else { return false }
            if let subscriber {
                let count = counts.byAddress[subscriber, default: 0]
                guard count < perAddress else { return false }
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
