import Synchronization
import Threads

/// The connections that read. Each is with one thread at a time, and holds a read transaction open between uses: a point
/// read then costs half. The transaction is renewed as soon as the writer has committed something.
final class ReaderPool: Sendable {
    /// Sendable because the pool gives a reader to one thread at a time, under its lock.
    @safe private struct Slot: Sendable {
        nonisolated(unsafe) let reader: Reader
    }

    private final class Reader {
        let connection: Connection
        /// The count of commits that the open read transaction is sure to see.
        var snapshot: UInt64?

        init(_ connection: Connection) { self.connection = connection }

        /// The count is read before the transaction begins, so the transaction sees at least that much.
        func renew(_ commits: UInt64) throws(StorageError) {
            if snapshot == commits, connection.isInTransaction { return }
            try release()
            try connection.control("BEGIN")
            snapshot = commits
        }

        /// Ends the read transaction: an old one would keep the write-ahead log from starting over.
        func release() throws(StorageError) {
            snapshot = nil
            if connection.isInTransaction { try connection.control("COMMIT") }
        }
    }

    private struct State {
        var idle: [Slot] = []
        var waiting = 0
        var isClosed = false
    }

    private let commits: CommitCounter
    private let size: Int
    private let state = Mutex(State())
    private let returned = Signal()

    init(path: String, options: DatabaseOptions, commits: CommitCounter) throws(StorageError) {
        self.commits = commits
        size = max(1, options.readers)
        for _ in 0..<size {
            let slot = Slot(reader: Reader(try Connection(path: path, for: .reading, busyMilliseconds: 250)))
            state.withLock { $0.idle.append(slot) }
        }
    }

    var commitCount: UInt64 { commits.count }

    /// Runs `body` on a view that holds every commit answered before this call.
    func read<T>(
        _ body: (borrowing ReadTransaction) throws(StorageError) -> T
    ) throws(StorageError) -> T {
        let slot = try take()
        defer { give(slot) }
        let reader = unsafe slot.reader
        try reader.renew(commits.count)
        return try body(ReadTransaction(connection: reader.connection))
    }

    /// Ends the read transactions of the connections nobody uses now.
    func releaseSnapshots() {
        for _ in 0..<size {
            let idle = state.withLock { $0.idle.isEmpty ? nil : $0.idle.removeFirst() }
            guard let idle else { return }
            try? unsafe idle.reader.release()
            give(idle)
        }
    }

    /// Waits for the reads that run, then closes all connections; later reads are refused.
    func close() {
        state.withLock { $0.isClosed = true }
        commits.closed()
        for _ in 0..<size {
            let slot = wait(for: { $0.idle.popLast() })
            try? unsafe slot.reader.release()
        }
        returned.raise()
    }

    private func take() throws(StorageError) -> Slot {
        let slot = wait(for: { state -> Slot?? in
            if state.isClosed { return .some(nil) }
            return state.idle.popLast().map { .some($0) }
        })
        guard let slot else { throw .closed }
        return slot
    }

    /// Sleeps until `attempt` answers. The signal wakes one sleeper for any number of returns, so each passes it on.
    private func wait<T: Sendable>(for attempt: (inout State) -> T?) -> T {
        var isWaiting = false
        while true {
            let (answer, others) = state.withLock { state -> (T?, Bool) in
                let answer = attempt(&state)
                if isWaiting != (answer == nil) { state.waiting += isWaiting ? -1 : 1 }
                return (answer, state.waiting > 0)
            }
            if let answer {
                if isWaiting, others { returned.raise() }
                return answer
            }
            isWaiting = true
            returned.wait()
        }
    }

    private func give(_ slot: Slot) {
        let isAwaited = state.withLock { state in
            state.idle.append(slot)
            return state.waiting > 0
        }
        if isAwaited { returned.raise() }
    }
}
