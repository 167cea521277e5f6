import Encoding

/// A browser in which somebody has signed in.
package struct StoredSession: Sendable, Equatable {
    package let id: Int64
    package let secretHash: SecretHash
    package let userID: Int64
    package let createdAt: Int64
    package let authTime: Int64
    package let lastSeenAt: Int64
    package let expiresAt: Int64
    package let endedAt: Int64?

    package init(
        id: Int64, secretHash: SecretHash, userID: Int64, createdAt: Int64, authTime: Int64, lastSeenAt: Int64,
        expiresAt: Int64, endedAt: Int64?
    ) {
        self.id = id
        self.secretHash = secretHash
        self.userID = userID
        self.createdAt = createdAt
        self.authTime = authTime
        self.lastSeenAt = lastSeenAt
        self.expiresAt = expiresAt
        self.endedAt = endedAt
    }
}

extension Schema {
    static let sessions: StaticString = """
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
            user_id INTEGER NOT NULL REFERENCES users (id),
            created_at INTEGER NOT NULL,
            auth_time INTEGER NOT NULL,
            last_seen_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            ended_at INTEGER
        ) STRICT;
        CREATE INDEX sessions_by_expiry ON sessions (expires_at);
        CREATE INDEX sessions_by_user ON sessions (user_id) WHERE ended_at IS NULL;
        """

    /// Finds the sessions that nobody has used for a while.
    static let sessionsByUse: StaticString = """
        CREATE INDEX sessions_by_use ON sessions (last_seen_at) WHERE ended_at IS NULL;
        """

    /// Only ended ones: `endExpiredSessions` comes first, so that no session goes without what its end brings about.
    static let expiredSessions: StaticString = """
        DELETE FROM sessions WHERE id IN (
            SELECT id FROM sessions WHERE expires_at <= ?1 AND ended_at IS NOT NULL ORDER BY expires_at LIMIT 500)
        """
}

extension Reading where Self: ~Copyable {
    /// Ended and expired ones too, while they are kept: the caller looks.
    package func session(_ id: Int64) throws(StorageError) -> StoredSession? {
        try connection.first(
            """
            SELECT id, secret_hash, user_id, created_at, auth_time, last_seen_at, expires_at, ended_at
            FROM sessions WHERE id = ?1
            """, id
        ) { (row) throws(StorageError) in try StoredSession(row) }
    }
}

extension Reading where Self: ~Copyable {
    /// Those that go on, oldest or newest first, after the one with the number `after`; `userID`: nil, of everybody.
    package func liveSessions(
        userID: Int64?, isNewestFirst: Bool = false, after: Int64?, limit: Int, now: Int64
    ) throws(StorageError) -> [StoredSession] {
        let statement: StaticString =
            switch (userID == nil, isNewestFirst) {
            case (true, false):
                """
                SELECT id FROM sessions WHERE ended_at IS NULL AND expires_at > ?2 AND id > ?3 ORDER BY id LIMIT ?4
                """
            case (true, true):
                """
                SELECT id FROM sessions WHERE ended_at IS NULL AND expires_at > ?2 AND id < ?3
                ORDER BY id DESC LIMIT ?4
                """
            case (false, false):
                """
                SELECT id FROM sessions WHERE user_id = ?1 AND ended_at IS NULL AND expires_at > ?2 AND id > ?3
                ORDER BY id LIMIT ?4
                """
            case (false, true):
                """
                SELECT id FROM sessions WHERE user_id = ?1 AND ended_at IS NULL AND expires_at > ?2 AND id < ?3
                ORDER BY id DESC LIMIT ?4
                """
            }
        let ids = try connection.all(
            statement, userID, now, after ?? (isNewestFirst ? Int64.max : 0), page(limit)
        ) { $0.integer(0) }
        var sessions: [StoredSession] = []
        for id in ids {
            if let session = try session(id) { sessions.append(session) }
        }
        return sessions
    }
}

