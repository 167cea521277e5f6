import Glibc
import Testing
import Threads

/// Outcomes of short computations come back together: nobody may get another's, and nobody may be left out.
@Suite struct `design Concurrency: outcomes of a worker pool` {
    private struct Failure: Error, Equatable { let number: Int }

    /// What `count` callers at once come to, in their order; every third computation fails.
    private func outcomes(_ pool: WorkerPool, _ count: Int) async -> [Result<Int, any Error>] {
        await withTaskGroup(of: (Int, Result<Int, any Error>).self) { group in
            for number in 0..<count {
                group.addTask {
                    do {
                        return (
                            number,
                            .success(
                                try await pool.run {
                                    if number.isMultiple(of: 3) { throw Failure(number: number) }
                                    return number
                                })
                        )
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            var outcomes: [Int: Result<Int, any Error>] = [:]
            for await (number, outcome) in group { outcomes[number] = outcome }
            return (0..<count).compactMap { outcomes[$0] }
        }
    }

    @Test(arguments: [true, false])
    func `every caller gets its own, a failure too`(computes: Bool) async {
        let pool = WorkerPool(name: "test", threads: 2, capacity: 1000, computes: computes)
        defer { pool.stop() }
        let outcomes = await outcomes(pool, 500)
        #expect(outcomes.count == 500)
        for (number, outcome) in outcomes.enumerated() {
            switch outcome {
            case .success(let value): #expect(value == number && !number.isMultiple(of: 3))
            case .failure(let error): #expect((error as? Failure) == Failure(number: number))
            }
        }
    }

    @Test func `what waits when the pool stops still comes back`() async throws {
        let pool = WorkerPool(name: "test", threads: 1, capacity: 1000, computes: true)
        async let outcomes = outcomes(pool, 200)
        pool.stop()
        for outcome in await outcomes {
            guard case .failure(let error) = outcome else { continue }
            #expect(error is Failure || error is WorkerPool.Full)
        }
    }

    /// A pool for what waits on others: behind a call that hangs, no outcome may wait.
    @Test func `where jobs may hang, an outcome waits for none`() async throws {
        let pool = WorkerPool(name: "test", threads: 1, capacity: 10)
        defer { pool.stop() }
        let hasBegun = Signal()
        let isFirstBack = Signal()
        async let first: Void = pool.run {
            hasBegun.raise()
            // Done as soon as another waits behind it.
            while pool.depth == 0 { sched_yield() }
        }
        hasBegun.wait()
        async let second: Bool = pool.run { isFirstBack.wait(milliseconds: 10_000) }
        try await first
        isFirstBack.raise()
        #expect(try await second)
    }
}
