/// A creation that may be asked for again by who heard no answer: what it was, and what came of it.
package struct StoredCreation: Sendable, Equatable {
    /// Of the request, so that no key is used for two different ones.
    package let fingerprint: SecretHash
    /// nil: it was begun and has not ended, or the server was stopped in the middle.
    package let answer: Answer?

    package struct Answer: Sendable, Equatable {
        package let status: Int
        /// Without what is shown once.
        package let body: String

        package init(status: Int, body: String) {
            self.status = status
            self.body = body
        }
    }
}

extension Schema {
    static let idempotencyKeys: StaticString = """
        CREATE TABLE idempotency_keys (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            caller TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
            status INTEGER,
            body TEXT,
            expires_at INTEGER NOT NULL,
            UNIQUE (caller, key)
        ) STRICT;
        CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
        """

    static let expiredIdempotencyKeys: StaticString = """
        DELETE FROM idempotency_keys WHERE id IN (
            SELECT id FROM idempotency_keys WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 500)
        """
}

extension WriteTransaction {
    /// Takes the key for a request of this caller. nil: it is theirs now; else what it was taken for before.
    package func claimIdempotencyKey(
        _ key: String, caller: String, fingerprint: SecretHash, now: Int64, expiresAt: Int64
    ) throws(StorageError) -> StoredCreation? {
        let known = try connection.first(
            "SELECT fingerprint, status, body, expires_at FROM idempotency_keys WHERE caller = ?1 AND key = ?2", caller,
            key
        ) { (row) throws(StorageError) in (try row.hash(0), row.optionalInteger(1), row.optionalText(2), row.integer(3))
        }
        if let (fingerprint, status, body, end) = known, end > now {
            let answer = status.flatMap { status in
                body.map { StoredCreation.Answer(status: Int(clamping: status), body: $0) }
            }
            return StoredCreation(fingerprint: fingerprint, answer: answer)
        }
        try connection.run("DELETE FROM idempotency_keys WHERE caller = ?1 AND key = ?2", caller, key)
        try connection.run(
            "INSERT INTO idempotency_keys (caller, key, fingerprint, expires_at) VALUES (?1, ?2, ?3, ?4)",
            caller, key, fingerprint, expiresAt)
        return nil
    }

    /// Whether there are more than so many of the caller's.
    package func hasIdempotencyKeys(beyond most: Int, caller: String) throws(StorageError) -> Bool {
        try connection.first("SELECT 1 FROM idempotency_keys WHERE caller = ?1 LIMIT 1 OFFSET ?2", caller, Int64(most))
        {
            _ in true
        } ?? false
    }

    /// The request was answered so.
    package func keepAnswer(
        _ answer: StoredCreation.Answer, ofIdempotencyKey key: String, caller: String
    ) throws(StorageError) {
        try connection.run(
            "UPDATE idempotency_keys SET status = ?3, body = ?4 WHERE caller = ?1 AND key = ?2", caller, key,
            Int64(answer.status), answer.body)
    }

    /// The request was refused, and changed nothing: it may be mended and sent again.
    package func releaseIdempotencyKey(_ key: String, caller: String) throws(StorageError) {
        try connection.run("DELETE FROM idempotency_keys WHERE caller = ?1 AND key = ?2", caller, key)
    }
}
