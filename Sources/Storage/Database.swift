import Threads

/// The one file everything is in. Reads run at once on the caller's thread; writes queue for the one writer and come back
/// when they are on disk.
package final class Database: Sendable {
    let engine: Engine

    /// Opens, and creates or migrates if need be. ":memory:" is a database of its own that goes with its last user.
    package init(path: String, options: DatabaseOptions) throws(StorageError) {
        engine = try Engine(path: path, options: options, migrations: migrations)
    }

    deinit {
        let engine = engine
        guard engine.isCurrentThreadOurs else { return engine.close() }
        // A write's own closure held the last reference: its thread cannot wait for itself.
        _ = Thread.start(named: "db-close") { engine.close() }
    }

    /// Runs `body` on the caller's thread: microseconds for point reads. It sees every commit that was answered before
    /// this call, and one state of the database throughout. Never read inside a read.
    package func read<T>(
        _ body: (borrowing ReadTransaction) throws(StorageError) -> T
    ) throws(StorageError) -> T {
        try engine.pool.read(body)
    }

    /// Moves with every commit, before anybody is told of it, and when the database is closed: as long as it stands, a row
    /// that was read after it was asked for is as it was.
    package var commitCount: UInt64 { engine.pool.commitCount }

    /// Runs `body` in the next transaction, with those of all others who wait, and returns once it is on disk. An error
    /// thrown by `body` takes back what it wrote, touches nobody else's, and comes back as it is. `body` runs again if
    /// another's error takes the transaction back: it reaches nothing outside of it. `once`: for a body that does, or that
    /// writes only to take back; it runs once at most.
    package func write<T: Sendable>(
        once runsOnce: Bool = false, _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
            engine.writer.submit(
                PendingWrite(once: runsOnce, trace: CurrentTrace.id, body) { continuation.resume(with: $0) })
        }
    }

    /// Deletes what expired by `now`, in small batches between which others write.
    package func sweep(now: Int64) async throws -> SweepResult {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<SweepResult, any Error>) in
            engine.sweeper.submit(now: now) { continuation.resume(with: $0) }
        }
    }

    /// Sweeps every few seconds from now on, and ends sessions that nobody used for `sessionIdle` seconds.
    package func startSweeper(clock: @escaping @Sendable () -> Int64, sessionIdle: Int64? = nil) {
        engine.sweeper.start(clock: clock, sessionIdle: sessionIdle)
    }

    /// What the last sweep did, and what the database measures.
    package func statistics() throws(StorageError) -> DatabaseStatistics {
        let pages = try read { (transaction) throws(StorageError) in
            try (
                transaction.connection.pragma("PRAGMA page_count"),
                transaction.connection.pragma("PRAGMA freelist_count")
            )
        }
        return DatabaseStatistics(
            pages: Int(pages.0), freePages: Int(pages.1), writesWaiting: engine.writer.depth,
            lastSweep: engine.sweeper.lastResult)
    }

    /// Whether a write can be expected to succeed. Asks nobody: what the last commit came to, and whether there is room.
    package var isTakingWrites: Bool { engine.writer.isTakingWrites }

    /// How many writes have shared commits so far.
    package var commitSizes: CommitSizes { engine.writer.commitSizes }

    /// Counts rows. Takes as long as there are many; on a connection of its own, so that no read waits for it.
    package func tableFigures(now: Int64) throws(StorageError) -> [TableFigure] {
        try engine.aside { (connection) throws(StorageError) in try TableFigure.all(on: connection, now: now) }
    }

    /// Reads the whole file for damage. Empty if there is none. Takes as long as the file is large.
    package func damages() throws(StorageError) -> [String] {
        try read { (transaction) throws(StorageError) in
            try transaction.connection.all("PRAGMA quick_check(20)") { $0.text(0) }.filter { $0 != "ok" }
        }
    }

    /// Commits what waits, moves the log into the file and gives up the lock. Blocks until done; later calls do nothing.
    package func close() { engine.close() }
}

/// Numbers for the operator.
package struct DatabaseStatistics: Sendable, Equatable {
    package let pages: Int
    package let freePages: Int
    package let writesWaiting: Int
    package let lastSweep: SweepResult?
}
