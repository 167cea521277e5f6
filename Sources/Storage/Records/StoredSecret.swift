/// What a client's secret is checked against. A client may have two while one replaces the other.
package struct StoredSecret: Sendable, Equatable {
    package let id: Int64
    package let verifier: String
    package let createdAt: Int64
    package let expiresAt: Int64?

    package init(id: Int64, verifier: String, createdAt: Int64, expiresAt: Int64?) {
        self.id = id
        self.verifier = verifier
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

extension Reading where Self: ~Copyable {
    /// Oldest first.
    package func clientSecrets(_ clientID: String) throws(StorageError) -> [StoredSecret] {
        try connection.all(
            "SELECT id, verifier, created_at, expires_at FROM client_secrets WHERE client_id = ?1 ORDER BY id", clientID
        ) {
            StoredSecret(
                id: $0.integer(0), verifier: $0.text(1), createdAt: $0.integer(2), expiresAt: $0.optionalInteger(3))
        }
    }
}

extension WriteTransaction {
    /// `StorageError.conflict` if there is no such client.
    package func addClientSecret(
        clientID: String, verifier: String, expiresAt: Int64?, now: Int64
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            "INSERT INTO client_secrets (client_id, verifier, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
            clientID, verifier, now, expiresAt)
    }

    /// Lets a secret that is being replaced work until `expiresAt`. False if the client has no such secret.
    package func expireClientSecret(_ id: Int64, clientID: String, expiresAt: Int64) throws(StorageError) -> Bool {
        try connection.run(
            "UPDATE client_secrets SET expires_at = ?3 WHERE id = ?1 AND client_id = ?2", id, clientID, expiresAt) == 1
    }

    /// False if the client has no such secret.
    package func deleteClientSecret(_ id: Int64, clientID: String) throws(StorageError) -> Bool {
        try connection.run("DELETE FROM client_secrets WHERE id = ?1 AND client_id = ?2", id, clientID) == 1
    }
}
