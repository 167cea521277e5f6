/// One event that somebody may have to answer for.
package struct AuditRecord: Sendable, Equatable {
    package let at: Int64
    package let action: String
    package let actor: String?
    package let client: String?
    package let patient: String?
    package let address: String?
    package let outcome: String
    package let detail: String?
    /// The `sub` of the person whom it was done to, where that is not who did it.
    package let subject: String?
    /// The trace across systems that it was done in: 32 hexadecimal digits; nil where the caller named none.
    package var trace: String?

    /// The one action that happens in here, where time runs out.
    package static let sessionExpired = "session-expired"

    package init(
        at: Int64, action: String, actor: String?, client: String?, patient: String?, address: String?,
        outcome: String, detail: String?, subject: String? = nil
    ) {
        self.at = at
        self.action = action
        self.actor = actor
        self.client = client
        self.patient = patient
        self.address = address
        self.outcome = outcome
        self.detail = detail
        self.subject = subject
    }
}

/// A record with its place in the order of events.
package struct StoredAuditRecord: Sendable, Equatable {
    package let id: Int64
    package let record: AuditRecord

    package init(id: Int64, record: AuditRecord) {
        self.id = id
        self.record = record
    }
}

extension Schema {
    /// The triggers keep a mistake of ours from rewriting history.
    static let audit: StaticString = """
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            action TEXT NOT NULL,
            actor TEXT,
            client TEXT,
            patient TEXT,
            address TEXT,
            outcome TEXT NOT NULL,
            detail TEXT
        ) STRICT;
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'audit records are never changed'); END;
        CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'audit records are never deleted'); END;
        """
}

extension Schema {
    /// The step of the schema since when records have a trace: an older file is read without.
    static let auditTraceVersion = 13

    /// Only what was traced pays for it.
    static let auditTraces: StaticString = """
        ALTER TABLE audit ADD COLUMN trace TEXT;
        CREATE INDEX audit_by_trace ON audit (trace, at) WHERE trace IS NOT NULL;
        """
}

extension Schema {
    /// A person's own sign-ins are found without reading everybody's history.
    static let signInHistory: StaticString = """
        CREATE INDEX audit_sign_ins ON audit (actor, id) WHERE action IN ('sign-in', 'sign-in-failure');
        """
}

extension Reading where Self: ~Copyable {
    /// The sign-ins of one person and the tries that failed, newest first, those before the record with that number.
    package func signIns(actor: String, before: Int64?, limit: Int) throws(StorageError) -> [StoredAuditRecord] {
        try connection.all(
            """
            SELECT id, at, action, actor, client, patient, address, outcome, detail, subject, trace FROM audit
            WHERE actor = ?1 AND action IN ('sign-in', 'sign-in-failure') AND id < ?2 ORDER BY id DESC LIMIT ?3
            """, actor, before ?? Int64.max, page(limit)
        ) { StoredAuditRecord($0) }
    }

    /// Oldest first, those after the record with the number `after`.
    package func auditRecords(after: Int64?, limit: Int) throws(StorageError) -> [StoredAuditRecord] {
        try connection.all(
            """
            SELECT id, at, action, actor, client, patient, address, outcome, detail, subject, trace FROM audit
            WHERE id > ?1 ORDER BY id LIMIT ?2
            """, after ?? 0, page(limit)
        ) { StoredAuditRecord($0) }
    }

    /// Newest first, those before the record with the number `before`.
    package func auditRecords(before: Int64?, limit: Int) throws(StorageError) -> [StoredAuditRecord] {
        try connection.all(
            """
            SELECT id, at, action, actor, client, patient, address, outcome, detail, subject, trace FROM audit
            WHERE id < ?1 ORDER BY id DESC LIMIT ?2
            """, before ?? Int64.max, page(limit)
        ) { StoredAuditRecord($0) }
    }
}

extension WriteTransaction {
    /// Goes to disk together with what it records, or not at all; chained to the record before it in the same statement.
    package func appendAudit(_ record: AuditRecord) throws(StorageError) {
        let previous = try chain.head(self)
        let (id, isOver) = previous.id.addingReportingOverflow(1)
        guard !isOver else { throw .corrupt("the audit records have no number left") }
        var record = record
        record.trace = trace
        let hash = chain.hashing.hash(record, id: id, after: previous.hash)
        do throws(StorageError) {
            try connection.run(
                """
                INSERT OR FAIL INTO audit
                (id, at, action, actor, client, patient, address, outcome, detail, subject, hash, trace) VALUES
                (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                """,
                id, record.at, record.action, record.actor, record.client, record.patient, record.address,
                record.outcome, record.detail, record.subject, hash, record.trace)
        } catch {
            chain.forget()
            throw error
        }
        chain.advance(to: AuditHead(id: id, hash: hash))
    }
}

extension StoredAuditRecord {
    /// Of a row with the columns from `id` to `trace`.
    init(_ row: borrowing Row) {
        var record = AuditRecord(
            at: row.integer(1), action: row.text(2), actor: row.optionalText(3), client: row.optionalText(4),
            patient: row.optionalText(5), address: row.optionalText(6), outcome: row.text(7),
            detail: row.optionalText(8), subject: row.optionalText(9))
        record.trace = row.optionalText(10)
        self.init(id: row.integer(0), record: record)
    }
}