extension WriteTransaction {
    package func insertSession(
        secretHash: SecretHash, userID: Int64, authTime: Int64, now: Int64, expiresAt: Int64
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            """
            INSERT INTO sessions (secret_hash, user_id, created_at, auth_time, last_seen_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?3, ?5)
            """, secretHash, userID, now, authTime, expiresAt)
    }

    /// Moves the idle time-out of a session that has not ended. False if it has.
    package func touchSession(_ id: Int64, now: Int64) throws(StorageError) -> Bool {
        try connection.run(
            """
            UPDATE sessions SET last_seen_at = max(last_seen_at, ?2)
            WHERE id = ?1 AND ended_at IS NULL AND expires_at > ?2
            """, id, now) == 1
    }

    /// Signs out, and the only way to do so. Grants with online access end with the session; offline ones live on; the
    /// clients that want to hear of it get their notices, all in this transaction. False if it had ended before.
    package func endSession(_ id: Int64, now: Int64) throws(StorageError) -> Bool {
        guard
            try connection.run("UPDATE sessions SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL", id, now) == 1
        else { return false }
        try connection.run(
            """
            UPDATE grants SET revoked_at = ?2, revoked_reason = 'session ended'
            WHERE session_id = ?1 AND revoked_at IS NULL AND refresh = 'online'
            """, id, now)
        try insertLogoutNotices(sessionID: id, now: now)
        return true
    }

    /// The same person signed in again at the same browser: what the old session carried goes over to the new one, and
    /// nobody is told of an end. The old id is dead (SE-01). False if the old session had ended before.
    package func replaceSession(_ old: Int64, by new: Int64, now: Int64) throws(StorageError) -> Bool {
        guard
            try connection.run("UPDATE sessions SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL", old, now) == 1
        else { return false }
        try connection.run(
            "UPDATE grants SET session_id = ?2 WHERE session_id = ?1 AND revoked_at IS NULL", old, new)
        try connection.run("UPDATE session_clients SET session_id = ?2 WHERE session_id = ?1", old, new)
        return true
    }

    /// Ends up to `limit` sessions whose time is over, by the clock or because nobody used them for `idle` seconds (nil:
    /// by the clock alone), and answers how many.
    package func endExpiredSessions(now: Int64, idle: Int64?, limit: Int) throws(StorageError) -> Int {
        var ids = try connection.all(
            "SELECT id FROM sessions WHERE ended_at IS NULL AND expires_at <= ?1 LIMIT ?2", now, page(limit)
        ) { $0.integer(0) }
        if let idle, ids.count < limit {
            ids += try connection.all(
                "SELECT id FROM sessions WHERE ended_at IS NULL AND last_seen_at <= ?1 AND expires_at > ?2 LIMIT ?3",
                now.adding(seconds: -idle), now, page(limit - ids.count)
            ) { $0.integer(0) }
        }
        for id in ids where try endSession(id, now: now) { try auditExpiry(ofSession: id, now: now) }
        return ids.count
    }

    /// Automatic logoff (45 CFR 164.312(a)(2)(iii)) is told as a person's own is.
    private func auditExpiry(ofSession id: Int64, now: Int64) throws(StorageError) {
        let sub = try connection.first(
            "SELECT sub FROM users JOIN sessions ON sessions.user_id = users.id WHERE sessions.id = ?1", id
        ) { $0.text(0) }
        try appendAudit(
            AuditRecord(
                at: now, action: AuditRecord.sessionExpired, actor: "server", client: nil, patient: nil, address: "",
                outcome: "success", detail: nil, subject: sub))
    }

    /// Signs a person out everywhere, and answers of how many sessions.
    package func endSessions(userID: Int64, now: Int64) throws(StorageError) -> Int {
        let ids = try connection.all("SELECT id FROM sessions WHERE user_id = ?1 AND ended_at IS NULL", userID) {
            $0.integer(0)
        }
        for id in ids { _ = try endSession(id, now: now) }
        return ids.count
    }
}

extension StoredSession {
    fileprivate init(_ row: borrowing Row) throws(StorageError) {
        self.init(
            id: row.integer(0), secretHash: try row.hash(1), userID: row.integer(2), createdAt: row.integer(3),
            authTime: row.integer(4), lastSeenAt: row.integer(5), expiresAt: row.integer(6),
            endedAt: row.optionalInteger(7))
    }
}
