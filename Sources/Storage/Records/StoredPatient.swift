/// A patient as the picker shows one.
package struct StoredPatient: Sendable, Equatable {
    package let id: String
    package let family: String
    package let given: String
    package let birthDate: String?
    package let gender: String?
    /// The medical record number.
    package let identifier: String?

    package init(
        id: String, family: String, given: String, birthDate: String?, gender: String?, identifier: String?
    ) {
        self.id = id
        self.family = family
        self.given = given
        self.birthDate = birthDate
        self.gender = gender
        self.identifier = identifier
    }
}

extension Schema {
    /// `sort_key` and `search_text` are folded copies: SQLite itself knows no letter case beyond ASCII. Searches read the
    /// table of words that is made of the latter.
    static let patients: StaticString = """
        CREATE TABLE patients (
            id TEXT PRIMARY KEY,
            family TEXT NOT NULL,
            given TEXT NOT NULL,
            birth_date TEXT,
            gender TEXT,
            identifier TEXT,
            sort_key TEXT NOT NULL,
            search_text TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX patients_by_name ON patients (sort_key, id);
        """
}

extension Reading where Self: ~Copyable {
    package func patient(_ id: String) throws(StorageError) -> StoredPatient? {
        try connection.first(
            "SELECT id, family, given, birth_date, gender, identifier FROM patients WHERE id = ?1", id
        ) { StoredPatient($0) }
    }
}

extension WriteTransaction {
    package func upsertPatient(_ patient: StoredPatient) throws(StorageError) {
        try connection.run(
            """
            INSERT INTO patients (id, family, given, birth_date, gender, identifier, sort_key, search_text)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (id) DO UPDATE SET family = excluded.family, given = excluded.given,
                birth_date = excluded.birth_date, gender = excluded.gender, identifier = excluded.identifier,
                sort_key = excluded.sort_key, search_text = excluded.search_text
            """,
            patient.id, patient.family, patient.given, patient.birthDate, patient.gender, patient.identifier,
            SearchText.joined([patient.family, patient.given]),
            SearchText.joined([patient.family, patient.given, patient.identifier ?? "", patient.id]))
        try setWords(of: patient)
    }
}

extension WriteTransaction {
    /// The entry of the directory goes, with its encounters and with who may act for the patient; not what apps were let into.
    /// False if there is no such patient.
    package func deletePatient(_ id: String) throws(StorageError) -> Bool {
        try connection.run("DELETE FROM patients WHERE id = ?1", id) == 1
    }
}

extension StoredPatient {
    init(_ row: borrowing Row) {
        self.init(
            id: row.text(0), family: row.text(1), given: row.text(2), birthDate: row.optionalText(3),
            gender: row.optionalText(4), identifier: row.optionalText(5))
    }
}
