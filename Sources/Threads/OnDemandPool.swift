import Synchronization

/// Threads for work that comes seldom and may wait long, such as calls to servers of others: each is started when there is
/// work and ends when there is none, so that room for many that wait at once costs nothing while none does.
package final class OnDemandPool: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var running = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    private let name: String
    private let threads: Int
    private let capacity: Int

    /// `capacity`: how many jobs may wait beside those that run.
    package init(name: String, threads: Int, capacity: Int) {
        self.name = name
        self.threads = threads
        self.capacity = capacity
    }

    /// Runs `job` on a thread, now or when one is free. False, and the job is forgotten, if too many wait, if the pool has
    /// stopped, or if the system has no thread left.
    package func run(_ job: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard !state.isStopped else { return false }
            if state.running < threads {
                // Under the lock: a job that waits must find a thread that ends after it.
                guard Thread.start(named: name, { [self] in work(job) }) else { return false }
                state.running += 1
                return true
            }
            guard state.waiting.count < capacity else { return false }
            state.waiting.append(job)
            return true
        }
    }

    /// Later jobs are refused; those that wait already still run.
    package func stop() {
        state.withLock { $0.isStopped = true }
    }

    private func work(_ first: @escaping @Sendable () -> Void) {
        var job = first
        while true {
            job()
            let next = state.withLock { state -> (@Sendable () -> Void)? in
                guard !state.waiting.isEmpty else {
                    state.running -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
            guard let next else { return }
            job = next
        }
    }
}
