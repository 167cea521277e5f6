/// A FHIR server that an administrator has registered. What the document means is not known here.
package struct StoredFHIRServer: Sendable, Equatable {
    package let id: String
    package let base: String
    /// JSON text.
    package let document: String
    package let createdAt: Int64
    package let updatedAt: Int64
}

extension Schema {
    static let fhirServers: StaticString = """
        CREATE TABLE fhir_servers (
            id TEXT PRIMARY KEY,
            base TEXT NOT NULL UNIQUE,
            document TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}

extension Reading where Self: ~Copyable {
    /// Every one, in the order of their ids.
    package func fhirServers() throws(StorageError) -> [StoredFHIRServer] {
        try connection.all("SELECT id, base, document, created_at, updated_at FROM fhir_servers ORDER BY id") {
            StoredFHIRServer($0)
        }
    }

    package func fhirServer(id: String) throws(StorageError) -> StoredFHIRServer? {
        try connection.first(
            "SELECT id, base, document, created_at, updated_at FROM fhir_servers WHERE id = ?1", id
        ) { StoredFHIRServer($0) }
    }

    package func fhirServer(base: String) throws(StorageError) -> StoredFHIRServer? {
        try connection.first(
            "SELECT id, base, document, created_at, updated_at FROM fhir_servers WHERE base = ?1", base
        ) { StoredFHIRServer($0) }
    }
}

extension WriteTransaction {
    /// `StorageError.conflict` if the id or the base is taken.
    package func insertFHIRServer(
        id: String, base: String, document: String, now: Int64
    ) throws(StorageError) {
        try connection.run(
            "INSERT INTO fhir_servers (id, base, document, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)", id,
            base, document, now)
    }

    /// All but the id and the base, which tokens and addresses hold. False if there is no such FHIR server.
    package func replaceFHIRServer(id: String, document: String, now: Int64) throws(StorageError) -> Bool {
        try connection.run("UPDATE fhir_servers SET document = ?2, updated_at = ?3 WHERE id = ?1", id, document, now)
            == 1
    }

    /// False if there is no such FHIR server.
    package func deleteFHIRServer(id: String) throws(StorageError) -> Bool {
        try connection.run("DELETE FROM fhir_servers WHERE id = ?1", id) == 1
    }
}

extension StoredFHIRServer {
    fileprivate init(_ row: borrowing Row) {
        self.init(
            id: row.text(0), base: row.text(1), document: row.text(2), createdAt: row.integer(3),
            updatedAt: row.integer(4))
    }
}
