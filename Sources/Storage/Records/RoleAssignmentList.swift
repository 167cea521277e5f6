/// Which assignments an administrator wants to see.
package struct RoleAssignmentFilter: Sendable, Equatable {
    /// nil: anybody.
    package var subject: RoleSubject?
    /// nil: any.
    package var role: String?
    /// Those that were revoked as well.
    package var includesEnded: Bool

    package init(subject: RoleSubject? = nil, role: String? = nil, includesEnded: Bool = false) {
        self.subject = subject
        self.role = role
        self.includesEnded = includesEnded
    }
}

extension Reading where Self: ~Copyable {
    /// In the order they were made, those after `after`. Of a user only what they have by themselves.
    package func roleAssignments(
        _ filter: RoleAssignmentFilter, after: Int64?, limit: Int
    ) throws(StorageError) -> [StoredRoleAssignment] {
        if let subject = filter.subject {
            return try roleAssignments(of: subject, filter, after: after, limit: limit)
        }
        if let role = filter.role {
            return try roleAssignments(ofRole: role, filter, after: after, limit: limit)
        }
        return try connection.all(
            """
            SELECT id, subject_kind, subject, role, parameters, valid_from, valid_until, granted_by, reason, granted_at,
                revoked_at, revoked_by, revoke_reason
            FROM role_assignments WHERE (?1 OR revoked_at IS NULL) AND id > ?2 ORDER BY id LIMIT ?3
            """, filter.includesEnded ? 1 : 0, after ?? 0, page(limit)
        ) { (row) throws(StorageError) in try StoredRoleAssignment(row) }
    }

    private func roleAssignments(
        of subject: RoleSubject, _ filter: RoleAssignmentFilter, after: Int64?, limit: Int
    ) throws(StorageError) -> [StoredRoleAssignment] {
        try connection.all(
            """
            SELECT id, subject_kind, subject, role, parameters, valid_from, valid_until, granted_by, reason, granted_at,
                revoked_at, revoked_by, revoke_reason
            FROM role_assignments WHERE subject_kind = ?1 AND subject = ?2 AND (?3 IS NULL OR role = ?3)
                AND (?4 OR revoked_at IS NULL) AND id > ?5 ORDER BY id LIMIT ?6
            """, subject.kind, subject.key, filter.role, filter.includesEnded ? 1 : 0, after ?? 0, page(limit)
        ) { (row) throws(StorageError) in try StoredRoleAssignment(row) }
    }

    private func roleAssignments(
        ofRole role: String, _ filter: RoleAssignmentFilter, after: Int64?, limit: Int
    ) throws(StorageError) -> [StoredRoleAssignment] {
        try connection.all(
            """
            SELECT id, subject_kind, subject, role, parameters, valid_from, valid_until, granted_by, reason, granted_at,
                revoked_at, revoked_by, revoke_reason
            FROM role_assignments WHERE role = ?1 AND (?2 OR revoked_at IS NULL) AND id > ?3 ORDER BY id LIMIT ?4
            """, role, filter.includesEnded ? 1 : 0, after ?? 0, page(limit)
        ) { (row) throws(StorageError) in try StoredRoleAssignment(row) }
    }
}
