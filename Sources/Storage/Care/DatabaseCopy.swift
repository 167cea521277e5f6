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
        guard FileNames.exists(source) else { throw .io("\(source) is not there") }
        let from = try Connection(path: source, for: .inspecting, busyMilliseconds: 5000)
        try make(from: from, at: destination, progress: progress)
    }

    static func make(
        from: Connection, at destination: String, progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) throws(StorageError) {
        let unfinished = destination + ".new"
        do throws(StorageError) {
            for ending in ["", "-journal"] { FileNames.remove(unfinished + ending) }
            try FileNames.createPrivate(unfinished)
            try fill(unfinished, from, progress)
            try FileNames.moveDurably(unfinished, to: destination)
        } catch {
            for ending in ["", "-journal"] { FileNames.remove(unfinished + ending) }
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
}
