extension Schema {
    /// How often a person's sign-in failed since the last that did not, and where they have signed in from.
    static let signInFailures: StaticString = """
        ALTER TABLE users ADD COLUMN failed_sign_ins INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE sign_in_addresses (
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            address TEXT NOT NULL,
            used_at INTEGER NOT NULL,
            PRIMARY KEY (user_id, address)
        ) STRICT, WITHOUT ROWID;
        """
}

extension Reading where Self: ~Copyable {
    /// Whether the person has signed in from that address before.
    package func isKnownAddress(_ address: String, usernameKey: String) throws(StorageError) -> Bool {
        try connection.first(
            """
            SELECT 1 FROM sign_in_addresses
            WHERE user_id = (SELECT id FROM users WHERE username_key = ?1) AND address = ?2
            """, usernameKey, address
        ) { $0.integer(0) } != nil
    }
}

extension WriteTransaction {
    /// Counts one more try in a row that may fail, and says which it is. Nil, and nothing is counted, at an account with so
    /// many already, and where there is no such account. One statement, so that parallel tries cannot outrun the limit.
    package func countSignIn(usernameKey: String, limit: Int) throws(StorageError) -> Int? {
        try connection.first(
            """
            UPDATE users SET failed_sign_ins = failed_sign_ins + 1
            WHERE username_key = ?1 AND failed_sign_ins < ?2 RETURNING failed_sign_ins
            """, usernameKey, limit
        ) { Int($0.integer(0)) }
    }

    /// For a try that was counted and could not be looked at.
    package func uncountSignIn(usernameKey: String) throws(StorageError) {
        try connection.run(
            "UPDATE users SET failed_sign_ins = max(0, failed_sign_ins - 1) WHERE username_key = ?1", usernameKey)
    }

    /// False if there is no such user.
    @discardableResult
    package func clearFailedSignIns(userID: Int64) throws(StorageError) -> Bool {
        try connection.run("UPDATE users SET failed_sign_ins = 0 WHERE id = ?1", userID) == 1
    }

    /// Keeps the address among the last 20 that the person signed in from.
    package func rememberAddress(_ address: String, userID: Int64, now: Int64) throws(StorageError) {
        try connection.run(
            """
            INSERT INTO sign_in_addresses (user_id, address, used_at) VALUES (?1, ?2, ?3)
            ON CONFLICT (user_id, address) DO UPDATE SET used_at = excluded.used_at
            """, userID, address, now)
        try connection.run(
            """
            DELETE FROM sign_in_addresses WHERE user_id = ?1 AND address NOT IN (
                SELECT address FROM sign_in_addresses WHERE user_id = ?1
                ORDER BY used_at DESC, address = ?2 DESC LIMIT 20)
            """, userID, address)
    }
}
