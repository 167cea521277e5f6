/// An initial access token (RFC 7591 §3): lets whoever has it register so many clients until it expires.
package struct StoredRegistrationToken: Sendable, Equatable {
    package let id: Int64
    package let secretHash: SecretHash
    /// The most that clients registered with it may ask for; nil: no less than the server lets everybody.
    package let scopeLimit: String?
    package let usesLeft: Int64
    package let createdAt: Int64
    package let expiresAt: Int64

    package init(
        id: Int64, secretHash: SecretHash, scopeLimit: String?, usesLeft: Int64, createdAt: Int64, expiresAt: Int64
    ) {
        self.id = id
        self.secretHash = secretHash
        self.scopeLimit = scopeLimit
        self.usesLeft = usesLeft
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

extension Schema {
    static let registrationTokens: StaticString = """
        CREATE TABLE registration_tokens (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
            scope_limit TEXT,
            uses_left INTEGER NOT NULL CHECK (uses_left >= 0),
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX registration_tokens_by_expiry ON registration_tokens (expires_at);
        """

    static let expiredRegistrationTokens: StaticString = """
        DELETE FROM registration_tokens WHERE id IN (
            SELECT id FROM registration_tokens WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 500)
        """
}

extension Reading where Self: ~Copyable {
    /// Used up and expired ones too, while they are kept.
    package func registrationToken(_ id: Int64) throws(StorageError) -> StoredRegistrationToken? {
        try connection.first(
            """
            SELECT id, secret_hash, scope_limit, uses_left, created_at, expires_at FROM registration_tokens
            WHERE id = ?1
            """, id
        ) { (row) throws(StorageError) in try StoredRegistrationToken(row) }
    }

    /// In the order they were made, those after `after`.
    package func registrationTokens(
        after: Int64?, limit: Int
    ) throws(StorageError) -> [StoredRegistrationToken] {
        try connection.all(
            """
            SELECT id, secret_hash, scope_limit, uses_left, created_at, expires_at FROM registration_tokens
            WHERE id > ?1 ORDER BY id LIMIT ?2
            """, after ?? 0, page(limit)
        ) { (row) throws(StorageError) in try StoredRegistrationToken(row) }
    }
}

extension WriteTransaction {
    package func insertRegistrationToken(
        secretHash: SecretHash, scopeLimit: String?, uses: Int64, now: Int64, expiresAt: Int64
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            """
            INSERT INTO registration_tokens (secret_hash, scope_limit, uses_left, created_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5)
            """, secretHash, scopeLimit, uses, now, expiresAt)
    }

    /// Takes one use. nil: no such, expired, used up, or not its secret.
    package func claimRegistrationToken(
        id: Int64, hash: SecretHash, now: Int64
    ) throws(StorageError) -> StoredRegistrationToken? {
        guard let found = try registrationToken(id), found.secretHash == hash,
            try connection.run(
                """
                UPDATE registration_tokens SET uses_left = uses_left - 1
                WHERE id = ?1 AND uses_left > 0 AND expires_at > ?2
                """, id, now) == 1
        else { return nil }
        return try registrationToken(id)
    }

    /// False if there is no such token.
    package func deleteRegistrationToken(_ id: Int64) throws(StorageError) -> Bool {
        try connection.run("DELETE FROM registration_tokens WHERE id = ?1", id) == 1
    }
}

extension StoredRegistrationToken {
    fileprivate init(_ row: borrowing Row) throws(StorageError) {
        self.init(
            id: row.integer(0), secretHash: try row.hash(1), scopeLimit: row.optionalText(2),
            usesLeft: row.integer(3), createdAt: row.integer(4), expiresAt: row.integer(5))
    }
}
