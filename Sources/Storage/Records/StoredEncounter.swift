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

extension Reading where Self: ~Copyable {
    package func encounter(_ id: String) throws(StorageError) -> StoredEncounter? {
        try connection.first("SELECT id, patient_id, start, status, title FROM encounters WHERE id = ?1", id) {
            StoredEncounter($0)
        }
    }

    /// Newest first; those without a start come last.
    package func encounters(patient: String, limit: Int) throws(StorageError) -> [StoredEncounter] {
        try connection.all(
            """
            SELECT id, patient_id, start, status, title FROM encounters
            WHERE patient_id = ?1 ORDER BY start DESC, id LIMIT ?2
            """, patient, page(limit)
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
