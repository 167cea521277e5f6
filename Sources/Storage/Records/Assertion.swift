extension Schema {
    /// The `jti` of every client assertion that was accepted and has not expired. The client chooses it; an index of it, on
    /// disk, would have every assertion write a page of its own. So the rows come one behind the other, and `UsedAssertions`
    /// knows which there are.
    static let assertionsInOrder: StaticString = """
        CREATE TABLE assertions_in_order (
            id INTEGER PRIMARY KEY,
            client_id TEXT NOT NULL,
            jwt_id TEXT NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        INSERT INTO assertions_in_order (client_id, jwt_id, expires_at)
            SELECT client_id, jwt_id, expires_at FROM assertions ORDER BY expires_at;
        DROP TABLE assertions;
        ALTER TABLE assertions_in_order RENAME TO assertions;
        CREATE INDEX assertions_by_expiry ON assertions (expires_at);
        """

    /// As they were before, with an index that made them unique.
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
        DELETE FROM assertions WHERE id IN (
            SELECT id FROM assertions WHERE expires_at <= ?1 - 3600 ORDER BY expires_at LIMIT 500)
        """
}

extension WriteTransaction {
    /// Uses a client's assertion, once (RFC 7523 §3). False: it was used before, or has expired by now.
    package func claimAssertion(
        clientID: String, jwtID: String, expiresAt: Int64, now: Int64
    ) throws(StorageError) -> Bool {
        guard expiresAt > now, try assertions.use(clientID, jwtID, expiresAt, now: now, on: connection) else {
            return false
        }
        try connection.run(
            "INSERT INTO assertions (client_id, jwt_id, expires_at) VALUES (?1, ?2, ?3)", clientID, jwtID, expiresAt)
        return true
    }
}
