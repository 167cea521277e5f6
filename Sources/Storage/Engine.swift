import Synchronization

/// The parts of an open database, in the order they start and stop.
final class Engine: Sendable {
    let pool: ReaderPool
    let writer: Writer
    let sweeper: Sweeper
    private let path: String
    private let checkpointer: Checkpointer
    private let held: Mutex<Held?>
    private let closing = Mutex(false)

    /// What is given up last.
    private struct Held: Sendable {
        let lock: LockFile
        let directory: TemporaryDirectory?
    }

    init(path: String, options: DatabaseOptions, migrations: [Migration]) throws(StorageError) {
        let directory = path == ":memory:" ? try TemporaryDirectory() : nil
        let path = directory?.databasePath ?? path
        let file = DatabaseFile(path: path)
        file.createDirectory()
        let lock = try LockFile(path: path)
        try Replacement.finish(at: path)
        try file.prepare()
        let migrator = try Connection(
            path: path, for: .writing, busyMilliseconds: Int32(clamping: options.busyMilliseconds))
        try Migration.run(migrations, on: migrator) { (version) throws(StorageError) in
            // Lessons U3. Whoever must go back to the older program goes back to its database too.
            if options.copiesBeforeMigration {
                try DatabaseCopy.make(from: migrator, at: "\(path).before-\(version)")
            }
        }

        self.path = path
        let commits = CommitCounter()
        let turn = WriteTurn()
        pool = try ReaderPool(path: path, options: options, commits: commits)
        checkpointer = Checkpointer(path: path, commits: commits, pool: pool, turn: turn)
        writer = Writer(capacity: options.queueCapacity, commits: commits, checkpointer: checkpointer)
        sweeper = Sweeper(writer: writer)
        held = Mutex(Held(lock: lock, directory: directory))
        try checkpointer.start()
        try writer.start(path: path, options: options, turn: turn)
        try sweeper.start()
    }

    /// Runs on a connection of its own, which holds up nobody's.
    func aside<T>(_ body: (Connection) throws(StorageError) -> T) throws(StorageError) -> T {
        try body(try Connection(path: path, for: .reading, busyMilliseconds: 250))
    }

    /// True on the threads that `close` waits for.
    var isCurrentThreadOurs: Bool { writer.isCurrentThread || sweeper.isCurrentThread }

    /// Returns when all is closed, also to a second caller.
    func close() {
        closing.withLock { isClosed in
            guard !isClosed else { return }
            isClosed = true
            sweeper.close()
            writer.close()
            pool.close()
            checkpointer.close()
            held.withLock { $0 = nil }
        }
    }
}
