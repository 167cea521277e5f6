/// What an auditor looks for. What is nil does not matter.
package struct AuditFilter: Sendable {
    package enum Outcome: Int, Sendable { case success, failure }

    /// Who did it, or to whom it was done: the names that the person goes by in the records.
    package var person: [String]?
    package var patient: String?
    package var client: String?
    package var actions: [String]?
    package var from: Int64?
    package var to: Int64?
    package var outcome: Outcome?
    /// The trace across systems that it was done in.
    package var trace: String?
    /// Actions that are a failure whatever else the record says.
    package let failures: [String]

    package init(failures: [String]) { self.failures = failures }
}

/// A place in a list that is sorted by time and number.
package struct AuditCursor: Sendable, Equatable {
    package let at: Int64
    package let id: Int64

    package init(at: Int64, id: Int64) {
        self.at = at
        self.id = id
    }
}

extension Schema {
    /// What a search can start from. Each costs every record that has the column: those by actor and by patient write a page of
    /// their own, which tokens of services, that have neither, do not pay. What happens seldom is found by its action too.
    static let auditSearch: StaticString = """
        CREATE INDEX audit_by_time ON audit (at);
        CREATE INDEX audit_by_subject ON audit (subject, at) WHERE subject IS NOT NULL;
        CREATE INDEX audit_seldom ON audit (at, action)
        WHERE action NOT IN ('token-issued', 'token-refreshed', 'sign-in', 'consent');
        """

    /// Those that take long to sort, over a second for each million of records: a step of their own, so that each step stays under
    /// five. Databases that were at step 11 before there was this one have them.
    static let auditSearchByName: StaticString = """
        CREATE INDEX IF NOT EXISTS audit_by_actor ON audit (actor, at) WHERE actor IS NOT NULL;
        CREATE INDEX IF NOT EXISTS audit_by_patient ON audit (patient, at) WHERE patient IS NOT NULL;
        CREATE INDEX IF NOT EXISTS audit_by_client ON audit (client, at) WHERE client IS NOT NULL;
        """

    /// In comparisons: of a list, SQLite makes a table for every record that is written, which costs as much as the record.
    static let auditSeldomCompared: StaticString = """
        DROP INDEX audit_seldom;
        CREATE INDEX audit_seldom ON audit (at, action)
        WHERE action <> 'token-issued' AND action <> 'token-refreshed' AND action <> 'sign-in' AND action <> 'consent';
        """
}

extension AuditFilter {
    /// The actions that `audit_seldom` does not hold.
    private static let frequent: Set<String> = ["token-issued", "token-refreshed", "sign-in", "consent"]

    /// Every failure is seldom: no frequent action is refused.
    fileprivate var isSeldom: Bool {
        if outcome == .failure { return true }
        return actions?.allSatisfy { !Self.frequent.contains($0) } ?? false
    }

    /// As SQLite's `json_each` takes them.
    fileprivate static func list(_ words: [String]) -> String {
        "[" + words.map { word in "\"" + word.filter { $0.isLetter || $0 == "-" } + "\"" }.joined(separator: ",") + "]"
    }
}

extension Reading where Self: ~Copyable {
    package func auditRecord(_ id: Int64) throws(StorageError) -> StoredAuditRecord? {
        try connection.first(
            "SELECT id, at, action, actor, client, patient, address, outcome, detail, subject, trace FROM audit WHERE id = ?1",
            id
        ) { StoredAuditRecord($0) }
    }

    /// Newest first, those before the cursor.
    package func auditRecords(
        _ filter: AuditFilter, before cursor: AuditCursor?, limit: Int
    ) throws(StorageError) -> [StoredAuditRecord] {
        if let trace = filter.trace { return try byTrace(trace, filter, cursor, limit) }
        guard let person = filter.person else {
            if let patient = filter.patient { return try byPatient(patient, filter, cursor, limit) }
            if let client = filter.client { return try byClient(client, filter, cursor, limit) }
            return filter.isSeldom ? try seldom(filter, cursor, limit) : try byTime(filter, cursor, limit)
        }
        var found: [StoredAuditRecord] = []
        for name in person {
            found += try byActor(name, filter, cursor, limit)
            found += try bySubject(name, filter, cursor, limit)
        }
        found.sort { ($0.record.at, $0.id) > ($1.record.at, $1.id) }
        var last: Int64?
        let distinct = found.filter { record in
            defer { last = record.id }
            return record.id != last
        }
        return Array(distinct.prefix(page(limit)))
    }

