extension Schema {
    /// One row for each thing that is being guessed at: an account, an address, a client.
    static let attempts: StaticString = """
        CREATE TABLE attempts (
            key BLOB PRIMARY KEY,
            count INTEGER NOT NULL,
            next_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX attempts_by_expiry ON attempts (expires_at);
        """

    static let expiredAttempts: StaticString = """
        DELETE FROM attempts WHERE key IN (
            SELECT key FROM attempts WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 500)
        """
}

extension WriteTransaction {
    /// Asks leave for one try, and counts it in the same statement, so that parallel tries cannot share one leave.
    ///
    /// nil: go ahead. Otherwise the seconds to wait. The first `allowance` tries are free; from then on each waits
    /// `windowSeconds` after the one before, then twice as long, up to a day. All is forgotten when nothing was tried for
    /// a window, or for twice the last wait. A refused try is not counted: nobody is kept out for longer by others' tries.
    package func claimAttempt(
        key: [UInt8], now: Int64, allowance: Int, windowSeconds: Int64
    ) throws(StorageError) -> Int64? {
        // A time that is ahead with tries still free, or by more than a day, is the work of a clock that was set back, and
        // must not keep anybody out.
        let allowed = try connection.run(
            """
            INSERT INTO attempts (key, count, next_at, expires_at)
            VALUES (?1, 1, ?2 + iif(1 < ?3, 0, ?4), ?2 + iif(1 < ?3, ?4, 2 * ?4))
            ON CONFLICT (key) DO UPDATE SET (count, next_at, expires_at) = (
                WITH tried (n) AS (SELECT iif(attempts.expires_at <= ?2, 1, attempts.count + 1)),
                    waits (n, seconds) AS (SELECT n, iif(n < ?3, 0, min(86400, ?4 << min(n - ?3, 20))) FROM tried)
                SELECT n, ?2 + seconds, ?2 + max(?4, 2 * seconds) FROM waits)
            WHERE next_at <= ?2 OR count < ?3 OR next_at > ?2 + 86400
            """,
            key, now, max(1, allowance), min(max(1, windowSeconds), 86400))
        if allowed == 1 { return nil }
        return try connection.first("SELECT next_at FROM attempts WHERE key = ?1", key) { max(1, $0.integer(0) &- now) }
    }

    /// After a success that says nothing of the others who share the key, such as an address: its own try is given back.
    package func returnAttempt(key: [UInt8], now: Int64) throws(StorageError) {
        try connection.run(
            "UPDATE attempts SET count = max(0, count - 1), next_at = min(next_at, ?2) WHERE key = ?1", key, now)
    }

    /// After a success: the next tries are free again.
    package func clearAttempts(key: [UInt8]) throws(StorageError) {
        try connection.run("DELETE FROM attempts WHERE key = ?1", key)
    }
}
