/// A checkpoint as it is kept: which record it signs, and what was signed.
package struct StoredAuditCheckpoint: Sendable, Equatable {
    /// Counted from 1, without gaps.
    package let number: Int64
    /// The number of the record that was the last one.
    package let seq: Int64
    package let at: Int64
    package let statement: AuditStatement
}

extension Schema {
    static let auditCheckpoints: StaticString = """
        CREATE TABLE audit_checkpoints (
            number INTEGER PRIMARY KEY,
            seq INTEGER NOT NULL UNIQUE,
            at INTEGER NOT NULL,
            jws TEXT NOT NULL,
            jwk TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER audit_checkpoints_are_not_changed BEFORE UPDATE ON audit_checkpoints
        BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END;
        CREATE TRIGGER audit_checkpoints_are_not_deleted BEFORE DELETE ON audit_checkpoints
        WHEN old.seq >= coalesce((SELECT removed FROM audit_chain), 0)
        BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END;
        """
}

extension Reading where Self: ~Copyable {
    package func lastAuditCheckpoint() throws(StorageError) -> StoredAuditCheckpoint? {
        try connection.first(
            "SELECT number, seq, at, jws, jwk FROM audit_checkpoints ORDER BY number DESC LIMIT 1"
        ) { StoredAuditCheckpoint($0) }
    }

    /// The next one that signs that record or a later one.
    package func auditCheckpoint(from first: Int64) throws(StorageError) -> StoredAuditCheckpoint? {
        try connection.first(
            "SELECT number, seq, at, jws, jwk FROM audit_checkpoints WHERE seq >= ?1 ORDER BY seq LIMIT 1", first
        ) { StoredAuditCheckpoint($0) }
    }

    /// The first and the last record that checkpoints sign.
    package func auditCheckpointBounds() throws(StorageError) -> ClosedRange<Int64>? {
        let bounds = try connection.first(
            "SELECT min(seq), max(seq), count(*) FROM audit_checkpoints"
        ) { row in row.integer(2) > 0 ? row.integer(0)...row.integer(1) : nil }
        return bounds ?? nil
    }

    /// Those that sign records from `first` to `last`, in the order of the records.
    package func auditCheckpoints(from first: Int64, through last: Int64) throws(StorageError)
        -> [StoredAuditCheckpoint]
    {
        try connection.all(
            "SELECT number, seq, at, jws, jwk FROM audit_checkpoints WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq", first,
            last
        ) { StoredAuditCheckpoint($0) }
    }

    /// Newest first, those before that number.
    package func auditCheckpoints(before: Int64?, limit: Int) throws(StorageError) -> [StoredAuditCheckpoint] {
        try connection.all(
            """
            SELECT number, seq, at, jws, jwk FROM audit_checkpoints WHERE number < ?1 ORDER BY number DESC LIMIT ?2
            """, before ?? Int64.max, page(limit)
        ) { StoredAuditCheckpoint($0) }
    }
}

extension WriteTransaction {
    package func insertAuditCheckpoint(
        number: Int64, seq: Int64, at now: Int64, _ statement: AuditStatement
    ) throws(StorageError) {
        try connection.run(
            "INSERT INTO audit_checkpoints (number, seq, at, jws, jwk) VALUES (?1, ?2, ?3, ?4, ?5)", number, seq, now,
            statement.jws, statement.jwk)
    }
}

extension StoredAuditCheckpoint {
    fileprivate init(_ row: borrowing Row) {
        self.init(
            number: row.integer(0), seq: row.integer(1), at: row.integer(2),
            statement: AuditStatement(jws: row.text(3), jwk: row.text(4)))
    }
}
