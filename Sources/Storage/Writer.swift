import Glibc
import Synchronization
import Threads

/// The one thread that writes. What waits when it comes round goes into one transaction.
final class Writer: Sendable {
    /// At most this many writes share a transaction, so that the first of them does not wait for the last for long.
    private static let groupSize = 512

    private struct Queue {
        var writes: [PendingWrite] = []
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let capacity: Int
    private let thread = Atomic<UInt>(0)
    private let wake = Signal()
    private let stopped = Signal()
    private let commits: CommitCounter
    private let checkpointer: Checkpointer
    private let sizes = Mutex(CommitSizes())

    init(capacity: Int, commits: CommitCounter, checkpointer: Checkpointer) {
        self.capacity = capacity
        self.commits = commits
        self.checkpointer = checkpointer
    }

    func start(path: String, options: DatabaseOptions, turn: WriteTurn) throws(StorageError) {
        let started = Thread.start(named: "db-writer") { [self] in
            thread.store(pthread_self(), ordering: .releasing)
            run(path: path, options: options, turn: turn)
            stopped.raise()
        }
        guard started else { throw .io("no thread for the writer") }
    }

    /// Until closed. The connection is closed when this returns.
    private func run(path: String, options: DatabaseOptions, turn: WriteTurn) {
        let group = GroupCommit(path: path, options: options, commits: commits, turn: turn)
        while let writes = next() {
            group.commit(writes)
            sizes.withLock { $0.count(writes.count) }
            checkpointer.considerPagesWaiting()
        }
    }

    var isCurrentThread: Bool { thread.load(ordering: .acquiring) == pthread_self() }

    /// Queues a write, or refuses it at once.
    func submit(_ write: PendingWrite) {
        let refusal = queue.withLock { queue -> StorageError? in
            if queue.isClosed { return .closed }
            if queue.writes.count >= capacity { return .overloaded }
            queue.writes.append(write)
            return nil
        }
        if let refusal { write.refuse(refusal) } else { wake.raiseAtEndOfTurn() }
    }

    /// After a failed commit, until one succeeds: the sweeper then tries with a write of its own, so that a server to which
    /// nobody sends requests any more finds out when the disk has room again.
    var isFailing: Bool { commits.isFailing }

    var commitSizes: CommitSizes { sizes.withLock { $0 } }

    /// Whether the next write has room, and the last commit was made.
    var isTakingWrites: Bool {
        !commits.isFailing && queue.withLock { !$0.isClosed && $0.writes.count < capacity }
    }

    /// How many writes wait now.
    var depth: Int { queue.withLock { $0.writes.count } }

    /// Refuses later writes, commits those that wait, and returns when the thread has closed its connection.
    func close() {
        queue.withLock { $0.isClosed = true }
        wake.raise()
        stopped.wait()
        stopped.raise()
    }

    /// The writes to run next; nil when closed and empty. Sleeps while there is nothing to do.
    private func next() -> [PendingWrite]? {
        while true {
            let (writes, isClosed) = queue.withLock { queue -> ([PendingWrite], Bool) in
                let taken = Array(queue.writes.prefix(Self.groupSize))
                queue.writes.removeFirst(taken.count)
                return (taken, queue.isClosed)
            }
            if !writes.isEmpty { return writes }
            if isClosed { return nil }
            wake.wait()
        }
    }
}
