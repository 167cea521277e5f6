import Encoding

/// A database file that is only looked at: a backup, or the file of a server that stands still. Nothing is locked, migrated or
/// written. For one thread.
package final class DatabaseArchive {
    private let connection: Connection

    /// A file without a write-ahead log beside it is taken as one that nobody changes, so that it may lie where nothing can be
    /// written.
    package init(path: String) throws(StorageError) {
        let log = DatabaseFile(path: path + "-wal").exists
        let address = "file:" + PercentEncoding.encode(path) + (log ? "" : "?immutable=1")
        connection = try Connection(path: address, for: .examining, busyMilliseconds: 1000)
        let known = migrations.last?.version ?? 0
        let found = Int(try connection.pragma("PRAGMA user_version"))
        guard found <= known else { throw .newerSchema(found: found, known: known) }
        guard found >= 11 else {
            throw .corrupt("\(path) has schema version \(found), from before audit records were chained")
        }
    }

    /// Runs `body` on one state of the file.
    package func read<T>(
        _ body: (borrowing ReadTransaction) throws(StorageError) -> T
    ) throws(StorageError) -> T {
        try connection.control("BEGIN")
        defer { try? connection.control("COMMIT") }
        return try body(ReadTransaction(connection: connection))
    }
}
