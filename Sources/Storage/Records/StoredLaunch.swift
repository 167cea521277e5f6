/// A launch the EHR has opened, with the context the app will get (SMART App Launch §2.0.8).
package struct StoredLaunch: Sendable, Equatable {
    package let id: Int64
    package let secretHash: SecretHash
    package let clientID: String
    package let userID: Int64?
    package let audience: String
    /// JSON text.
    package let context: String
    package let createdAt: Int64
    package let expiresAt: Int64
    package let usedAt: Int64?

    package init(
        id: Int64, secretHash: SecretHash, clientID: String, userID: Int64?, audience: String, context: String,
        createdAt: Int64, expiresAt: Int64, usedAt: Int64?
    ) {
        self.id = id
        self.secretHash = secretHash
        self.clientID = clientID
        self.userID = userID
        self.audience = audience
        self.context = context
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }
}

extension Schema {
    static let launches: StaticString = """
        CREATE TABLE launches (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
            client_id TEXT NOT NULL,
            user_id INTEGER REFERENCES users (id),
            audience TEXT NOT NULL,
            context TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            used_at INTEGER
        ) STRICT;
        CREATE INDEX launches_by_expiry ON launches (expires_at);
        """

    static let expiredLaunches: StaticString = """
        DELETE FROM launches WHERE id IN (
            SELECT id FROM launches WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 500)
        """
}

extension Reading where Self: ~Copyable {
    /// Used and expired ones too, while they are kept.
    package func launch(_ id: Int64) throws(StorageError) -> StoredLaunch? {
        try connection.first(
            """
            SELECT id, secret_hash, client_id, user_id, audience, context, created_at, expires_at, used_at
            FROM launches WHERE id = ?1
            """, id
        ) { (row) throws(StorageError) in try StoredLaunch(row) }
    }
}

extension Reading where Self: ~Copyable {
    /// Those that wait for their app, oldest first, after the one with the number `after`; of one app, or of all.
    package func openLaunches(
        clientID: String?, after: Int64?, limit: Int, now: Int64
    ) throws(StorageError) -> [StoredLaunch] {
        try connection.all(
            """
            SELECT id, secret_hash, client_id, user_id, audience, context, created_at, expires_at, used_at FROM launches
            WHERE id > ?1 AND used_at IS NULL AND expires_at > ?2 AND (?3 IS NULL OR client_id = ?3)
            ORDER BY id LIMIT ?4
            """, after ?? 0, now, clientID, page(limit)
        ) { (row) throws(StorageError) in try StoredLaunch(row) }
    }
}

extension WriteTransaction {
    /// False if there is no such launch that waits.
    package func withdrawLaunch(_ id: Int64, now: Int64) throws(StorageError) -> Bool {
        try connection.run("DELETE FROM launches WHERE id = ?1 AND used_at IS NULL AND expires_at > ?2", id, now) == 1
    }

    package func insertLaunch(
        secretHash: SecretHash, clientID: String, userID: Int64?, audience: String, context: String, now: Int64,
        expiresAt: Int64
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            """
            INSERT INTO launches (secret_hash, client_id, user_id, audience, context, created_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """, secretHash, clientID, userID, audience, context, now, expiresAt)
    }

    /// Uses the launch, once and by the app it was opened for. nil: no such, used, expired, another's, or not its secret.
    package func claimLaunch(
        id: Int64, hash: SecretHash, clientID: String, now: Int64
    ) throws(StorageError) -> StoredLaunch? {
        guard let found = try launch(id), found.secretHash == hash, found.clientID == clientID,
            try connection.run(
                "UPDATE launches SET used_at = ?2 WHERE id = ?1 AND used_at IS NULL AND expires_at > ?2", id, now) == 1
        else { return nil }
        return try launch(id)
    }
}

extension StoredLaunch {
    fileprivate init(_ row: borrowing Row) throws(StorageError) {
        self.init(
            id: row.integer(0), secretHash: try row.hash(1), clientID: row.text(2), userID: row.optionalInteger(3),
            audience: row.text(4), context: row.text(5), createdAt: row.integer(6), expiresAt: row.integer(7),
            usedAt: row.optionalInteger(8))
    }
}
