/// What a person has agreed to and need not be asked again.
package struct StoredConsent: Sendable, Equatable {
    package let userID: Int64
    package let clientID: String
    package let audience: String
    /// nil: no patient in the context.
    package let patient: String?
    package let scope: String
    package let createdAt: Int64
    package let expiresAt: Int64

    package init(
        userID: Int64, clientID: String, audience: String, patient: String?, scope: String, createdAt: Int64,
        expiresAt: Int64
    ) {
        self.userID = userID
        self.clientID = clientID
        self.audience = audience
        self.patient = patient
        self.scope = scope
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

extension Schema {
    /// No patient is the empty text, so that the uniqueness holds for it too.
    static let consents: StaticString = """
        CREATE TABLE consents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
            audience TEXT NOT NULL,
            patient_id TEXT NOT NULL,
            scope TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            UNIQUE (user_id, client_id, audience, patient_id)
        ) STRICT;
        CREATE INDEX consents_by_client ON consents (client_id);
        CREATE INDEX consents_by_expiry ON consents (expires_at);
        """

    static let expiredConsents: StaticString = """
        DELETE FROM consents WHERE id IN (
            SELECT id FROM consents WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 500)
        """
}

extension Reading where Self: ~Copyable {
    /// nil if there is none, or it has expired.
    package func consent(
        userID: Int64, clientID: String, audience: String, patient: String?, now: Int64
    ) throws(StorageError) -> StoredConsent? {
        try connection.first(
            """
            SELECT user_id, client_id, audience, patient_id, scope, created_at, expires_at FROM consents
            WHERE user_id = ?1 AND client_id = ?2 AND audience = ?3 AND patient_id = ?4 AND expires_at > ?5
            """, userID, clientID, audience, patient ?? "", now
        ) { StoredConsent($0) }
    }

    /// All that a person has agreed to and that has not expired.
    package func consents(userID: Int64, now: Int64) throws(StorageError) -> [StoredConsent] {
        try connection.all(
            """
            SELECT user_id, client_id, audience, patient_id, scope, created_at, expires_at FROM consents
            WHERE user_id = ?1 AND expires_at > ?2 ORDER BY client_id, audience, patient_id LIMIT 1000
            """, userID, now
        ) { StoredConsent($0) }
    }
}

extension WriteTransaction {
    /// Replaces what was agreed for the same app, audience and patient.
    package func upsertConsent(_ consent: StoredConsent) throws(StorageError) {
        try connection.run(
            """
            INSERT INTO consents (user_id, client_id, audience, patient_id, scope, created_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (user_id, client_id, audience, patient_id) DO UPDATE SET
                scope = excluded.scope, created_at = excluded.created_at, expires_at = excluded.expires_at
            """,
            consent.userID, consent.clientID, consent.audience, consent.patient ?? "", consent.scope,
            consent.createdAt, consent.expiresAt)
    }

    /// Forgets what a person agreed for the same app, audience and patient.
    package func deleteConsent(
        userID: Int64, clientID: String, audience: String, patient: String?
    ) throws(StorageError) {
        try connection.run(
            "DELETE FROM consents WHERE user_id = ?1 AND client_id = ?2 AND audience = ?3 AND patient_id = ?4", userID,
            clientID, audience, patient ?? "")
    }

    /// Forgets what anybody agreed for one app.
    func deleteConsents(clientID: String) throws(StorageError) {
        try connection.run("DELETE FROM consents WHERE client_id = ?1", clientID)
    }

    /// Forgets what a person agreed for one app, or, with nil, for all.
    package func deleteConsents(userID: Int64, clientID: String?) throws(StorageError) -> Int {
        try connection.run(
            "DELETE FROM consents WHERE user_id = ?1 AND (?2 IS NULL OR client_id = ?2)", userID, clientID)
    }
}

extension StoredConsent {
    fileprivate init(_ row: borrowing Row) {
        let patient = row.text(3)
        self.init(
            userID: row.integer(0), clientID: row.text(1), audience: row.text(2),
            patient: patient.isEmpty ? nil : patient, scope: row.text(4), createdAt: row.integer(5),
            expiresAt: row.integer(6))
    }
}
