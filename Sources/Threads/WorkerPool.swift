import Synchronization

/// A few threads with a bounded queue for work that blocks or computes long (password hashing, outbound HTTP), so that
/// no event loop ever does.
package final class WorkerPool: Sendable {
    /// The queue is full, or the pool has stopped: answer 503 with Retry-After.
    package struct Full: Error { package init() {} }

    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var next = 0
        var waiting: Int { jobs.count - next }
        var stopped = false

        /// Jobs leave at the front; the room they leave is given back now and then, so that each costs O(1).
        mutating func dropTaken() {
            guard next >= 256 else { return }
            jobs.removeFirst(next)
            next = 0
        }
    }

    private let state = Mutex(State())
    private let signals: [Signal]
    private let capacity: Int

    /// `capacity`: how many jobs may wait beside those that run. `computes`: its jobs are long computations, behind which no
    /// request of another kind should wait for a core.
    package init(name: String, threads: Int, capacity: Int, computes: Bool = false) {
        self.capacity = capacity
        signals = (0..<threads).map { _ in Signal() }
        for signal in signals { startThread(name, computes, signal) }
    }

    /// Runs `body` on one of the pool's threads and comes back with its outcome.
    package func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
            let accepted = enqueue { continuation.resume(with: Result { try body() }) }
            if !accepted { continuation.resume(throwing: Full()) }
        }
    }

    /// Lets the threads end once the queue is empty; later jobs are refused.
    package func stop() {
        state.withLock { $0.stopped = true }
        for signal in signals { signal.raise() }
    }

    /// How many jobs wait now.
    package var depth: Int { state.withLock { $0.waiting } }

    private func enqueue(_ job: @escaping @Sendable () -> Void) -> Bool {
        let accepted = state.withLock { state in
            guard !state.stopped, state.waiting < capacity else { return false }
            state.jobs.append(job)
            return true
        }
        if accepted { for signal in signals { signal.raise() } }
        return accepted
    }

    private func startThread(_ name: String, _ computes: Bool, _ signal: Signal) {
        _ = Thread.start(named: name, yields: computes) { [self] in
            while true {
                let (job, stopped) = state.withLock { state -> ((@Sendable () -> Void)?, Bool) in
                    guard state.next < state.jobs.count else {
                        state.jobs.removeAll(keepingCapacity: true)
                        state.next = 0
                        return (nil, state.stopped)
                    }
                    let job = state.jobs[state.next]
                    state.next += 1
                    state.dropTaken()
                    return (job, false)
                }
                if let job { job() } else if stopped { return } else { signal.wait() }
            }
        }
    }
}
