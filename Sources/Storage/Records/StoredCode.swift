/// An authorization code (RFC 6749 §4.1.2).
package struct StoredCode: Sendable, Equatable {
    package let id: Int64
    package let secretHash: SecretHash
    package let grantID: Int64
    package let clientID: String
    package let redirectURI: String
    package let codeChallenge: String
    package let createdAt: Int64
    package let expiresAt: Int64
    package let usedAt: Int64?

    package init(
        id: Int64, secretHash: SecretHash, grantID: Int64, clientID: String, redirectURI: String,
        codeChallenge: String, createdAt: Int64, expiresAt: Int64, usedAt: Int64?
    ) {
        self.id = id
        self.secretHash = secretHash
        self.grantID = grantID
        self.clientID = clientID
        self.redirectURI = redirectURI
        self.codeChallenge = codeChallenge
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }
}

/// What became of an attempt to use a code.
package enum CodeClaim: Sendable, Equatable {
    /// It is the caller's, and nobody else's.
    case claimed(StoredCode)
    /// The right secret for the second time: revoke the grant (RFC 6749 §4.1.2).
    case alreadyUsed(StoredCode)
    /// No such code, expired, not its secret, or its grant is revoked.
    case none
}

extension Schema {
    static let codes: StaticString = """
        CREATE TABLE codes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
            grant_id INTEGER NOT NULL,
            client_id TEXT NOT NULL,
            redirect_uri TEXT NOT NULL,
            code_challenge TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            used_at INTEGER
        ) STRICT;
        CREATE INDEX codes_by_expiry ON codes (expires_at);
        """

    /// Kept for a day longer: the second use of a code must still be recognised.
    static let expiredCodes: StaticString = """
        DELETE FROM codes WHERE id IN (
            SELECT id FROM codes WHERE expires_at <= ?1 - 86400 ORDER BY expires_at LIMIT 500)
        """
}

extension WriteTransaction {
    package func insertCode(
        secretHash: SecretHash, grantID: Int64, clientID: String, redirectURI: String, codeChallenge: String,
        now: Int64, expiresAt: Int64
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            """
            INSERT INTO codes
                (secret_hash, grant_id, client_id, redirect_uri, code_challenge, created_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """, secretHash, grantID, clientID, redirectURI, codeChallenge, now, expiresAt)
    }

    /// Uses the code, once, while its grant lives.
    package func claimCode(id: Int64, hash: SecretHash, now: Int64) throws(StorageError) -> CodeClaim {
        guard let found = try code(id), found.secretHash == hash else { return .none }
        let claimed = try connection.run(
            """
            UPDATE codes SET used_at = ?2 WHERE id = ?1 AND used_at IS NULL AND expires_at > ?2
                AND EXISTS (SELECT 1 FROM grants WHERE grants.id = grant_id AND revoked_at IS NULL
                    AND grants.expires_at > ?2)
            """, id, now)
        if claimed == 1, let code = try code(id) { return .claimed(code) }
        return found.usedAt == nil ? .none : .alreadyUsed(found)
    }
}

extension Reading where Self: ~Copyable {
    func code(_ id: Int64) throws(StorageError) -> StoredCode? {
        try connection.first(
            """
            SELECT id, secret_hash, grant_id, client_id, redirect_uri, code_challenge, created_at, expires_at, used_at
            FROM codes WHERE id = ?1
            """, id
        ) { (row) throws(StorageError) in try StoredCode(row) }
    }
}

extension StoredCode {
    fileprivate init(_ row: borrowing Row) throws(StorageError) {
        self.init(
            id: row.integer(0), secretHash: try row.hash(1), grantID: row.integer(2), clientID: row.text(3),
            redirectURI: row.text(4), codeChallenge: row.text(5), createdAt: row.integer(6),
            expiresAt: row.integer(7), usedAt: row.optionalInteger(8))
    }
}
