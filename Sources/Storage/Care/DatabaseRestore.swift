/// Puts a copy in the place of a database that nobody has open. Killed anywhere, what stands there is the old one, the new one,
/// or a mark that stops the next start: never an empty database that answers as if nothing had ever been.
package final class DatabaseRestore {
    /// Where the database stands.
    package let path: String
    /// Where the copy is made ready: beside it, so that it can be renamed.
    package var stagingPath: String { path + ".restoring" }
    private let lock: LockFile

    /// Takes the database's lock, until this value is gone.
    package init(path: String) throws(StorageError) {
        self.path = path
        DatabaseFile(path: path).createDirectory()
        lock = try LockFile(path: path)
    }

    /// Whether there is a database that would be replaced.
    package var replacesDatabase: Bool { FileNames.exists(path) }

    /// Copies the backup to where it is made ready, and has `prepare` change it, migrated to what this program knows.
    package func stage(
        _ backup: String, options: DatabaseOptions, progress: (_ done: Int, _ all: Int) -> Void = { _, _ in },
        prepare: @escaping @Sendable (borrowing WriteTransaction) throws -> Void
    ) throws {
        removeStaging()
        try DatabaseCopy.make(of: backup, at: stagingPath, progress: progress)
        var options = options
        options.copiesBeforeMigration = false
        let database = try Database(path: stagingPath, options: options)
        do {
            try database.writeBlocking(prepare)
        } catch {
            database.close()
            throw error
        }
        database.close()
        // What was prepared is on disk, but is it in the file? Closing brings the log home as far as it can.
        guard FileNames.size(stagingPath + "-wal") == 0 else {
            throw StorageError.io("\(stagingPath): the write-ahead log could not be brought home")
        }
    }

    /// Sets the old database aside, under `aside`, with its log, and puts the one that was made ready in its place.
    package func commit(aside: String) throws(StorageError) {
        for ending in ["-wal", "-shm", "-journal", ".lock"] { FileNames.remove(stagingPath + ending) }
        try DatabaseFile(path: path).markRestore()
        for ending in ["-wal", ""] where FileNames.exists(path + ending) {
            try FileNames.moveDurably(path + ending, to: aside + ending)
        }
        FileNames.remove(path + "-shm")
        try FileNames.moveDurably(stagingPath, to: path)
        DatabaseFile(path: path).unmarkRestore()
    }

    /// After a failure: what was made ready goes.
    package func removeStaging() {
        for ending in ["", "-wal", "-shm", "-journal", ".lock"] { FileNames.remove(stagingPath + ending) }
    }
}

extension DatabaseFile {
    private var mark: String { path + ".restore" }

    fileprivate func markRestore() throws(StorageError) {
        FileNames.remove(mark + ".new")
        try FileNames.createPrivate(mark + ".new")
        try FileNames.moveDurably(mark + ".new", to: mark)
    }

    fileprivate func unmarkRestore() { FileNames.remove(mark) }

    /// A restore that was cut short between the old database and the new one is to be done again.
    func requireWholeRestore() throws(StorageError) {
        guard !FileNames.exists(mark) else {
            throw .corrupt("a restore into \(path) was cut short: run it again, or remove \(mark) if you put it right")
        }
    }
}
