/// Puts a copy in the place of a database that nobody has open. Killed anywhere, the next start or restore finds the old one, or
/// does the rest and has the new one: never an empty database that answers as if nothing had ever been.
package final class DatabaseRestore {
    /// Where the database stands.
    package let path: String
    /// Where the copy is made ready.
    package var stagingPath: String { Replacement.staging(path) }
    private let lock: LockFile

    /// Takes the database's lock, until this value is gone. An earlier restore that was cut short is ended first.
    package init(path: String) throws(StorageError) {
        self.path = path
        DatabaseFile(path: path).createDirectory()
        lock = try LockFile(path: path)
        try Replacement.finish(at: path)
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

    /// Sets the old database aside, under the path `aside` in the same folder, with its log, and puts the one that was made ready
    /// in its place.
    package func commit(aside: String) throws(StorageError) {
        for ending in ["-wal", "-shm", "-journal", ".lock"] { FileNames.remove(stagingPath + ending) }
        let replacement = replacement(aside: aside)
        for step in Replacement.Step.allCases { try replacement.carryOut(step) }
    }

    func replacement(aside: String) -> Replacement {
        Replacement(path: path, asideName: String(aside.split(separator: "/").last ?? ""))
    }

    /// After a failure: what was made ready goes.
    package func removeStaging() {
        for ending in ["", "-wal", "-shm", "-journal", ".lock"] { FileNames.remove(stagingPath + ending) }
    }
}