    /// A trace has few records, so that it is looked for first, whatever else is asked.
    private func byTrace(
        _ trace: String, _ filter: AuditFilter, _ cursor: AuditCursor?, _ limit: Int
    ) throws(StorageError) -> [StoredAuditRecord] {
        try connection.all(
            """
            SELECT id, at, action, actor, client, patient, address, outcome, detail, subject, trace FROM audit
            INDEXED BY audit_by_trace
            WHERE trace = ?1 AND at >= ?2 AND at <= ?3 AND (at, id) < (?4, ?5)
                AND (?6 IS NULL OR patient = ?6) AND (?7 IS NULL OR client = ?7)
                AND (?8 IS NULL OR action IN (SELECT value FROM json_each(?8)))
                AND (?9 IS NULL OR ?9 = (action IN (SELECT value FROM json_each(?10)) OR outcome GLOB 'refused*'))
                AND (?12 IS NULL OR actor IN (?12, ?13) OR subject IN (?12, ?13))
            ORDER BY at DESC, id DESC LIMIT ?11
            """, trace, filter.from ?? Int64.min, filter.to ?? Int64.max, cursor?.at ?? Int64.max,
            cursor?.id ?? Int64.max, filter.patient, filter.client, filter.actions.map(AuditFilter.list),
            filter.outcome?.rawValue, AuditFilter.list(filter.failures), page(limit), filter.person?.first,
            filter.person?.last
        ) { StoredAuditRecord($0) }
    }

    private func byActor(
        _ name: String, _ filter: AuditFilter, _ cursor: AuditCursor?, _ limit: Int
    ) throws(StorageError) -> [StoredAuditRecord] {
        try found(
            """
            SELECT id, at, action, actor, client, patient, address, outcome, detail, subject, trace FROM audit
            WHERE actor = ?1 AND at >= ?2 AND at <= ?3 AND (at, id) < (?4, ?5)
                AND (?6 IS NULL OR patient = ?6) AND (?7 IS NULL OR client = ?7)
                AND (?8 IS NULL OR action IN (SELECT value FROM json_each(?8)))
                AND (?9 IS NULL OR ?9 = (action IN (SELECT value FROM json_each(?10)) OR outcome GLOB 'refused*'))
            ORDER BY at DESC, id DESC LIMIT ?11
            """, name, filter, cursor, limit)
    }

    private func bySubject(
        _ name: String, _ filter: AuditFilter, _ cursor: AuditCursor?, _ limit: Int
    ) throws(StorageError) -> [StoredAuditRecord] {
        try found(
            """
            SELECT id, at, action, actor, client, patient, address, outcome, detail, subject, trace FROM audit
            WHERE subject = ?1 AND at >= ?2 AND at <= ?3 AND (at, id) < (?4, ?5)
                AND (?6 IS NULL OR patient = ?6) AND (?7 IS NULL OR client = ?7)
                AND (?8 IS NULL OR action IN (SELECT value FROM json_each(?8)))
                AND (?9 IS NULL OR ?9 = (action IN (SELECT value FROM json_each(?10)) OR outcome GLOB 'refused*'))
            ORDER BY at DESC, id DESC LIMIT ?11
            """, name, filter, cursor, limit)
    }

