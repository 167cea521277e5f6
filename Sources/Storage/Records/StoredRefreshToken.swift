/// One refresh token of a family; the family is the grant.
package struct StoredRefreshToken: Sendable, Equatable {
    package let id: Int64
    package let secretHash: SecretHash
    package let grantID: Int64
    /// Counts the rotations of the family.
    package let generation: Int64
    package let createdAt: Int64
    package let expiresAt: Int64
    package let usedAt: Int64?
    /// The token that replaced it, sealed, for a client that did not get the answer; gone after the window of grace.
    package let successor: [UInt8]?

    package init(
        id: Int64, secretHash: SecretHash, grantID: Int64, generation: Int64, createdAt: Int64, expiresAt: Int64,
        usedAt: Int64?, successor: [UInt8]?
    ) {
        self.id = id
        self.secretHash = secretHash
        self.grantID = grantID
        self.generation = generation
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
        self.successor = successor
    }
}

/// What became of an attempt to use a refresh token.
package enum RefreshClaim: Sendable, Equatable {
    /// It is the caller's, and nobody else's.
    case claimed(StoredRefreshToken)
    /// The right secret for the second time: its successor within the window of grace, else the family is revoked.
    case alreadyUsed(StoredRefreshToken)
    /// No such token, expired, not its secret, or its grant is revoked.
    case none
}

extension Schema {
    static let refreshTokens: StaticString = """
        CREATE TABLE refresh_tokens (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
            grant_id INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            used_at INTEGER,
            successor BLOB
        ) STRICT;
        CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);
        CREATE INDEX refresh_tokens_by_use ON refresh_tokens (used_at) WHERE successor IS NOT NULL;
        """

    static let expiredRefreshTokens: StaticString = """
        DELETE FROM refresh_tokens WHERE id IN (
            SELECT id FROM refresh_tokens WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 500)
        """

    /// No window of grace is longer than 120 s; after it nobody may get the sealed successor any more.
    static let expiredSuccessors: StaticString = """
        UPDATE refresh_tokens SET successor = NULL WHERE id IN (
            SELECT id FROM refresh_tokens WHERE successor IS NOT NULL AND used_at <= ?1 - 120
            ORDER BY used_at LIMIT 500)
        """
}

extension Reading where Self: ~Copyable {
    /// Used and expired ones too, while they are kept: for revocation and introspection.
    package func refreshToken(_ id: Int64) throws(StorageError) -> StoredRefreshToken? {
        try connection.first(
            """
            SELECT id, secret_hash, grant_id, generation, created_at, expires_at, used_at, successor
            FROM refresh_tokens WHERE id = ?1
            """, id
        ) { (row) throws(StorageError) in try StoredRefreshToken(row) }
    }
}

extension WriteTransaction {
    package func insertRefreshToken(
        secretHash: SecretHash, grantID: Int64, generation: Int64, now: Int64, expiresAt: Int64
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            """
            INSERT INTO refresh_tokens (secret_hash, grant_id, generation, created_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5)
            """, secretHash, grantID, generation, now, expiresAt)
    }

    /// Uses the token, once, while its grant lives.
    package func claimRefreshToken(id: Int64, hash: SecretHash, now: Int64) throws(StorageError) -> RefreshClaim {
        guard let found = try refreshToken(id), found.secretHash == hash else { return .none }
        let claimed = try connection.run(
            """
            UPDATE refresh_tokens SET used_at = ?2 WHERE id = ?1 AND used_at IS NULL AND expires_at > ?2
                AND EXISTS (SELECT 1 FROM grants WHERE grants.id = grant_id AND revoked_at IS NULL
                    AND grants.expires_at > ?2)
            """, id, now)
        if claimed == 1, let token = try refreshToken(id) { return .claimed(token) }
        return found.usedAt == nil ? .none : .alreadyUsed(found)
    }

    /// Keeps the replacing token, sealed, with the used one. False if that is not used.
    package func setSuccessor(id: Int64, sealed: [UInt8]) throws(StorageError) -> Bool {
        try connection.run(
            "UPDATE refresh_tokens SET successor = ?2 WHERE id = ?1 AND used_at IS NOT NULL", id, sealed) == 1
    }
}

extension StoredRefreshToken {
    fileprivate init(_ row: borrowing Row) throws(StorageError) {
        self.init(
            id: row.integer(0), secretHash: try row.hash(1), grantID: row.integer(2), generation: row.integer(3),
            createdAt: row.integer(4), expiresAt: row.integer(5), usedAt: row.optionalInteger(6),
            successor: row.optionalBlob(7))
    }
}
