/// Which live grants are meant: those that fit everything that is stated.
package struct GrantFilter: Sendable, Equatable {
    package var userID: Int64?
    package var clientID: String?
    package var patientID: String?

    package init(userID: Int64? = nil, clientID: String? = nil, patientID: String? = nil) {
        self.userID = userID
        self.clientID = clientID
        self.patientID = patientID
    }

    /// Nothing is stated.
    package var meansAll: Bool { userID == nil && clientID == nil && patientID == nil }
}

extension Reading where Self: ~Copyable {
    /// Live ones, oldest or newest first, those after the one with the number `after`. Each statement reads the index of what
    /// narrows most.
    package func liveGrants(
        _ filter: GrantFilter, isNewestFirst: Bool = false, after: Int64?, limit: Int, now: Int64
    ) throws(StorageError) -> [StoredGrant] {
        let statement = isNewestFirst ? newestFirst(filter) : oldestFirst(filter)
        let ids = try connection.all(
            statement, filter.userID, filter.clientID, filter.patientID, now,
            after ?? (isNewestFirst ? Int64.max : 0), page(limit)
        ) { $0.integer(0) }
        var grants: [StoredGrant] = []
        for id in ids {
            if let grant = try grant(id) { grants.append(grant) }
        }
        return grants
    }

    private func oldestFirst(_ filter: GrantFilter) -> StaticString {
        if filter.patientID != nil {
            """
            SELECT id FROM grants INDEXED BY grants_by_patient
            WHERE patient_id = ?3 AND patient_id IS NOT NULL AND revoked_at IS NULL AND expires_at > ?4 AND id > ?5
                AND (?1 IS NULL OR user_id = ?1) AND (?2 IS NULL OR client_id = ?2) ORDER BY id LIMIT ?6
            """
        } else if filter.userID != nil {
            """
            SELECT id FROM grants INDEXED BY grants_by_user
            WHERE user_id = ?1 AND user_id IS NOT NULL AND revoked_at IS NULL AND expires_at > ?4 AND id > ?5
                AND (?2 IS NULL OR client_id = ?2) AND (?3 IS NULL OR patient_id = ?3) ORDER BY id LIMIT ?6
            """
        } else if filter.clientID != nil {
            """
            SELECT id FROM grants INDEXED BY grants_by_client
            WHERE client_id = ?2 AND revoked_at IS NULL AND expires_at > ?4 AND id > ?5
                AND (?1 IS NULL OR user_id = ?1) AND (?3 IS NULL OR patient_id = ?3) ORDER BY id LIMIT ?6
            """
        } else {
            """
            SELECT id FROM grants WHERE revoked_at IS NULL AND expires_at > ?4 AND id > ?5
                AND (?1 IS NULL OR user_id = ?1) AND (?2 IS NULL OR client_id = ?2)
                AND (?3 IS NULL OR patient_id = ?3) ORDER BY id LIMIT ?6
            """
        }
    }

    private func newestFirst(_ filter: GrantFilter) -> StaticString {
        if filter.patientID != nil {
            """
            SELECT id FROM grants INDEXED BY grants_by_patient
            WHERE patient_id = ?3 AND patient_id IS NOT NULL AND revoked_at IS NULL AND expires_at > ?4 AND id < ?5
                AND (?1 IS NULL OR user_id = ?1) AND (?2 IS NULL OR client_id = ?2) ORDER BY id DESC LIMIT ?6
            """
        } else if filter.userID != nil {
            """
            SELECT id FROM grants INDEXED BY grants_by_user
            WHERE user_id = ?1 AND user_id IS NOT NULL AND revoked_at IS NULL AND expires_at > ?4 AND id < ?5
                AND (?2 IS NULL OR client_id = ?2) AND (?3 IS NULL OR patient_id = ?3) ORDER BY id DESC LIMIT ?6
            """
        } else if filter.clientID != nil {
            """
            SELECT id FROM grants INDEXED BY grants_by_client
            WHERE client_id = ?2 AND revoked_at IS NULL AND expires_at > ?4 AND id < ?5
                AND (?1 IS NULL OR user_id = ?1) AND (?3 IS NULL OR patient_id = ?3) ORDER BY id DESC LIMIT ?6
            """
        } else {
            """
            SELECT id FROM grants WHERE revoked_at IS NULL AND expires_at > ?4 AND id < ?5
                AND (?1 IS NULL OR user_id = ?1) AND (?2 IS NULL OR client_id = ?2)
                AND (?3 IS NULL OR patient_id = ?3) ORDER BY id DESC LIMIT ?6
            """
        }
    }
}