    private func byPatient(
        _ patient: String, _ filter: AuditFilter, _ cursor: AuditCursor?, _ limit: Int
    ) throws(StorageError) -> [StoredAuditRecord] {
        try found(
            """
            SELECT id, at, action, actor, client, patient, address, outcome, detail, subject, trace FROM audit
            WHERE patient = ?1 AND at >= ?2 AND at <= ?3 AND (at, id) < (?4, ?5)
                AND (?6 IS NULL OR patient = ?6) AND (?7 IS NULL OR client = ?7)
                AND (?8 IS NULL OR action IN (SELECT value FROM json_each(?8)))
                AND (?9 IS NULL OR ?9 = (action IN (SELECT value FROM json_each(?10)) OR outcome GLOB 'refused*'))
            ORDER BY at DESC, id DESC LIMIT ?11
            """, patient, filter, cursor, limit)
    }

    private func byClient(
        _ client: String, _ filter: AuditFilter, _ cursor: AuditCursor?, _ limit: Int
    ) throws(StorageError) -> [StoredAuditRecord] {
        try found(
            """
            SELECT id, at, action, actor, client, patient, address, outcome, detail, subject, trace FROM audit
            WHERE client = ?1 AND at >= ?2 AND at <= ?3 AND (at, id) < (?4, ?5)
                AND (?6 IS NULL OR patient = ?6) AND (?7 IS NULL OR client = ?7)
                AND (?8 IS NULL OR action IN (SELECT value FROM json_each(?8)))
                AND (?9 IS NULL OR ?9 = (action IN (SELECT value FROM json_each(?10)) OR outcome GLOB 'refused*'))
            ORDER BY at DESC, id DESC LIMIT ?11
            """, client, filter, cursor, limit)
    }

    /// Of what happens seldom alone.
    private func seldom(
        _ filter: AuditFilter, _ cursor: AuditCursor?, _ limit: Int
    ) throws(StorageError) -> [StoredAuditRecord] {
        try found(
            """
            SELECT id, at, action, actor, client, patient, address, outcome, detail, subject, trace FROM audit
            INDEXED BY audit_seldom
            WHERE ?1 = '' AND at >= ?2 AND at <= ?3 AND (at, id) < (?4, ?5)
                AND action <> 'token-issued' AND action <> 'token-refreshed' AND action <> 'sign-in' AND action <> 'consent'
                AND (?6 IS NULL OR patient = ?6) AND (?7 IS NULL OR client = ?7)
                AND (?8 IS NULL OR action IN (SELECT value FROM json_each(?8)))
                AND (?9 IS NULL OR ?9 = (action IN (SELECT value FROM json_each(?10)) OR outcome GLOB 'refused*'))
            ORDER BY at DESC, id DESC LIMIT ?11
            """, "", filter, cursor, limit)
    }

    private func byTime(
        _ filter: AuditFilter, _ cursor: AuditCursor?, _ limit: Int
    ) throws(StorageError) -> [StoredAuditRecord] {
        try found(
            """
            SELECT id, at, action, actor, client, patient, address, outcome, detail, subject, trace FROM audit
            INDEXED BY audit_by_time
            WHERE ?1 = '' AND at >= ?2 AND at <= ?3 AND (at, id) < (?4, ?5)
                AND (?6 IS NULL OR patient = ?6) AND (?7 IS NULL OR client = ?7)
                AND (?8 IS NULL OR action IN (SELECT value FROM json_each(?8)))
                AND (?9 IS NULL OR ?9 = (action IN (SELECT value FROM json_each(?10)) OR outcome GLOB 'refused*'))
            ORDER BY at DESC, id DESC LIMIT ?11
            """, "", filter, cursor, limit)
    }

    private func found(
        _ statement: StaticString, _ key: String, _ filter: AuditFilter, _ cursor: AuditCursor?, _ limit: Int
    ) throws(StorageError) -> [StoredAuditRecord] {
        try connection.all(
            statement, key, filter.from ?? Int64.min, filter.to ?? Int64.max, cursor?.at ?? Int64.max,
            cursor?.id ?? Int64.max, filter.patient, filter.client, filter.actions.map(AuditFilter.list),
            filter.outcome?.rawValue, AuditFilter.list(filter.failures), page(limit)
        ) { StoredAuditRecord($0) }
    }
}
