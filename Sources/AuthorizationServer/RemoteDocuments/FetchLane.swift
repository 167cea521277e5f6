import Threads

/// Which threads an address is fetched on, by how long it took the last time: what it costs others is the time it holds a
/// thread, not whether it answers well in the end. Hosts that hang share few threads, and wait for each other alone.
enum FetchLane: CaseIterable, Hashable {
    /// Never asked before.
    case unknown
    case quick
    /// Took longer than `patience`, whatever came of it.
    case slow

    static let patience = Duration.seconds(2)

    init(took duration: Duration) { self = duration > Self.patience ? .slow : .quick }

    /// Threads end when they are idle, so that many cost nothing. The unknown ones have their own: whoever can bring new
    /// addresses in cannot take the threads of those that are in use.
    fileprivate func pool(_ name: String) -> OnDemandPool {
        switch self {
        case .unknown: OnDemandPool(name: "\(name)-unknown", threads: 64, capacity: 128)
        case .quick: OnDemandPool(name: name, threads: 64, capacity: 128)
        case .slow: OnDemandPool(name: "\(name)-slow", threads: 4, capacity: 32)
        }
    }
}

/// The threads of all lanes, for one kind of document.
struct FetchLanes: Sendable {
    private let pools: [FetchLane: OnDemandPool]

    init(_ name: String) {
        pools = Dictionary(uniqueKeysWithValues: FetchLane.allCases.map { ($0, $0.pool(name)) })
    }

    /// False if too many wait there.
    func run(on lane: FetchLane, _ job: @escaping @Sendable () -> Void) -> Bool {
        pools[lane]?.run(job) ?? false
    }

    func stop() {
        for pool in pools.values { pool.stop() }
    }
}
