/// A client that has yet to be told of the end of a session (OpenID Connect Back-Channel Logout 1.0): a row of the outbox.
/// Written in the transaction that ends the session and deleted once the client has taken it, so that neither a crash
/// nor a client that is down loses one.
package struct LogoutNotice: Sendable, Equatable {
    package let id: Int64
    package let clientID: String
    package let sub: String
    package let sid: String
    package let createdAt: Int64
    /// Deliveries that failed.
    package let attempts: Int64

    package init(id: Int64, clientID: String, sub: String, sid: String, createdAt: Int64, attempts: Int64) {
        self.id = id
        self.clientID = clientID
        self.sub = sub
        self.sid = sid
        self.createdAt = createdAt
        self.attempts = attempts
    }
}

extension Schema {
    static let logoutNotices: StaticString = """
        CREATE TABLE logout_notices (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
            sub TEXT NOT NULL,
            sid TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX logout_notices_by_time ON logout_notices (next_at);
        CREATE INDEX logout_notices_by_client ON logout_notices (client_id);
        """
}

extension Reading where Self: ~Copyable {
    /// Of each client that has any, the oldest notice that is due.
    package func dueLogoutNotices(now: Int64) throws(StorageError) -> [LogoutNotice] {
        try connection.all(
            """
            SELECT min(id), client_id, sub, sid, created_at, attempts FROM logout_notices
            WHERE next_at <= ?1 GROUP BY client_id ORDER BY 1 LIMIT 1000
            """, now
        ) {
            LogoutNotice(
                id: $0.integer(0), clientID: $0.text(1), sub: $0.text(2), sid: $0.text(3), createdAt: $0.integer(4),
                attempts: $0.integer(5))
        }
    }

    /// How many have not been delivered yet.
    package func logoutNoticesWaiting() throws(StorageError) -> Int64 {
        try connection.first("SELECT count(*) FROM logout_notices") { $0.integer(0) } ?? 0
    }
}

extension WriteTransaction {
    /// One notice for each client of the session that wants one.
    func insertLogoutNotices(sessionID: Int64, now: Int64) throws(StorageError) {
        try connection.run(
            """
            INSERT INTO logout_notices (client_id, sub, sid, created_at, next_at)
            SELECT c.client_id, u.sub, c.sid, ?2, ?2
            FROM session_clients c JOIN sessions s ON s.id = c.session_id JOIN users u ON u.id = s.user_id
            WHERE c.session_id = ?1 AND c.is_notified = 1
            """, sessionID, now)
    }

    /// Delivered, or given up.
    package func deleteLogoutNotice(_ id: Int64) throws(StorageError) {
        try connection.run("DELETE FROM logout_notices WHERE id = ?1", id)
    }

    /// A delivery failed: the client's other notices wait too, for there is no use in trying them in turn.
    package func postponeLogoutNotice(_ id: Int64, clientID: String, until time: Int64) throws(StorageError) {
        try connection.run("UPDATE logout_notices SET attempts = attempts + 1 WHERE id = ?1", id)
        try connection.run(
            "UPDATE logout_notices SET next_at = max(next_at, ?2) WHERE client_id = ?1", clientID, time)
    }
}
