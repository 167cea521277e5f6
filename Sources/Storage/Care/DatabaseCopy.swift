import Glibc

/// A copy of a database as it was at one moment, made while others use it: one plain file of mode 0600, without a
/// write-ahead log.
package enum DatabaseCopy {
    /// Writes the copy as a whole or not at all: beside its name first, then renamed. What stood at `destination` before is
    /// replaced.
    ///
    /// `progress` is told how many pages are done, and of how many.
    package static func make(
        of source: String, at destination: String, progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) throws(StorageError) {
        // A missing file would be made, and copied as an empty one.
        guard unsafe access(source, F_OK) == 0 else { throw .io("\(source): \(reason())") }
        let from = try Connection(path: source, for: .inspecting, busyMilliseconds: 5000)
        try make(from: from, at: destination, progress: progress)
    }

    static func make(
        from: Connection, at destination: String, progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) throws(StorageError) {
        let unfinished = destination + ".new"
        do throws(StorageError) {
            try createPrivateFile(unfinished)
            try fill(unfinished, from, progress)
            try moveDurably(unfinished, to: destination)
        } catch {
            for ending in ["", "-journal"] { _ = unsafe unlink(unfinished + ending) }
            throw error
        }
    }

    private static func fill(
        _ path: String, _ from: Connection, _ progress: (_ done: Int, _ all: Int) -> Void
    ) throws(StorageError) {
        let to = try Connection(path: path, for: .writing, busyMilliseconds: 0)
        try from.control("BEGIN")
        defer { try? from.control("COMMIT") }
        // The view is of the first read.
        _ = try from.pragma("SELECT count(*) FROM sqlite_schema")
        try from.copy(to: to, progress: progress)
        // The copy's header says that it has a write-ahead log, as the original has.
        try to.control("PRAGMA journal_mode = DELETE")
    }

    private static func createPrivateFile(_ path: String) throws(StorageError) {
        for ending in ["", "-journal"] { _ = unsafe unlink(path + ending) }
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .io("\(path): \(reason())") }
        close(file)
    }
}

/// Renames a file whose content is on disk, and has the disk know the new name too.
func moveDurably(_ path: String, to destination: String) throws(StorageError) {
    guard unsafe rename(path, destination) == 0 else { throw .io("\(destination): \(reason())") }
    let directory = destination.lastIndex(of: "/").map { String(destination[..<$0]) } ?? "."
    let folder = unsafe open(directory.isEmpty ? "/" : directory, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard folder >= 0 else { throw .io("\(directory): \(reason())") }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw .io("\(directory): \(reason())") }
}
