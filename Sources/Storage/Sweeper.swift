import Glibc
import Synchronization
import Threads

/// Deletes expired rows on the side: small batches through the writer, one at a time, so that others get in between.
final class Sweeper: Sendable {
    typealias Completion = @Sendable (Result<SweepResult, any Error>) -> Void

    private static let intervalMilliseconds = 5000

    private struct State {
        var requests: [(now: Int64, complete: Completion)] = []
        var clock: (@Sendable () -> Int64)?
        var sessionIdle: Int64?
        var last: SweepResult?
        var isClosed = false
    }

    private let writer: Writer
    private let state = Mutex(State())
    private let thread = Atomic<UInt>(0)
    private let wake = Signal()
    private let stopped = Signal()

    init(writer: Writer) { self.writer = writer }

    var lastResult: SweepResult? { state.withLock { $0.last } }

    func start() throws(StorageError) {
        let started = Thread.start(named: "db-sweeper") { [self] in
            thread.store(pthread_self(), ordering: .releasing)
            while !state.withLock({ $0.isClosed }) {
                wake.wait(milliseconds: Self.intervalMilliseconds)
                serve()
            }
            // Whoever asked just before it was closed is told so.
            serve()
            stopped.raise()
        }
        guard started else { throw .io("no thread for the sweeper") }
    }

    /// From now on, sweeps by itself; and ends sessions that nobody used for so many seconds.
    func start(clock: @escaping @Sendable () -> Int64, sessionIdle: Int64?) {
        state.withLock { state in
            state.clock = clock
            state.sessionIdle = sessionIdle
        }
    }

    func submit(now: Int64, then complete: @escaping Completion) {
        let accepted = state.withLock { state in
            if !state.isClosed { state.requests.append((now, complete)) }
            return !state.isClosed
        }
        if accepted { wake.raise() } else { complete(.failure(StorageError.closed)) }
    }

    var isCurrentThread: Bool { thread.load(ordering: .acquiring) == pthread_self() }

    func close() {
        state.withLock { $0.isClosed = true }
        wake.raise()
        stopped.wait()
        stopped.raise()
    }

    private func serve() {
        let (requests, clock) = state.withLock { state in
            defer { state.requests.removeAll() }
            return (state.requests, state.clock)
        }
        for request in requests { request.complete(Result { try sweep(now: request.now) }) }
        if requests.isEmpty, let clock { _ = try? sweep(now: clock()) }
    }

    private func sweep(now: Int64) throws -> SweepResult {
        if writer.isFailing { try write { try $0.setProperty("write_probe", String(now)) } }
        var result = SweepResult(at: now, deleted: [:])
        try endSessions(now)
        for kind in Expiring.all {
            var count = 0
            repeat {
                if state.withLock({ $0.isClosed }) { throw StorageError.closed }
                count = try write { try $0.sweep(kind, now: now) }
                result.deleted[kind.name, default: 0] += count
            } while count >= Expiring.batch
        }
        while try write({ try $0.giveBackFreePages() }) {}
        state.withLock { [result] in $0.last = result }
        return result
    }

    /// Sessions end before they are swept, with all that belongs to an end.
    private func endSessions(_ now: Int64) throws {
        let idle = state.withLock { $0.sessionIdle }
        var count = 0
        repeat {
            if state.withLock({ $0.isClosed }) { throw StorageError.closed }
            count = try write {
                try $0.endExpiredSessions(now: now, idle: idle, limit: Expiring.batch)
            }
        } while count >= Expiring.batch
    }

    private func write<T: Sendable>(
        _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> T
    ) throws -> T {
        try writer.write(body)
    }
}
