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

/// How far the records follow one another.
package struct AuditWalk: Sendable {
    package let head: AuditHead
    /// The first that does not follow the one before it.
    package let broken: Int64?
}

extension AuditHashing {
    /// The head with that record behind it; nil if it does not follow. `start`: the last record from before the chain.
    package func head(_ link: AuditLink, after head: AuditHead, start: Int64) -> AuditHead? {
        guard link.id > start else { return link.hash == nil ? AuditHead(id: link.id, hash: genesis) : nil }
        guard link.id == max(head.id, start) &+ 1, let stored = link.hash, stored == hash(link, after: head.hash)
        else { return nil }
        return AuditHead(id: link.id, hash: stored)
    }
}

extension Reading where Self: ~Copyable {
    /// Holds the records to the chain, page by page, from a head that is known.
    package func followAudit(
        from head: AuditHead, through last: Int64 = .max, start: Int64, _ hashing: AuditHashing
    ) throws(StorageError) -> AuditWalk {
        var head = head
        while head.id < last {
            let links = try auditLinks(after: head.id, limit: 1000)
            for link in links where link.id <= last {
                guard let next = hashing.head(link, after: head, start: start) else {
                    return AuditWalk(head: head, broken: link.id)
                }
                head = next
            }
            if (links.last?.id ?? .max) > last || links.isEmpty { break }
        }
        return AuditWalk(head: head, broken: nil)
    }

    /// The lowest number in the table.
    package func firstAuditID() throws(StorageError) -> Int64? {
        try connection.first("SELECT id FROM audit ORDER BY id LIMIT 1") { $0.integer(0) }
    }

    /// When the last record was written.
    package func lastAuditTime() throws(StorageError) -> Int64? {
        try connection.first("SELECT at FROM audit ORDER BY id DESC LIMIT 1") { $0.integer(0) }
    }

    /// The highest number that a record was ever given.
    package func lastAuditNumber() throws(StorageError) -> Int64 {
        try connection.first("SELECT seq FROM sqlite_sequence WHERE name = 'audit'") { $0.integer(0) } ?? 0
    }
}

extension WriteTransaction {
    /// The chain's end, what this transaction has written included.
    package func auditHead() throws(StorageError) -> AuditHead { try chain.head(self) }
}
