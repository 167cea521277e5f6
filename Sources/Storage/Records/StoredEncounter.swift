/// An encounter as the picker shows one.
package struct StoredEncounter: Sendable, Equatable {
    package let id: String
    /// The id of the patient.
    package let patient: String
    package let start: Int64?
    package let status: String
    package let title: String

    package init(id: String, patient: String, start: Int64?, status: String, title: String) {
        self.id = id
        self.patient = patient
        self.start = start
        self.status = status
        self.title = title
    }
}

extension Schema {
    static let encounters: StaticString = """
        CREATE TABLE encounters (
            id TEXT PRIMARY KEY,
            patient_id TEXT NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
            start INTEGER,
            status TEXT NOT NULL,
            title TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX encounters_by_patient ON encounters (patient_id, start DESC);
        """
}

extension Schema {
    /// The order of the picker, so that its pages need no sorting.
    static let encounterOrder: StaticString = """
        CREATE INDEX encounters_in_order ON encounters (patient_id, coalesce(start, -9223372036854775807) DESC, id);
        DROP INDEX encounters_by_patient;
        """
}

extension Reading where Self: ~Copyable {
    package func encounter(_ id: String) throws(StorageError) -> StoredEncounter? {
        try connection.first("SELECT id, patient_id, start, status, title FROM encounters WHERE id = ?1", id) {
            StoredEncounter($0)
        }
    }

    /// Newest first; those without a start come last. `after` is the id of the last one of the page before, and an
    /// encounter of somebody else's ends the list.
    package func encounters(
        patient: String, after: String? = nil, limit: Int
    ) throws(StorageError) -> [StoredEncounter] {
        guard let after else {
            return try connection.all(
                """
                SELECT id, patient_id, start, status, title FROM encounters
                WHERE patient_id = ?1 ORDER BY coalesce(start, -9223372036854775807) DESC, id LIMIT ?2
                """, patient, page(limit)
            ) { StoredEncounter($0) }
        }
        return try connection.all(
            """
            SELECT e.id, e.patient_id, e.start, e.status, e.title FROM encounters l JOIN encounters e
            ON e.patient_id = l.patient_id
                AND coalesce(e.start, -9223372036854775807) <= coalesce(l.start, -9223372036854775807)
                AND (coalesce(e.start, -9223372036854775807) < coalesce(l.start, -9223372036854775807) OR e.id > l.id)
            WHERE l.id = ?2 AND l.patient_id = ?1
            ORDER BY coalesce(e.start, -9223372036854775807) DESC, e.id LIMIT ?3
            """, patient, after, page(limit)
        ) { StoredEncounter($0) }
    }
}

extension WriteTransaction {
    /// `StorageError.conflict` if there is no such patient.
    package func upsertEncounter(_ encounter: StoredEncounter) throws(StorageError) {
        try connection.run(
            """
            INSERT INTO encounters (id, patient_id, start, status, title) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (id) DO UPDATE SET patient_id = excluded.patient_id, start = excluded.start,
                status = excluded.status, title = excluded.title
            """,
            encounter.id, encounter.patient, encounter.start, encounter.status, encounter.title)
    }
}

extension StoredEncounter {
    fileprivate init(_ row: borrowing Row) {
        self.init(
            id: row.text(0), patient: row.text(1), start: row.optionalInteger(2), status: row.text(3),
            title: row.text(4))
    }
}
