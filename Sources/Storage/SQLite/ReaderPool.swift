import Synchronization
import Threads

/// The connections that read. Each is with one thread at a time, and holds a read transaction open between uses: a point
/// read then costs half. The transaction is renewed as soon as the writer has committed something.
final class ReaderPool: Sendable {
    /// Sendable because the pool gives a reader to one thread at a time, under its lock.
    @safe private struct Slot: Sendable {
        nonisolated(unsafe) let reader: Reader
        /// The round of releases in which it was taken.
        var round = 0
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
        /// Counts the calls of `releaseSnapshots`.
        var round = 0
        /// Readers that the last one has not reached yet.
        var held = 0
    }

    private let commits: CommitCounter
    private let size: Int
    private let state = Mutex(State())
    private let returned = Signal()
    private let released = Signal()

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

    /// Ends every read transaction that is open now: of the connections nobody uses at once, of the others as they come
    /// back, for which it waits so long. Then nothing keeps the write-ahead log from being copied whole and started over.
    func releaseSnapshots(waitingMilliseconds: Int) {
        let idle = state.withLock { state -> [Slot] in
            state.round += 1
            state.held = size
            defer { state.idle = [] }
            return state.idle
        }
        for slot in idle { give(slot) }
        if state.withLock({ $0.held > 0 }) { released.wait(milliseconds: waitingMilliseconds) }
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
            guard var slot = state.idle.popLast() else { return nil }
            slot.round = state.round
            return .some(slot)
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
        var slot = slot
        var isReleased = false
        while true {
            let now = state.withLock { state -> (round: Int, isAwaited: Bool, isLast: Bool) in
                guard state.round == slot.round else { return (state.round, false, false) }
                state.idle.append(slot)
                if isReleased { state.held -= 1 }
                return (slot.round, state.waiting > 0, isReleased && state.held == 0)
            }
            if now.isAwaited { returned.raise() }
            if now.isLast { released.raise() }
            if now.round == slot.round { return }
            try? unsafe slot.reader.release()
            slot.round = now.round
            isReleased = true
        }
    }
}
