/// The registration of a client that registered itself (RFC 7591): what its own changes are held to (RFC 7592).
package struct StoredRegistration: Sendable, Equatable {
    package let id: Int64
    package let clientID: String
    /// Of the registration access token.
    package let secretHash: SecretHash
    /// The most that its initial access token let it ask for; nil: no less than the server lets everybody.
    package let scopeLimit: String?
    /// As it was presented (RFC 7591 §2.3).
    package let softwareStatement: String?

    package init(
        id: Int64, clientID: String, secretHash: SecretHash, scopeLimit: String?, softwareStatement: String?
    ) {
        self.id = id
        self.clientID = clientID
        self.secretHash = secretHash
        self.scopeLimit = scopeLimit
        self.softwareStatement = softwareStatement
    }
}

extension Schema {
    static let registrations: StaticString = """
        CREATE TABLE registrations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            client_id TEXT NOT NULL UNIQUE REFERENCES clients (id) ON DELETE CASCADE,
            secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
            scope_limit TEXT,
            software_statement TEXT
        ) STRICT;
        """
}

extension Reading where Self: ~Copyable {
    package func registration(_ id: Int64) throws(StorageError) -> StoredRegistration? {
        try connection.first(
            "SELECT id, client_id, secret_hash, scope_limit, software_statement FROM registrations WHERE id = ?1", id
        ) { (row) throws(StorageError) in
            StoredRegistration(
                id: row.integer(0), clientID: row.text(1), secretHash: try row.hash(2),
                scopeLimit: row.optionalText(3), softwareStatement: row.optionalText(4))
        }
    }
}

extension WriteTransaction {
    /// `StorageError.conflict` if there is no such client, or it has a registration already.
    package func insertRegistration(
        clientID: String, secretHash: SecretHash, scopeLimit: String?, softwareStatement: String?
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            """
            INSERT INTO registrations (client_id, secret_hash, scope_limit, software_statement)
            VALUES (?1, ?2, ?3, ?4)
            """, clientID, secretHash, scopeLimit, softwareStatement)
    }

    /// Replaces the registration access token. False if `old` is not the present one: somebody else was faster.
    package func rotateRegistration(
        _ id: Int64, from old: SecretHash, to new: SecretHash, softwareStatement: String?
    ) throws(StorageError) -> Bool {
        guard let found = try registration(id), found.secretHash == old else { return false }
        return try connection.run(
            "UPDATE registrations SET secret_hash = ?2, software_statement = ?3 WHERE id = ?1", id, new,
            softwareStatement) == 1
    }
}
