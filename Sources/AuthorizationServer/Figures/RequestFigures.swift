package import HTTP
import Synchronization

/// Counts requests by route and status and measures how long they took. Each event loop counts for itself, so that a request
/// costs one uncontended lock and no shared cache line; only who reads the figures visits them all.
package final class RequestFigures: RequestObserver {
    /// The upper ends of the buckets, in nanoseconds.
    static let bounds: [Int64] = [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 10_000_000_000,
    ]

    /// The numbers of one route, one after the other: five classes of status, the buckets and the one beyond, the sum.
    private static let width = 5 + bounds.count + 1 + 1
    private static let loops = 16

    private final class Shard: Sendable {
        let numbers: Mutex<[Int64]>
        init(_ count: Int) { numbers = Mutex(Array(repeating: 0, count: count)) }
    }

    /// Method and pattern of each route.
    let routes: [(method: String, pattern: String)]
    private let shards: [Shard]

    package init(_ routes: [Route]) {
        self.routes = routes.map { ($0.method.name, $0.pattern) }
        // One more for what no route answered.
        let count = (routes.count + 1) * Self.width
        shards = (0..<Self.loops).map { _ in Shard(count) }
    }

    package func finished(route: Int?, status: Int, nanoseconds: Int64, loop: Int) {
        let start = (route ?? routes.count) &* Self.width
        let bucket = Self.bounds.firstIndex { nanoseconds <= $0 } ?? Self.bounds.count
        let shard = shards[Int(UInt(bitPattern: loop) % UInt(Self.loops))]
        shard.numbers.withLock { numbers in
            guard start >= 0, start + Self.width <= numbers.count else { return }
            numbers[start + max(0, min(4, status / 100 - 1))] &+= 1
            numbers[start + 5 + bucket] &+= 1
            numbers[start + Self.width - 1] &+= max(0, nanoseconds)
        }
    }

    /// What one route came to.
    struct Sum {
        /// nil: what no route answered.
        let route: (method: String, pattern: String)?
        let byClass: [Int64]
        let buckets: [Int64]
        let nanoseconds: Int64
    }

    var sums: [Sum] {
        var total = Array(repeating: Int64(0), count: (routes.count + 1) * Self.width)
        for shard in shards {
            let numbers = shard.numbers.withLock { $0 }
            for (index, number) in numbers.enumerated() { total[index] &+= number }
        }
        return (0...routes.count).map { index in
            let start = index * Self.width
            return Sum(
                route: index < routes.count ? routes[index] : nil, byClass: Array(total[start..<start + 5]),
                buckets: Array(total[(start + 5)..<(start + Self.width - 1)]),
                nanoseconds: total[start + Self.width - 1])
        }
    }
}
