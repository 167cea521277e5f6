/// Who has a role, for what, from when to when, and who said so. What its parameters mean is not known here.
package struct StoredRoleAssignment: Sendable, Equatable {
    package let id: Int64
    package let subject: RoleSubject
    package let role: String
    /// JSON text.
    package let parameters: String
    /// nil: since ever.
    package let validFrom: Int64?
    /// From here on it holds no more; nil: for ever.
    package let validUntil: Int64?
    package let grantedBy: String
    package let reason: String
    package let grantedAt: Int64
    package let revokedAt: Int64?
    /// nil: the subject itself went.
    package let revokedBy: String?
    package let revokeReason: String?
}

/// What became of an assignment that was to be made.
package enum RoleAssignmentOutcome: Sendable, Equatable {
    case assigned(Int64)
    /// Nothing was changed: the subject has the role with these parameters, although perhaps not at this time, by this
    /// assignment, which has to be revoked first.
    case exists(Int64)
    case noSuchRole
    case noSuchSubject
}

extension Schema {
    /// No references to clients, groups and policies, which may go while the history stays. The indexes let what is asked at
    /// each token read only what has not been revoked, and an administrator page through all.
    static let roleAssignments: StaticString = """
        CREATE TABLE role_assignments (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            subject_kind TEXT NOT NULL CHECK (subject_kind IN ('user', 'client', 'group')),
            subject TEXT NOT NULL,
            role TEXT NOT NULL,
            parameters TEXT NOT NULL,
            valid_from INTEGER,
            valid_until INTEGER,
            granted_by TEXT NOT NULL,
            reason TEXT NOT NULL,
            granted_at INTEGER NOT NULL,
            revoked_at INTEGER,
            revoked_by TEXT,
            revoke_reason TEXT,
            CHECK (valid_from < valid_until)
        ) STRICT;
        CREATE UNIQUE INDEX role_assignments_once ON role_assignments (subject_kind, subject, role, parameters)
            WHERE revoked_at IS NULL;
        CREATE INDEX role_assignments_held ON role_assignments (role, revoked_at) WHERE revoked_at IS NULL;
        CREATE INDEX role_assignments_by_subject ON role_assignments (subject_kind, subject, revoked_at);
        CREATE INDEX role_assignments_by_role ON role_assignments (role, id);
        """
}

extension Reading where Self: ~Copyable {
    /// Revoked ones too.
    package func roleAssignment(_ id: Int64) throws(StorageError) -> StoredRoleAssignment? {
        try connection.first(
            """
            SELECT id, subject_kind, subject, role, parameters, valid_from, valid_until, granted_by, reason, granted_at,
                revoked_at, revoked_by, revoke_reason
            FROM role_assignments WHERE id = ?1
            """, id
        ) { (row) throws(StorageError) in try StoredRoleAssignment(row) }
    }

    /// All that a person has by themselves and by the groups they are in and that is not revoked, oldest first. Whether it
    /// is their time is the caller's to see, who also needs to know when that changes. Never a page: what was left out
    /// might be what denies.
    package func roleAssignments(userID: Int64) throws(StorageError) -> [StoredRoleAssignment] {
        try connection.all(
            """
            SELECT id, subject_kind, subject, role, parameters, valid_from, valid_until, granted_by, reason, granted_at,
                revoked_at, revoked_by, revoke_reason
            FROM role_assignments
            WHERE subject_kind = 'user' AND subject = ?2 AND revoked_at IS NULL
            UNION ALL
            SELECT a.id, a.subject_kind, a.subject, a.role, a.parameters, a.valid_from, a.valid_until, a.granted_by,
                a.reason, a.granted_at, a.revoked_at, a.revoked_by, a.revoke_reason
            FROM group_members m CROSS JOIN role_assignments a
            WHERE m.user_id = ?1 AND a.subject_kind = 'group' AND a.subject = m.group_name AND a.revoked_at IS NULL
            ORDER BY 1
            """, userID, RoleSubject.user(userID).key
        ) { (row) throws(StorageError) in try StoredRoleAssignment(row) }
    }

