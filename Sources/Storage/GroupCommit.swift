import Synchronization

/// Runs many writes in one transaction, so that they share one sync of the disk. Used by the writer's thread alone.
///
/// A savepoint for each would have SQLite copy every page that the writes before it have touched: for a token, some eight.
/// So they run without, and only when one fails after it has changed something are all taken back and run again, each in
/// its savepoint.
final class GroupCommit {
    private let path: String
    private let options: DatabaseOptions
    private let commits: CommitCounter
    private let turn: WriteTurn
    private let chain: AuditChain
    private let assertions = UsedAssertions()
    private var connection: Connection?

    init(path: String, options: DatabaseOptions, commits: CommitCounter, turn: WriteTurn) {
        self.path = path
        self.options = options
        self.commits = commits
        self.turn = turn
        chain = AuditChain(sha256: options.sha256)
    }

    /// Every caller has its answer when this returns, and none before its write is on disk.
    func commit(_ writes: [PendingWrite]) {
        var waiting = writes[...]
        while !waiting.isEmpty {
            let answers = turn.take { transact(&waiting) }
            for answer in answers { answer() }
        }
    }

    /// One transaction. What it takes from `waiting` it answers for; a transaction that SQLite gave up halfway (disk full)
    /// takes only what had run.
    private func transact(_ waiting: inout ArraySlice<PendingWrite>) -> [() -> Void] {
        var outcomes: [PendingWrite.Outcome] = []
        do {
            let connection = try open()
            let mayRunAgain = !waiting.contains { $0.runsOnce }
            let isDone = mayRunAgain ? try runTogether(waiting, on: connection, &outcomes) : false
            if !isDone {
                outcomes = []
                try runEachInSavepoint(waiting, on: connection, &outcomes)
            }
            try connection.control("COMMIT")
            assertions.committed()
            commits.committed(pages: connection.takePagesWritten())
            waiting.removeFirst(outcomes.count)
            return outcomes.map { outcome in { outcome.settle(nil) } }
        } catch {
            recover(from: error)
            commits.failed()
            guard outcomes.isEmpty else {
                waiting.removeFirst(outcomes.count)
                return outcomes.map { outcome in { outcome.settle(error) } }
            }
            defer { waiting.removeAll() }
            return waiting.map { write in { write.refuse(error) } }
        }
    }

    /// False, and nothing done, if one failed that had changed something: that cannot be told from what the others changed.
    private func runTogether(
        _ writes: ArraySlice<PendingWrite>, on connection: Connection, _ outcomes: inout [PendingWrite.Outcome]
    ) throws(StorageError) -> Bool {
        try connection.control("BEGIN IMMEDIATE")
        for write in writes {
            let changes = connection.changes
            let outcome = try run(write, on: connection, &outcomes)
            guard outcome.succeeded || connection.changes == changes else {
                chain.forget()
                assertions.takeBack(to: 0)
                try connection.control("ROLLBACK")
                return false
            }
        }
        return true
    }

    /// Keeps a body's changes, or takes back its own and no other's.
    private func runEachInSavepoint(
        _ writes: ArraySlice<PendingWrite>, on connection: Connection, _ outcomes: inout [PendingWrite.Outcome]
    ) throws(StorageError) {
        try connection.control("BEGIN IMMEDIATE")
        for write in writes {
            try connection.control("SAVEPOINT one")
            if try !run(write, on: connection, &outcomes).succeeded {
                chain.forget()
                try connection.control("ROLLBACK TO one")
            }
            try connection.control("RELEASE one")
        }
    }

    private func run(
        _ write: PendingWrite, on connection: Connection, _ outcomes: inout [PendingWrite.Outcome]
    ) throws(StorageError) -> PendingWrite.Outcome {
        let used = assertions.count
        let outcome = write.run(
            WriteTransaction(connection: connection, chain: chain, assertions: assertions, trace: write.trace))
        if !outcome.succeeded { assertions.takeBack(to: used) }
        outcomes.append(outcome)
        guard connection.isInTransaction else { throw outcome.failure ?? .io("the transaction was rolled back") }
        return outcome
    }

    /// Rolls back. After an I/O error the connection goes as well: what it holds in memory may not be what is on disk.
    private func recover(from error: StorageError) {
        chain.forget()
        if let connection, connection.isInTransaction {
            do { try connection.control("ROLLBACK") } catch { self.connection = nil }
        }
        if case .io = error { connection = nil }
        if case .corrupt = error { connection = nil }
        // A disk that stays full must not have the rows read again for each group that it refuses.
        let isAsBefore = connection != nil && (error == .full || error == .busy)
        if isAsBefore { assertions.takeBack(to: 0) } else { assertions.forget() }
    }

    private func open() throws(StorageError) -> Connection {
        if let connection { return connection }
        let opened = try Connection(
            path: path, for: .writing, busyMilliseconds: Int32(clamping: options.busyMilliseconds))
        if let pages = options.maximumPages { try opened.limit(pages: pages) }
        connection = opened
        return opened
    }
}

/// Held by the writer during a transaction, and by the checkpointer when the log must come to rest: neither then meets
/// SQLite's own lock and its sleeps.
final class WriteTurn: Sendable {
    private let mutex = Mutex<Void>(())

    func take<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
        try mutex.withLock { _ throws(E) in try body() }
    }
}
