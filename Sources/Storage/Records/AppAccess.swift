/// What one app may still do for one person: the live grants that they gave it, taken together.
package struct AppAccess: Sendable, Equatable {
    package let clientID: String
    /// The first of the grants.
    package let since: Int64
    /// When the app last got a token.
    package let lastUsed: Int64?
    /// When the last of the grants ends, if it is not renewed.
    package let expiresAt: Int64
    /// Whether one of them lives beyond the session, and whether one of them is renewed within it.
    package let isOffline: Bool
    package let isOnline: Bool
    /// Each different one once, at most 20.
    package let scopes: [String]
    /// The ids of those whose records it is about: a few, and how many there are in all.
    package let patients: [String]
    package let patientCount: Int
}

extension Schema {
    /// The patient, out of the context, so that a person's apps can be told by whose record they read; and when a grant
    /// last made a token.
    static let grantUse: StaticString = """
        ALTER TABLE grants ADD COLUMN patient_id TEXT;
        ALTER TABLE grants ADD COLUMN last_used_at INTEGER;
        UPDATE grants SET patient_id = json_extract(context, '$.patient') WHERE revoked_at IS NULL AND json_valid(context);
        """
}

extension Reading where Self: ~Copyable {
    /// Everything that a person has given apps and can take back, by app, at most 200 of them.
    package func appAccess(userID: Int64, now: Int64) throws(StorageError) -> [AppAccess] {
        let rows = try connection.all(
            """
            SELECT client_id, min(created_at), max(last_used_at), max(expires_at), max(refresh = 'offline'),
                max(refresh = 'online'), count(DISTINCT patient_id)
            FROM grants WHERE user_id = ?1 AND revoked_at IS NULL AND expires_at > ?2
            GROUP BY client_id ORDER BY client_id LIMIT 200
            """, userID, now
        ) { AppAccess($0) }
        var apps: [AppAccess] = []
        for app in rows {
            apps.append(
                AppAccess(
                    app, scopes: try liveScopes(userID: userID, clientID: app.clientID, now: now),
                    patients: try livePatients(userID: userID, clientID: app.clientID, now: now)))
        }
        return apps
    }

    private func liveScopes(userID: Int64, clientID: String, now: Int64) throws(StorageError) -> [String] {
        try connection.all(
            """
            SELECT DISTINCT scope FROM grants
            WHERE user_id = ?1 AND client_id = ?2 AND revoked_at IS NULL AND expires_at > ?3 ORDER BY scope LIMIT 20
            """, userID, clientID, now
        ) { $0.text(0) }
    }

    private func livePatients(userID: Int64, clientID: String, now: Int64) throws(StorageError) -> [String] {
        try connection.all(
            """
            SELECT patient_id FROM grants
            WHERE user_id = ?1 AND client_id = ?2 AND revoked_at IS NULL AND expires_at > ?3 AND patient_id IS NOT NULL
            GROUP BY patient_id ORDER BY max(created_at) DESC, patient_id LIMIT 5
            """, userID, clientID, now
        ) { $0.text(0) }
    }
}

extension AppAccess {
    fileprivate init(_ row: borrowing Row) {
        self.init(
            clientID: row.text(0), since: row.integer(1), lastUsed: row.optionalInteger(2), expiresAt: row.integer(3),
            isOffline: row.bool(4), isOnline: row.bool(5), scopes: [], patients: [],
            patientCount: Int(clamping: row.integer(6)))
    }

    fileprivate init(_ app: AppAccess, scopes: [String], patients: [String]) {
        self.init(
            clientID: app.clientID, since: app.since, lastUsed: app.lastUsed, expiresAt: app.expiresAt,
            isOffline: app.isOffline, isOnline: app.isOnline, scopes: scopes, patients: patients,
            patientCount: app.patientCount)
    }
}
