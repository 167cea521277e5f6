/// An opaque access token: what a JWT would carry itself is kept here, under the hash of its secret. The row never changes;
/// its grant's row carries its fate.
package struct StoredAccessToken: Sendable, Equatable {
    package let id: Int64
    package let secretHash: SecretHash
    package let grantID: Int64
    /// JSON text: the claims of RFC 9068.
    package let claims: String
    package let expiresAt: Int64
    /// When its grant ends; nil if that was revoked or is gone.
    package let grantEnd: Int64?
}

extension Schema {
    static let accessTokens: StaticString = """
        CREATE TABLE access_tokens (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
            grant_id INTEGER NOT NULL,
            claims TEXT NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);
        """

    static let expiredAccessTokens: StaticString = """
        DELETE FROM access_tokens WHERE id IN (
            SELECT id FROM access_tokens WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 500)
        """
}

extension Reading where Self: ~Copyable {
    /// Expired ones too, while they are kept.
    package func accessToken(_ id: Int64) throws(StorageError) -> StoredAccessToken? {
        try connection.first(
            """
            SELECT token.id, token.secret_hash, token.grant_id, token.claims, token.expires_at, live.expires_at
            FROM access_tokens AS token LEFT JOIN grants AS live ON live.id = token.grant_id AND live.revoked_at IS NULL
            WHERE token.id = ?1
            """, id
        ) { (row) throws(StorageError) in
            StoredAccessToken(
                id: row.integer(0), secretHash: try row.hash(1), grantID: row.integer(2), claims: row.text(3),
                expiresAt: row.integer(4), grantEnd: row.optionalInteger(5))
        }
    }
}

extension WriteTransaction {
    package func insertAccessToken(
        secretHash: SecretHash, grantID: Int64, claims: String, expiresAt: Int64
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            "INSERT INTO access_tokens (secret_hash, grant_id, claims, expires_at) VALUES (?1, ?2, ?3, ?4)",
            secretHash, grantID, claims, expiresAt)
    }
}
