/// The end of the chain of audit records: the last record's number and hash.
package struct AuditHead: Sendable, Equatable {
    package let id: Int64
    package let hash: [UInt8]

    package init(id: Int64, hash: [UInt8]) {
        self.id = id
        self.hash = hash
    }
}

/// The chain's end as the writer's thread knows it, so that a record costs one hash and no look into the table. Whatever takes
/// records back, a savepoint, a failed commit, a connection that is given up, makes it forget, and the next record asks again.
final class AuditChain {
    let hashing: AuditHashing
    private var head: AuditHead?

    init(sha256: @escaping SHA256) { hashing = AuditHashing(sha256: sha256) }

    func forget() { head = nil }

    func head(_ transaction: borrowing WriteTransaction) throws(StorageError) -> AuditHead {
        if let head { return head }
        let found = try transaction.auditHead(hashing)
        head = found
        return found
    }

    /// The record with that number and hash is in the table.
    func advance(to head: AuditHead) { self.head = head }
}

extension Reading where Self: ~Copyable {
    /// The chain's end as it stands in the table.
    package func auditHead(_ hashing: AuditHashing) throws(StorageError) -> AuditHead {
        let last = try connection.first("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1") { row in
            (id: row.integer(0), hash: row.optionalBlob(1))
        }
        if let last, let hash = last.hash { return AuditHead(id: last.id, hash: hash) }
        let anchor = try auditAnchor()
        if let last { return AuditHead(id: last.id, hash: hashing.genesis) }
        return AuditHead(id: max(anchor.start, anchor.removed), hash: anchor.hash ?? hashing.genesis)
    }

    /// The number of the last record, 0 before the first.
    package func lastAuditID() throws(StorageError) -> Int64 {
        try connection.first("SELECT max(id) FROM audit") { $0.integer(0) } ?? 0
    }
}

extension Reading where Self: ~Copyable {
    /// The highest number that a record was ever given.
    package func lastAuditNumber() throws(StorageError) -> Int64 {
        try connection.first("SELECT seq FROM sqlite_sequence WHERE name = 'audit'") { $0.integer(0) } ?? 0
    }
}

extension WriteTransaction {
    /// The chain's end, what this transaction has written included.
    package func auditHead() throws(StorageError) -> AuditHead { try chain.head(self) }
}
