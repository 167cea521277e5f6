/// Where the chain of audit records begins. Of what was removed after its time, the last hash is kept, signed, so that what is
/// left stays provable.
package struct AuditAnchor: Sendable, Equatable {
    /// The last record from before there was a chain; it and those before it are not chained.
    package let start: Int64
    /// The last record that was removed; 0: none.
    package let removed: Int64
    /// Its hash.
    package let hash: [UInt8]?
    /// How many were removed in all.
    package let count: Int64
    /// The signed statement of that, and the public key that it was signed with.
    package let statement: AuditStatement?
}

/// A signed statement as it is kept: a compact JWS and a JWK. What they say is not known here.
package struct AuditStatement: Sendable, Equatable {
    package let jws: String
    package let jwk: String

    package init(jws: String, jwk: String) {
        self.jws = jws
        self.jwk = jwk
    }
}

extension Schema {
    /// The one row is where the chain begins. A record may be deleted once the row says that it was removed, and the row only
    /// moves on: nothing else deletes one (45 CFR 164.312(c)). Records from before this step are not chained: to do that here
    /// would hold up the start for as long as there are many. A record without a number has -1 before it is inserted.
    static let auditChain: StaticString = """
        ALTER TABLE audit ADD COLUMN subject TEXT;
        ALTER TABLE audit ADD COLUMN hash BLOB;
        CREATE TABLE audit_chain (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            start INTEGER NOT NULL,
            removed INTEGER NOT NULL DEFAULT 0,
            hash BLOB,
            count INTEGER NOT NULL DEFAULT 0,
            jws TEXT,
            jwk TEXT
        ) STRICT;
        INSERT INTO audit_chain (id, start) SELECT 1, coalesce(max(id), 0) FROM audit;
        CREATE TRIGGER audit_chain_only_moves_on BEFORE UPDATE ON audit_chain
        WHEN new.start <> old.start OR new.removed <= old.removed OR new.jws IS NULL
        BEGIN SELECT RAISE(ABORT, 'the beginning of the audit chain only moves on'); END;
        CREATE TRIGGER audit_chain_stays BEFORE DELETE ON audit_chain
        BEGIN SELECT RAISE(ABORT, 'the beginning of the audit chain stays'); END;
        DROP TRIGGER audit_is_not_deleted;
        CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
        WHEN old.id > coalesce((SELECT removed FROM audit_chain), 0)
        BEGIN SELECT RAISE(ABORT, 'audit records are never deleted'); END;
        CREATE TRIGGER audit_is_in_order BEFORE INSERT ON audit
        WHEN new.id <> -1 AND new.id <> 1 + coalesce(
            (SELECT max(id) FROM audit), (SELECT max(start, removed) FROM audit_chain), 0)
        BEGIN SELECT RAISE(ABORT, 'an audit record follows the last one'); END;
        CREATE TRIGGER audit_begins_at_one AFTER INSERT ON audit WHEN new.id < 1
        BEGIN SELECT RAISE(ABORT, 'an audit record follows the last one'); END;
        """

    /// One trigger for both, so that every record comes with its number. FAIL, before anything was changed, and no function of
    /// two arguments: for ABORT, and for what might end so, SQLite keeps a copy of each page that a record goes to.
    static let auditOrder: StaticString = """
        DROP TRIGGER audit_is_in_order;
        DROP TRIGGER audit_begins_at_one;
        CREATE TRIGGER audit_is_in_order BEFORE INSERT ON audit
        WHEN new.id <> 1 + coalesce(
            (SELECT max(id) FROM audit),
            (SELECT CASE WHEN start > removed THEN start ELSE removed END FROM audit_chain), 0)
        BEGIN SELECT RAISE(FAIL, 'an audit record follows the last one'); END;
        """
}

extension Reading where Self: ~Copyable {
    package func auditAnchor() throws(StorageError) -> AuditAnchor {
        let anchor = try connection.first("SELECT start, removed, hash, count, jws, jwk FROM audit_chain") { row in
            let statement = row.optionalText(4).map { AuditStatement(jws: $0, jwk: row.text(5)) }
            return AuditAnchor(
                start: row.integer(0), removed: row.integer(1), hash: row.optionalBlob(2), count: row.integer(3),
                statement: statement)
        }
        guard let anchor else { throw .corrupt("the beginning of the audit chain is missing") }
        return anchor
    }
}

extension WriteTransaction {
    /// The last of at most `limit` records, the oldest first, that are all from before that time, that follow the anchor and
    /// each other, and that a checkpoint has signed; nil if there is none to remove.
    package func lastRemovableAudit(
        before time: Int64, limit: Int
    ) throws(StorageError) -> (walk: AuditWalk, count: Int64)? {
        let signed = try lastAuditCheckpoint()?.seq ?? 0
        let anchor = try auditAnchor()
        var head = AuditHead(id: anchor.removed, hash: anchor.hash ?? chain.hashing.genesis)
        let removable = try auditLinks(after: anchor.removed, limit: limit).prefix { $0.id <= signed && $0.at < time }
        guard !removable.isEmpty else { return nil }
        for link in removable {
            guard let next = chain.hashing.head(link, after: head, start: anchor.start) else {
                return (AuditWalk(head: head, broken: link.id), 0)
            }
            head = next
        }
        return (AuditWalk(head: head, broken: nil), Int64(removable.count))
    }

    /// Removes all records up to that one, and the checkpoints that signed earlier ones. The statement takes their place in the
    /// same transaction, without which the triggers let nothing go.
    package func removeAudit(
        through last: AuditHead, count: Int64, _ statement: AuditStatement
    ) throws(StorageError) {
        try connection.run(
            "UPDATE audit_chain SET removed = ?1, hash = ?2, count = count + ?3, jws = ?4, jwk = ?5", last.id,
            last.hash, count, statement.jws, statement.jwk)
        try connection.run("DELETE FROM audit_checkpoints WHERE seq < ?1", last.id)
        try connection.run("DELETE FROM audit WHERE id <= ?1", last.id)
    }
}
