extension Schema {
    /// The `jti` of every client assertion that was accepted and has not expired; the table stays small because assertions
    /// live for minutes. The client chooses it, and it falls anywhere in the one index that makes it unique: under a number of
    /// their own the rows and their expiries come one behind the other. (Without it, as in older files, all three are in the
    /// order of that text, and a write costs up to a third more.)
    static let assertions: StaticString = """
        CREATE TABLE assertions (
            id INTEGER PRIMARY KEY,
            client_id TEXT NOT NULL,
            jwt_id TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            UNIQUE (client_id, jwt_id)
        ) STRICT;
        CREATE INDEX assertions_by_expiry ON assertions (expires_at);
        """

    /// An hour late: who was let in just before an assertion expired may come to its claim just after, and by another reading
    /// of the clock. What was used must still be there.
    static let expiredAssertions: StaticString = """
        DELETE FROM assertions WHERE (client_id, jwt_id) IN (
            SELECT client_id, jwt_id FROM assertions WHERE expires_at <= ?1 - 3600 ORDER BY expires_at LIMIT 500)
        """
}

extension WriteTransaction {
    /// Uses a client's assertion, once (RFC 7523 §3). False: it was used before, or has expired by now.
    package func claimAssertion(
        clientID: String, jwtID: String, expiresAt: Int64, now: Int64
    ) throws(StorageError) -> Bool {
        guard expiresAt > now else { return false }
        return try connection.run(
            """
            INSERT INTO assertions (client_id, jwt_id, expires_at) VALUES (?1, ?2, ?3)
            ON CONFLICT (client_id, jwt_id) DO NOTHING
            """, clientID, jwtID, expiresAt) == 1
    }
}
