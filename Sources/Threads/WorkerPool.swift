import Synchronization

/// A few threads with a bounded queue for work that blocks or computes long (password hashing, outbound HTTP), so that
/// no event loop ever does.
///
/// Outcomes of short computations come back together, a few milliseconds' worth at a time while more wait: one wakes its
/// event loop, and there wakes the others. Each by itself, they would break into the next computation time and again.
package final class WorkerPool: Sendable {
    /// The queue is full, or the pool has stopped: answer 503 with Retry-After.
    package struct Full: Error { package init() {} }

    /// Brings a caller its outcome, and with it the others that it is to wake.
    private struct Delivery: Sendable {
        let wake: @Sendable ([Delivery]) -> Void
    }

    private typealias Job = @Sendable () -> Delivery

    private struct State {
        var jobs: [Job] = []
        var next = 0
        /// Taken, and not done.
        var running = 0
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
    /// For how long at most, and one more computation, an outcome waits for others.
    private let gathering: Duration

    /// `capacity`: how many jobs may wait beside those that run. `computes`: its jobs are long computations, behind which no
    /// request of another kind should wait for a core.
    package init(name: String, threads: Int, capacity: Int, computes: Bool = false) {
        self.capacity = capacity
        gathering = computes ? .milliseconds(3) : .zero
        signals = (0..<threads).map { _ in Signal() }
        for signal in signals { startThread(name, computes, signal) }
    }

    /// Runs `body` on one of the pool's threads and comes back with its outcome.
    package func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        typealias Caller = CheckedContinuation<(outcome: Result<T, any Error>, others: [Delivery]), any Error>
        let answer = try await withCheckedThrowingContinuation { (caller: Caller) in
            let accepted = enqueue {
                let outcome = Result { try body() }
                return Delivery { others in caller.resume(returning: (outcome, others)) }
            }
            if !accepted { caller.resume(throwing: Full()) }
        }
        for other in answer.others { other.wake([]) }
        return try answer.outcome.get()
    }

    /// Lets the threads end once the queue is empty; later jobs are refused.
    package func stop() {
        state.withLock { $0.stopped = true }
        for signal in signals { signal.raise() }
    }

    /// How many jobs wait now.
    package var depth: Int { state.withLock { $0.waiting } }

    private func enqueue(_ job: @escaping Job) -> Bool {
        let accepted = state.withLock { state in
            // A thread that is still to be woken will run one of them, as one does that is at work.
            guard !state.stopped, state.waiting + state.running < capacity + signals.count else { return false }
            state.jobs.append(job)
            return true
        }
        if accepted { for signal in signals { signal.raiseAtEndOfTurn() } }
        return accepted
    }

    private func startThread(_ name: String, _ computes: Bool, _ signal: Signal) {
        _ = Thread.start(named: name, yields: computes) { [self] in
            var done: [Delivery] = []
            var end = ContinuousClock.now
            while true {
                let (job, stopped) = take()
                if let job {
                    if done.isEmpty { end = .now + gathering }
                    done.append(job())
                    state.withLock { $0.running -= 1 }
                    if .now < end { continue }
                }
                if let first = done.first {
                    first.wake(Array(done.dropFirst()))
                    done.removeAll(keepingCapacity: true)
                } else if stopped {
                    return
                } else {
                    signal.wait()
                }
            }
        }
    }

    /// The next job; nil if there is none, and then whether none will come.
    private func take() -> (job: Job?, stopped: Bool) {
        state.withLock { state in
            guard state.next < state.jobs.count else {
                state.jobs.removeAll(keepingCapacity: true)
                state.next = 0
                return (nil, state.stopped)
            }
            let job = state.jobs[state.next]
            state.next += 1
            state.running += 1
            state.dropTaken()
            return (job, false)
        }
    }
}
