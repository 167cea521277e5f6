/// A registered client. What its metadata means is not known here.
package struct StoredClient: Sendable, Equatable {
    package let id: String
    /// JSON text.
    package let metadata: String
    package let createdAt: Int64
    package let updatedAt: Int64
    package let disabledAt: Int64?
    package let secrets: [StoredSecret]
    package let standing: ClientStanding
    /// When the document that its id is the address of was last seen to hold; nil for a client that came in another way.
    package let documentSeenAt: Int64?

    package init(
        id: String, metadata: String, createdAt: Int64, updatedAt: Int64, disabledAt: Int64?, secrets: [StoredSecret],
        standing: ClientStanding = .administered, documentSeenAt: Int64? = nil
    ) {
        self.id = id
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.disabledAt = disabledAt
        self.secrets = secrets
        self.standing = standing
        self.documentSeenAt = documentSeenAt
    }

    /// A client that is disabled or waits for approval can do nothing.
    package var isEnabled: Bool { disabledAt == nil && standing != .waiting }
}

extension Schema {
    static let clients: StaticString = """
        CREATE TABLE clients (
            id TEXT PRIMARY KEY,
            metadata TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            disabled_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE client_secrets (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
            verifier TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER
        ) STRICT;
        CREATE INDEX client_secrets_by_client ON client_secrets (client_id);
        """
}

extension Reading where Self: ~Copyable {
    package func client(_ id: String) throws(StorageError) -> StoredClient? {
        let secrets = try clientSecrets(id)
        return try connection.first(
            """
            SELECT id, metadata, created_at, updated_at, disabled_at, standing,
                (SELECT seen_at FROM client_documents WHERE client_id = clients.id)
            FROM clients WHERE id = ?1
            """, id
        ) { (row) throws(StorageError) in try StoredClient(row, secrets: secrets) }
    }

    /// Whether there is such a client, nobody has disabled it, and it waits for nobody.
    package func isClientEnabled(_ id: String) throws(StorageError) -> Bool {
        try connection.first(
            "SELECT 1 FROM clients WHERE id = ?1 AND disabled_at IS NULL AND standing <> 'waiting'", id
        ) { _ in true } ?? false
    }

    /// In the order of their ids, those after `after`.
    package func clients(after: String?, limit: Int) throws(StorageError) -> [StoredClient] {
        let ids = try connection.all(
            "SELECT id FROM clients WHERE id > ?1 ORDER BY id LIMIT ?2", after ?? "", page(limit)
        ) { $0.text(0) }
        return try clients(ids)
    }

    /// The same, of those alone whose metadata has a member of that name.
    package func clients(
        withMember name: String, after: String?, limit: Int
    ) throws(StorageError) -> [StoredClient] {
        let ids = try connection.all(
            """
            SELECT id FROM clients
            WHERE id > ?1 AND iif(json_valid(metadata), EXISTS (SELECT 1 FROM json_each(metadata) WHERE key = ?3), 0)
            ORDER BY id LIMIT ?2
            """, after ?? "", page(limit), name
        ) { $0.text(0) }
        return try clients(ids)
    }

    private func clients(_ ids: [String]) throws(StorageError) -> [StoredClient] {
        var clients: [StoredClient] = []
        for id in ids {
            if let client = try client(id) { clients.append(client) }
        }
        return clients
    }
}

extension WriteTransaction {
    /// `StorageError.conflict` if the id is taken.
    package func insertClient(
        id: String, metadata: String, secretVerifiers: [String], standing: ClientStanding = .administered, now: Int64
    ) throws(StorageError) {
        try connection.run(
            "INSERT INTO clients (id, metadata, created_at, updated_at, standing) VALUES (?1, ?2, ?3, ?3, ?4)", id,
            metadata, now, standing.rawValue)
        for verifier in secretVerifiers {
            _ = try addClientSecret(clientID: id, verifier: verifier, expiresAt: nil, now: now)
        }
    }

    /// Replaces the metadata; the secrets stay. People agreed to the client as it was, so they are asked again (AZ-20), and
    /// whoever is being asked just now begins anew (AZ-19). False if there is no such client.
    package func replaceClient(id: String, metadata: String, now: Int64) throws(StorageError) -> Bool {
        try deleteConsents(clientID: id)
        try connection.run("DELETE FROM interactions WHERE client_id = ?1", id)
        return try connection.run(
            "UPDATE clients SET metadata = ?2, updated_at = ?3, name_key = NULL WHERE id = ?1", id, metadata, now) == 1
    }

    /// With the client go its secrets, consents, launches and interactions; its grants are revoked, and with them its
    /// codes and refresh tokens; its roles end. False if there is no such client.
    package func deleteClient(_ id: String, now: Int64) throws(StorageError) -> Bool {
        guard try connection.run("DELETE FROM clients WHERE id = ?1", id) == 1 else { return false }
        try endEverything(ofClient: id, reason: "client deleted", now: now)
        try endRoleAssignments(of: .client(id), by: nil, reason: "client deleted", now: now)
        return true
    }

    /// Disabling ends what the client holds, as deleting does; enabling brings none of it back. False if there is no such
    /// client.
    package func setClientDisabled(_ id: String, _ isDisabled: Bool, now: Int64) throws(StorageError) -> Bool {
        let time = isDisabled ? now : nil
        guard
            try connection.run(
                """
                UPDATE clients SET updated_at = ?3,
                    disabled_at = CASE WHEN ?2 IS NULL THEN NULL ELSE coalesce(disabled_at, ?2) END
                WHERE id = ?1
                """, id, time, now) == 1
        else { return false }
        if isDisabled { try endEverything(ofClient: id, reason: "client disabled", now: now) }
        return true
    }

    /// Its grants are revoked; its consents, launches and interactions go.
    package func endEverything(ofClient id: String, reason: String, now: Int64) throws(StorageError) {
        _ = try revokeGrants(clientID: id, reason: reason, now: now)
        try deleteConsents(clientID: id)
        try connection.run("DELETE FROM launches WHERE client_id = ?1", id)
        try connection.run("DELETE FROM interactions WHERE client_id = ?1", id)
    }
}

extension StoredClient {
    fileprivate init(_ row: borrowing Row, secrets: [StoredSecret]) throws(StorageError) {
        // What cannot be read must not pass for a client that somebody stands behind.
        guard let standing = ClientStanding(rawValue: row.text(5)) else {
            throw .corrupt("the standing of a client cannot be read")
        }
        self.init(
            id: row.text(0), metadata: row.text(1), createdAt: row.integer(2), updatedAt: row.integer(3),
            disabledAt: row.optionalInteger(4), secrets: secrets, standing: standing,
            documentSeenAt: row.optionalInteger(6))
    }
}
