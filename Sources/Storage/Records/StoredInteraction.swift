/// An authorization request between its arrival and its answer: signing in, picking a patient, consenting.
package struct StoredInteraction: Sendable, Equatable {
    package let id: Int64
    package let secretHash: SecretHash
    /// Of the cookie of the browser that began it; no other may go on with it.
    package let browserHash: SecretHash
    package let sessionID: Int64?
    package let clientID: String
    /// JSON text.
    package let state: String
    package let createdAt: Int64
    package let expiresAt: Int64
    package let usedAt: Int64?

    package init(
        id: Int64, secretHash: SecretHash, browserHash: SecretHash, sessionID: Int64?, clientID: String, state: String,
        createdAt: Int64, expiresAt: Int64, usedAt: Int64?
    ) {
        self.id = id
        self.secretHash = secretHash
        self.browserHash = browserHash
        self.sessionID = sessionID
        self.clientID = clientID
        self.state = state
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }
}

extension Schema {
    static let interactions: StaticString = """
        CREATE TABLE interactions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
            browser_hash BLOB NOT NULL CHECK (length(browser_hash) = 32),
            session_id INTEGER,
            client_id TEXT NOT NULL,
            state TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            used_at INTEGER
        ) STRICT;
        CREATE INDEX interactions_by_expiry ON interactions (expires_at);
        """

    static let expiredInteractions: StaticString = """
        DELETE FROM interactions WHERE id IN (
            SELECT id FROM interactions WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 500)
        """
}

extension Reading where Self: ~Copyable {
    /// Used and expired ones too, while they are kept.
    package func interaction(_ id: Int64) throws(StorageError) -> StoredInteraction? {
        try connection.first(
            """
            SELECT id, secret_hash, browser_hash, session_id, client_id, state, created_at, expires_at, used_at
            FROM interactions WHERE id = ?1
            """, id
        ) { (row) throws(StorageError) in try StoredInteraction(row) }
    }
}

extension WriteTransaction {
    package func insertInteraction(
        secretHash: SecretHash, browserHash: SecretHash, sessionID: Int64?, clientID: String, state: String, now: Int64,
        expiresAt: Int64
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            """
            INSERT INTO interactions
                (secret_hash, browser_hash, session_id, client_id, state, created_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """, secretHash, browserHash, sessionID, clientID, state, now, expiresAt)
    }

    /// Keeps what the person has done so far. False once the interaction is used or expired.
    package func updateInteraction(
        id: Int64, state: String, sessionID: Int64?, now: Int64
    ) throws(StorageError) -> Bool {
        try connection.run(
            """
            UPDATE interactions SET state = ?2, session_id = ?3
            WHERE id = ?1 AND used_at IS NULL AND expires_at > ?4
            """, id, state, sessionID, now) == 1
    }

    /// Uses the interaction, once. nil: no such, used, expired, or not its secret.
    package func claimInteraction(id: Int64, hash: SecretHash, now: Int64) throws(StorageError) -> StoredInteraction? {
        guard let found = try interaction(id), found.secretHash == hash,
            try connection.run(
                "UPDATE interactions SET used_at = ?2 WHERE id = ?1 AND used_at IS NULL AND expires_at > ?2", id, now)
                == 1
        else { return nil }
        return try interaction(id)
    }
}

extension StoredInteraction {
    fileprivate init(_ row: borrowing Row) throws(StorageError) {
        self.init(
            id: row.integer(0), secretHash: try row.hash(1), browserHash: try row.hash(2),
            sessionID: row.optionalInteger(3), clientID: row.text(4), state: row.text(5), createdAt: row.integer(6),
            expiresAt: row.integer(7), usedAt: row.optionalInteger(8))
    }
}
