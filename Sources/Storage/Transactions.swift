/// What every read verb needs. Verbs are written once, as an extension of this, and work in both kinds of transaction.
package protocol Reading: ~Copyable {
    var connection: Connection { get }
}

/// A consistent view of the database. It cannot be copied, so it cannot leave the closure it was given to.
package struct ReadTransaction: ~Copyable, Reading {
    package let connection: Connection
}

/// One caller's part of the transaction that the writer is about to commit.
package struct WriteTransaction: ~Copyable, Reading {
    package let connection: Connection
    let chain: AuditChain
    let assertions: UsedAssertions
    /// Kept in the audit records that it writes.
    let trace: String?
}

/// A database that is in use, or a file that is only looked at.
package protocol ReadableDatabase {
    func read<T>(_ body: (borrowing ReadTransaction) throws(StorageError) -> T) throws(StorageError) -> T
}

extension Database: ReadableDatabase {}
extension DatabaseArchive: ReadableDatabase {}

/// How many rows a list may answer at once. A negative LIMIT would mean all of them.
func page(_ limit: Int) -> Int { min(max(limit, 0), 1000) }
