import Synchronization

/// Runs many writes in one transaction, each in its savepoint, so that they share one sync of the disk. Used by the
/// writer's thread alone.
final class GroupCommit {
    private let path: String
    private let options: DatabaseOptions
    private let commits: CommitCounter
    private let turn: WriteTurn
    private let chain: AuditChain
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
            try connection.control("BEGIN IMMEDIATE")
            while let write = waiting.first {
                try connection.control("SAVEPOINT one")
                let outcome = write.run(WriteTransaction(connection: connection, chain: chain))
                outcomes.append(outcome)
                waiting.removeFirst()
                try settle(outcome, on: connection)
            }
            try connection.control("COMMIT")
            commits.committed(pages: connection.takePagesWritten())
            return outcomes.map { outcome in { outcome.settle(nil) } }
        } catch {
            recover(from: error)
            commits.failed()
            guard outcomes.isEmpty else { return outcomes.map { outcome in { outcome.settle(error) } } }
            defer { waiting.removeAll() }
            return waiting.map { write in { write.refuse(error) } }
        }
    }

    /// Keeps a body's changes, or takes back its own and no other's.
    private func settle(_ outcome: PendingWrite.Outcome, on connection: Connection) throws(StorageError) {
        guard connection.isInTransaction else { throw outcome.failure ?? .io("the transaction was rolled back") }
        if !outcome.succeeded {
            chain.forget()
            try connection.control("ROLLBACK TO one")
        }
        try connection.control("RELEASE one")
    }

    /// Rolls back. After an I/O error the connection goes as well: what it holds in memory may not be what is on disk.
    private func recover(from error: StorageError) {
        chain.forget()
        if let connection, connection.isInTransaction {
            do { try connection.control("ROLLBACK") } catch { self.connection = nil }
        }
        if case .io = error { connection = nil }
        if case .corrupt = error { connection = nil }
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
