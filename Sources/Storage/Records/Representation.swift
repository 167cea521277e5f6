extension Schema {
    /// Whom a person may act for: a parent for a child.
    static let representations: StaticString = """
        CREATE TABLE representations (
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            patient_id TEXT NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
            PRIMARY KEY (user_id, patient_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX representations_by_patient ON representations (patient_id);
        """
}

extension Reading where Self: ~Copyable {
    /// In the order of their names.
    package func representedPatients(userID: Int64) throws(StorageError) -> [StoredPatient] {
        try connection.all(
            """
            SELECT p.id, p.family, p.given, p.birth_date, p.gender, p.identifier
            FROM representations r JOIN patients p ON p.id = r.patient_id
            WHERE r.user_id = ?1 ORDER BY p.sort_key, p.id
            """, userID
        ) { StoredPatient($0) }
    }

    package func represents(userID: Int64, patientID: String) throws(StorageError) -> Bool {
        try connection.first(
            "SELECT 1 FROM representations WHERE user_id = ?1 AND patient_id = ?2", userID, patientID
        ) { _ in true } ?? false
    }
}

extension WriteTransaction {
    /// Replaces the whole list. `StorageError.conflict` if the user or one of the patients does not exist.
    package func setRepresentedPatients(userID: Int64, _ patientIDs: [String]) throws(StorageError) {
        try connection.run("DELETE FROM representations WHERE user_id = ?1", userID)
        for id in patientIDs {
            try connection.run(
                "INSERT INTO representations (user_id, patient_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING", userID, id)
        }
    }
}
