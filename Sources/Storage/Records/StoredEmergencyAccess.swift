/// Somebody broke the glass: they reached one patient's record beyond what their roles let them, for a reason they gave, and
/// somebody else has to look at it afterwards (45 CFR 164.312(a)(2)(ii)). Kept when the grant is long gone.
package struct StoredEmergencyAccess: Sendable, Equatable {
    package let id: Int64
    package let userID: Int64
    package let clientID: String
    package let patient: String
    package let reason: String
    package let grantID: Int64
    package let at: Int64
    package let expiresAt: Int64
    /// nil: nobody has looked at it yet.
    package let review: Review?

    package struct Review: Sendable, Equatable {
        package let at: Int64
        package let by: String
        package let note: String
    }
}

extension Schema {
    static let emergencyAccesses: StaticString = """
        CREATE TABLE emergency_accesses (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER NOT NULL REFERENCES users (id),
            client_id TEXT NOT NULL,
            patient TEXT NOT NULL,
            reason TEXT NOT NULL,
            grant_id INTEGER NOT NULL,
            at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            reviewed_at INTEGER,
            reviewed_by TEXT,
            review_note TEXT,
            CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL) AND (reviewed_at IS NULL) = (review_note IS NULL))
        ) STRICT;
        CREATE INDEX emergency_accesses_to_review ON emergency_accesses (id) WHERE reviewed_at IS NULL;
        """
}

extension Reading where Self: ~Copyable {
    package func emergencyAccess(_ id: Int64) throws(StorageError) -> StoredEmergencyAccess? {
        try connection.first(
            """
            SELECT id, user_id, client_id, patient, reason, grant_id, at, expires_at, reviewed_at, reviewed_by, review_note
            FROM emergency_accesses WHERE id = ?1
            """, id
        ) { (row) throws(StorageError) in try StoredEmergencyAccess(row) }
    }

    /// Newest first, those before the number `before`.
    package func emergencyAccesses(before: Int64?, limit: Int) throws(StorageError) -> [StoredEmergencyAccess] {
        try connection.all(
            """
            SELECT id, user_id, client_id, patient, reason, grant_id, at, expires_at, reviewed_at, reviewed_by, review_note
            FROM emergency_accesses WHERE id < ?1 ORDER BY id DESC LIMIT ?2
            """, before ?? Int64.max, page(limit)
        ) { (row) throws(StorageError) in try StoredEmergencyAccess(row) }
    }

    /// The same, of those alone that nobody has looked at yet.
    package func emergencyAccessesToReview(
        before: Int64?, limit: Int
    ) throws(StorageError) -> [StoredEmergencyAccess] {
        try connection.all(
            """
            SELECT id, user_id, client_id, patient, reason, grant_id, at, expires_at, reviewed_at, reviewed_by, review_note
            FROM emergency_accesses
            WHERE reviewed_at IS NULL AND id < ?1 ORDER BY id DESC LIMIT ?2
            """, before ?? Int64.max, page(limit)
        ) { (row) throws(StorageError) in try StoredEmergencyAccess(row) }
    }
}

extension WriteTransaction {
    /// `StorageError.conflict` if there is no such user.
    package func insertEmergencyAccess(
        userID: Int64, clientID: String, patient: String, reason: String, grantID: Int64, now: Int64, expiresAt: Int64
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            """
            INSERT INTO emergency_accesses (user_id, client_id, patient, reason, grant_id, at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """, userID, clientID, patient, reason, grantID, now, expiresAt)
    }

    /// The first review stays. False if there is no such access or somebody has looked at it before.
    package func reviewEmergencyAccess(
        _ id: Int64, by actor: String, note: String, now: Int64
    ) throws(StorageError) -> Bool {
        try connection.run(
            """
            UPDATE emergency_accesses SET reviewed_at = ?2, reviewed_by = ?3, review_note = ?4
            WHERE id = ?1 AND reviewed_at IS NULL
            """, id, now, actor, note) == 1
    }
}

extension StoredEmergencyAccess {
    fileprivate init(_ row: borrowing Row) throws(StorageError) {
        self.init(
            id: row.integer(0), userID: row.integer(1), clientID: row.text(2), patient: row.text(3),
            reason: row.text(4), grantID: row.integer(5), at: row.integer(6), expiresAt: row.integer(7),
            review: row.optionalInteger(8).map { Review(at: $0, by: row.text(9), note: row.text(10)) })
    }
}