    /// The same of a client.
    package func roleAssignments(clientID: String) throws(StorageError) -> [StoredRoleAssignment] {
        try connection.all(
            """
            SELECT id, subject_kind, subject, role, parameters, valid_from, valid_until, granted_by, reason, granted_at,
                revoked_at, revoked_by, revoke_reason
            FROM role_assignments
            WHERE subject_kind = 'client' AND subject = ?1 AND revoked_at IS NULL ORDER BY id
            """, clientID
        ) { (row) throws(StorageError) in try StoredRoleAssignment(row) }
    }

    /// Whether anybody has the role, although perhaps not at this time.
    package func isAssigned(role: String) throws(StorageError) -> Bool {
        try connection.first(
            "SELECT 1 FROM role_assignments WHERE role = ?1 AND revoked_at IS NULL LIMIT 1", role
        ) { _ in true } ?? false
    }
}

extension WriteTransaction {
    /// Parameters are the same if their text is: the caller writes them in one way.
    package func assignRole(
        _ role: String, to subject: RoleSubject, parameters: String, validFrom: Int64? = nil, validUntil: Int64? = nil,
        by actor: String, reason: String, now: Int64
    ) throws(StorageError) -> RoleAssignmentOutcome {
        guard try rolePolicy(role) != nil else { return .noSuchRole }
        guard try exists(subject) else { return .noSuchSubject }
        let existing = try connection.first(
            """
            SELECT id FROM role_assignments
            WHERE subject_kind = ?1 AND subject = ?2 AND role = ?3 AND parameters = ?4 AND revoked_at IS NULL
            """, subject.kind, subject.key, role, parameters
        ) { $0.integer(0) }
        if let existing { return .exists(existing) }
        let id = try connection.insert(
            """
            INSERT INTO role_assignments
                (subject_kind, subject, role, parameters, valid_from, valid_until, granted_by, reason, granted_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """, subject.kind, subject.key, role, parameters, validFrom, validUntil, actor, reason, now)
        try raisePolicyEpoch()
        return .assigned(id)
    }

    /// Ends an assignment; the row stays. False if there is no such assignment or it was revoked before.
    package func revokeRoleAssignment(
        _ id: Int64, by actor: String, reason: String, now: Int64
    ) throws(StorageError) -> Bool {
        guard
            try connection.run(
                """
                UPDATE role_assignments SET revoked_at = ?2, revoked_by = ?3, revoke_reason = ?4
                WHERE id = ?1 AND revoked_at IS NULL
                """, id, now, actor, reason) == 1
        else { return false }
        try raisePolicyEpoch()
        return true
    }

    /// The subject goes, and whoever comes after it under the same name has none of its roles.
    func endRoleAssignments(
        of subject: RoleSubject, by actor: String?, reason: String, now: Int64
    ) throws(StorageError) {
        let ended = try connection.run(
            """
            UPDATE role_assignments SET revoked_at = ?3, revoked_by = ?4, revoke_reason = ?5
            WHERE subject_kind = ?1 AND subject = ?2 AND revoked_at IS NULL
            """, subject.kind, subject.key, now, actor, reason)
        if ended > 0 { try raisePolicyEpoch() }
    }
}

extension StoredRoleAssignment {
    init(_ row: borrowing Row) throws(StorageError) {
        self.init(
            id: row.integer(0), subject: try RoleSubject(kind: row.text(1), key: row.text(2)), role: row.text(3),
            parameters: row.text(4), validFrom: row.optionalInteger(5), validUntil: row.optionalInteger(6),
            grantedBy: row.text(7), reason: row.text(8), grantedAt: row.integer(9),
            revokedAt: row.optionalInteger(10), revokedBy: row.optionalText(11), revokeReason: row.optionalText(12))
    }
}
