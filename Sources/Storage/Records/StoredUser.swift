/// A person who can sign in.
package struct StoredUser: Sendable, Equatable {
    package let id: Int64
    /// The subject that tokens name; it never changes and is never given to another.
    package let sub: String
    /// As typed when the account was made.
    package let username: String
    package let displayName: String
    package let passwordHash: String
    package let fhirUser: String?
    package let mustChangePassword: Bool
    package let createdAt: Int64
    package let disabledAt: Int64?
    /// Tries to sign in since the last success.
    package let failedSignIns: Int

    package init(
        id: Int64, sub: String, username: String, displayName: String, passwordHash: String, fhirUser: String?,
        mustChangePassword: Bool, createdAt: Int64, disabledAt: Int64?, failedSignIns: Int = 0
    ) {
        self.id = id
        self.sub = sub
        self.username = username
        self.displayName = displayName
        self.passwordHash = passwordHash
        self.fhirUser = fhirUser
        self.mustChangePassword = mustChangePassword
        self.createdAt = createdAt
        self.disabledAt = disabledAt
        self.failedSignIns = failedSignIns
    }
}

extension Schema {
    /// `username_key` is the name folded by the caller, so that one account is one row in any letter case.
    static let users: StaticString = """
        CREATE TABLE users (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sub TEXT NOT NULL UNIQUE,
            username TEXT NOT NULL,
            username_key TEXT NOT NULL UNIQUE,
            display_name TEXT NOT NULL,
            password_hash TEXT NOT NULL,
            fhir_user TEXT,
            must_change_password INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            disabled_at INTEGER
        ) STRICT;
        """
}

extension Reading where Self: ~Copyable {
    package func user(id: Int64) throws(StorageError) -> StoredUser? {
        try connection.first(
            """
            SELECT id, sub, username, display_name, password_hash, fhir_user, must_change_password, created_at,
                disabled_at, failed_sign_ins FROM users WHERE id = ?1
            """, id
        ) { StoredUser($0) }
    }

    package func user(usernameKey: String) throws(StorageError) -> StoredUser? {
        let id = try connection.first("SELECT id FROM users WHERE username_key = ?1", usernameKey) { $0.integer(0) }
        return if let id { try user(id: id) } else { nil }
    }

    package func user(sub: String) throws(StorageError) -> StoredUser? {
        let id = try connection.first("SELECT id FROM users WHERE sub = ?1", sub) { $0.integer(0) }
        return if let id { try user(id: id) } else { nil }
    }

    /// Whether something that must be kept names the person.
    package func isNeeded(user id: Int64) throws(StorageError) -> Bool {
        try connection.first("SELECT 1 FROM emergency_accesses WHERE user_id = ?1 LIMIT 1", id) { _ in true } ?? false
    }

    /// In the order they were made, those after `after`.
    package func users(after: Int64?, limit: Int) throws(StorageError) -> [StoredUser] {
        try connection.all(
            """
            SELECT id, sub, username, display_name, password_hash, fhir_user, must_change_password, created_at,
                disabled_at, failed_sign_ins FROM users WHERE id > ?1 ORDER BY id LIMIT ?2
            """, after ?? 0, page(limit)
        ) { StoredUser($0) }
    }
}

extension WriteTransaction {
    /// `StorageError.conflict` if the name or the subject is taken.
    package func insertUser(
        sub: String, username: String, usernameKey: String, displayName: String, passwordHash: String,
        fhirUser: String?, mustChangePassword: Bool = false, now: Int64
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            """
            INSERT INTO users (sub, username, username_key, display_name, password_hash, fhir_user,
                must_change_password, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """,
            sub, username, usernameKey, displayName, passwordHash, fhirUser, mustChangePassword ? 1 : 0, now)
    }

    /// What is shown of a person, and who that is in the record, on which their roles depend. False if there is no such user.
    package func updateUser(id: Int64, displayName: String, fhirUser: String?) throws(StorageError) -> Bool {
        guard
            try connection.run(
                "UPDATE users SET display_name = ?2, fhir_user = ?3 WHERE id = ?1", id, displayName, fhirUser) == 1
        else { return false }
        try raisePolicyEpoch()
        return true
    }

    /// A new password ends every session and every grant of the person and forgets their consents: whoever knew the old
    /// one is out. Guesses at the old one do not count against it. False if there is no such user.
    package func setPassword(
        userID: Int64, hash: String, mustChange: Bool = false, now: Int64
    ) throws(StorageError) -> Bool {
        guard
            try connection.run(
                """
                UPDATE users SET password_hash = ?2, must_change_password = ?3, failed_sign_ins = 0 WHERE id = ?1
                """, userID, hash, mustChange ? 1 : 0) == 1
        else { return false }
        try endEverything(ofUser: userID, reason: "password changed", now: now)
        return true
    }

    /// The password stays as it is, and is to be changed at the next sign-in, or is not any more.
    package func setMustChangePassword(userID: Int64, _ mustChange: Bool) throws(StorageError) {
        try connection.run("UPDATE users SET must_change_password = ?2 WHERE id = ?1", userID, mustChange ? 1 : 0)
    }

    /// The same password under stronger parameters. Does nothing if the password was changed in between.
    package func upgradePasswordHash(userID: Int64, from old: String, to new: String) throws(StorageError) -> Bool {
        try connection.run(
            "UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2", userID, old, new) == 1
    }

    /// Ends the person's sessions, revokes their grants and forgets their consents. False if there is no such user.
    package func disableUser(_ id: Int64, now: Int64) throws(StorageError) -> Bool {
        guard
            try connection.run("UPDATE users SET disabled_at = coalesce(disabled_at, ?2) WHERE id = ?1", id, now) == 1
        else { return false }
        try endEverything(ofUser: id, reason: "user disabled", now: now)
        return true
    }

    /// The person goes, and with them everything of theirs but what the audit record says. `StorageError.conflict` if something
    /// that must be kept names them. False if there is no such user.
    package func deleteUser(_ id: Int64, now: Int64) throws(StorageError) -> Bool {
        guard try user(id: id) != nil else { return false }
        try endEverything(ofUser: id, reason: "user removed", now: now)
        try endRoleAssignments(of: .user(id), by: nil, reason: "user removed", now: now)
        // A token whose grant is not there is not active.
        for statement: StaticString in [
            "DELETE FROM launches WHERE user_id = ?1", "DELETE FROM grants WHERE user_id = ?1",
            "DELETE FROM sessions WHERE user_id = ?1", "DELETE FROM users WHERE id = ?1",
        ] {
            try connection.run(statement, id)
        }
        return true
    }

    /// Lets the person sign in again; what was ended stays ended. False if there is no such user.
    package func enableUser(_ id: Int64) throws(StorageError) -> Bool {
        try connection.run("UPDATE users SET disabled_at = NULL WHERE id = ?1", id) == 1
    }

    /// Signs the person out everywhere, and takes from apps what they were let into.
    package func endEverything(ofUser id: Int64, reason: String, now: Int64) throws(StorageError) {
        _ = try endSessions(userID: id, now: now)
        _ = try revokeGrants(userID: id, reason: reason, now: now)
        _ = try deleteConsents(userID: id, clientID: nil)
    }
}

extension StoredUser {
    fileprivate init(_ row: borrowing Row) {
        self.init(
            id: row.integer(0), sub: row.text(1), username: row.text(2), displayName: row.text(3),
            passwordHash: row.text(4), fhirUser: row.optionalText(5), mustChangePassword: row.bool(6),
            createdAt: row.integer(7), disabledAt: row.optionalInteger(8),
            failedSignIns: Int(row.integer(9)))
    }
}
