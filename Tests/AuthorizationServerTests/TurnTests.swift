import Glibc
import Synchronization
import Testing
import Threads

/// Whom a thread wakes during its turn it wakes at the end, and in no case later than it falls asleep itself.
@Suite struct `design Concurrency: a turn of a thread` {
    /// Waits on a thread of its own, ten seconds at most, and says then whether it was woken.
    private final class Sleeper: Sendable {
        let signal = Signal()
        /// Raised when it has stopped waiting, woken or not.
        let isUp = Signal()
        private let woken = Mutex(false)
        var isWoken: Bool { woken.withLock { $0 } }

        init() {
            _ = Thread.start(named: "sleeper") { [self] in
                let isRaised = signal.wait(milliseconds: 10_000)
                woken.withLock { $0 = isRaised }
                isUp.raise()
            }
        }
    }

    /// Runs `body` in a turn of a thread that may block.
    private func inTurn(_ body: @escaping @Sendable (Turn) -> Void) async throws {
        let pool = WorkerPool(name: "test", threads: 1, capacity: 1)
        defer { pool.stop() }
        try await pool.run {
            let turn = Turn()
            turn.run { body(turn) }
        }
    }

    @Test func `wakes at its end, and not before`() async throws {
        try await inTurn { turn in
            let sleepers = [Sleeper(), Sleeper()]
            for sleeper in sleepers + sleepers { sleeper.signal.raiseAtEndOfTurn() }
            usleep(100_000)
            #expect(sleepers.map(\.isWoken) == [false, false])
            turn.end()
            for sleeper in sleepers { sleeper.isUp.wait() }
            #expect(sleepers.map(\.isWoken) == [true, true])
        }
    }

    /// Or a thread that has very much at hand would keep a free core idle.
    @Test func `puts off no more than 64 wakings`() async throws {
        try await inTurn { _ in
            let sleeper = Sleeper()
            for _ in 1..<64 { sleeper.signal.raiseAtEndOfTurn() }
            usleep(50_000)
            #expect(!sleeper.isWoken)
            sleeper.signal.raiseAtEndOfTurn()
            for _ in 0..<1000 where !sleeper.isWoken { usleep(5_000) }
            #expect(sleeper.isWoken)
        }
    }

    /// Runs the jobs of its tasks when it is told to, on the thread that tells it.
    private final class Collector: TaskExecutor {
        private let jobs = Mutex<[UnownedJob]>([])

        func enqueue(_ job: consuming ExecutorJob) {
            let unowned = UnownedJob(job)
            jobs.withLock { $0.append(unowned) }
        }

        func run() {
            let jobs = jobs.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
            for job in jobs { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    private final class Outcomes: Sendable {
        let list = Mutex<[Bool]>([])
    }

    /// The pool's threads sleep until the turn is over, and what they will take then must not count as waiting.
    @Test func `a pool takes in one turn what may wait and what its threads will run`() async throws {
        let (pool, collector, outcomes) = (WorkerPool(name: "test", threads: 2, capacity: 3), Collector(), Outcomes())
        defer { pool.stop() }
        try await inTurn { _ in
            for _ in 0..<7 {
                Task(executorPreference: collector) {
                    let isAccepted = (try? await pool.run {}) != nil
                    outcomes.list.withLock { $0.append(isAccepted) }
                }
            }
            collector.run()
        }
        for _ in 0..<1000 where outcomes.list.withLock({ $0.count }) < 7 {
            collector.run()
            usleep(5_000)
        }
        #expect(outcomes.list.withLock { $0.filter(\.self).count } == 5)
        #expect(outcomes.list.withLock { $0.count } == 7)
    }

    @Test func `the last ends with what it is run for`() async throws {
        let sleeper = Sleeper()
        try await inTurn { _ in sleeper.signal.raiseAtEndOfTurn() }
        sleeper.isUp.wait()
        #expect(sleeper.isWoken)
    }

    /// Or both would sleep: the one for an answer, the other for the question.
    @Test(arguments: [true, false]) func `whoever waits has woken the others`(timed: Bool) async throws {
        try await inTurn { _ in
            let sleeper = Sleeper()
            sleeper.signal.raiseAtEndOfTurn()
            if timed { sleeper.isUp.wait(milliseconds: 20_000) } else { sleeper.isUp.wait() }
            #expect(sleeper.isWoken)
        }
    }

    @Test func `a thread without turns wakes at once`() async throws {
        let sleeper = Sleeper()
        sleeper.signal.raiseAtEndOfTurn()
        sleeper.isUp.wait()
        #expect(sleeper.isWoken)
    }

    /// A turn is its own thread's: another thread neither uses it nor ends it.
    @Test func `the turn of one thread is nothing to another`() async throws {
        let sleeper = Sleeper()
        try await inTurn { turn in
            sleeper.signal.raiseAtEndOfTurn()
            let other = Sleeper()
            other.signal.raise()
            usleep(50_000)
            #expect(other.isWoken && !sleeper.isWoken)
        }
        sleeper.isUp.wait()
    }
}
