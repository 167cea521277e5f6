import Glibc

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
    package var replacesDatabase: Bool { unsafe access(path, F_OK) == 0 }

    /// Copies the backup to where it is made ready, and has `prepare` change it, migrated to what this program knows.
    package func stage(
        _ backup: String, options: DatabaseOptions, progress: (_ done: Int, _ all: Int) -> Void = { _, _ in },
        prepare: @escaping @Sendable (borrowing WriteTransaction) throws -> Void
    ) throws(StorageError) {
        removeStaging()
        try DatabaseCopy.make(of: backup, at: stagingPath, progress: progress)
        var options = options
        options.copiesBeforeMigration = false
        let database = try Database(path: stagingPath, options: options)
        do throws(StorageError) {
            try database.writeBlocking(prepare)
        } catch {
            database.close()
            throw error
        }
        database.close()
        // What was prepared is on disk, but is it in the file? Closing brings the log home as far as it can.
        var log = stat()
        guard unsafe stat(stagingPath + "-wal", &log) != 0 || log.st_size == 0 else {
            throw .io("\(stagingPath): the write-ahead log could not be brought home")
        }
    }

    /// Sets the old database aside, under `aside`, with its log, and puts the one that was made ready in its place.
    package func commit(aside: String) throws(StorageError) {
        for ending in ["-wal", "-shm", "-journal", ".lock"] { _ = unsafe unlink(stagingPath + ending) }
        try DatabaseFile(path: path).markRestore()
        for ending in ["-wal", ""] where unsafe access(path + ending, F_OK) == 0 {
            try moveDurably(path + ending, to: aside + ending)
        }
        _ = unsafe unlink(path + "-shm")
        try moveDurably(stagingPath, to: path)
        try DatabaseFile(path: path).unmarkRestore()
    }

    /// After a failure: what was made ready goes.
    package func removeStaging() {
        for ending in ["", "-wal", "-shm", "-journal", ".lock"] { _ = unsafe unlink(stagingPath + ending) }
    }
}

extension DatabaseFile {
    private var mark: String { path + ".restore" }

    fileprivate func markRestore() throws(StorageError) {
        let file = unsafe open(mark + ".new", O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .io("\(mark).new: \(reason())") }
        close(file)
        try moveDurably(mark + ".new", to: mark)
    }

    fileprivate func unmarkRestore() throws(StorageError) {
        guard unsafe unlink(mark) == 0 else { throw .io("\(mark): \(reason())") }
    }

    /// A restore that was cut short between the old database and the new one is to be done again.
    func requireWholeRestore() throws(StorageError) {
        guard unsafe access(mark, F_OK) != 0 else {
            throw .corrupt("a restore into \(path) was cut short: run it again, or remove \(mark) if you put it right")
        }
    }
}
