import Synchronization
import Threads

/// Brings the write-ahead log home on a thread of its own, so that no commit pays for it.
final class Checkpointer: Sendable {
    /// About 4 MB: enough that a page written often is copied once, little enough to be copied quickly.
    private static let pagesAtOnce = 1024
    /// About 16 MB: under steady load the log never comes to rest by itself, and would grow for ever.
    private static let pagesAtMost = 4096
    /// For reads that run while the writer rests, in milliseconds: they take microseconds, but for those of a whole file.
    private static let longestWait = 10

    private let path: String
    private let commits: CommitCounter
    private let pool: ReaderPool
    private let turn: WriteTurn
    private let wake = Signal()
    private let stopped = Signal()
    private let isClosing = Atomic(false)

    init(path: String, commits: CommitCounter, pool: ReaderPool, turn: WriteTurn) {
        self.path = path
        self.commits = commits
        self.pool = pool
        self.turn = turn
    }

    func start() throws(StorageError) {
        let started = Thread.start(named: "db-checkpoint") { [self] in
            run()
            stopped.raise()
        }
        guard started else { throw .io("no thread for the checkpointer") }
    }

    /// Until closed. The connection is closed when this returns.
    private func run() {
        var connection: Connection?
        while !isClosing.load(ordering: .acquiring) {
            wake.wait(milliseconds: 1000)
            if commits.pagesWaiting > 0 { connection = checkpoint(on: connection) }
        }
        finish(on: connection)
    }

    /// Called after each commit.
    func considerPagesWaiting() {
        if commits.pagesWaiting >= Self.pagesAtOnce { wake.raise() }
    }

    /// Empties the log. Call when the writer and the readers are closed.
    func close() {
        isClosing.store(true, ordering: .releasing)
        wake.raise()
        stopped.wait()
        stopped.raise()
    }

    /// Copies what can be copied without holding anybody up, and only a log grown too long with the writer at rest. The
    /// next commit starts the log over if all of it is home and no reader stands in it: an old read transaction keeps what
    /// came after it from being copied, and one from before the copy keeps the log from starting over. On an error the
    /// connection is given up, and the next round tries again with a new one.
    private func checkpoint(on connection: Connection?) -> Connection? {
        let pages = commits.takePagesWaiting()
        do throws(StorageError) {
            let connection = try open(connection)
            let state = try connection.checkpoint()
            if state.logged > Self.pagesAtMost {
                try turn.take { () throws(StorageError) in
                    pool.releaseSnapshots(waitingMilliseconds: Self.longestWait)
                    _ = try connection.checkpoint()
                    pool.releaseSnapshots(waitingMilliseconds: Self.longestWait)
                }
            } else {
                pool.releaseSnapshots(waitingMilliseconds: 0)
                if state.copied < state.logged { commits.keepPagesWaiting(1) }
            }
            return connection
        } catch {
            commits.keepPagesWaiting(pages)
            return nil
        }
    }

    private func finish(on connection: Connection?) {
        do throws(StorageError) {
            _ = try open(connection).checkpoint(truncating: true)
        } catch {
            // The log stays and is read at the next start: nothing is lost.
        }
    }

    private func open(_ connection: Connection?) throws(StorageError) -> Connection {
        if let connection { return connection }
        return try Connection(path: path, for: .writing, busyMilliseconds: 1000)
    }
}
