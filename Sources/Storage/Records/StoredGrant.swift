/// Whether a grant can be refreshed, and for how long.
package enum RefreshKind: String, Sendable, CaseIterable {
    case none
    /// Until the session ends.
    case online
    /// Beyond the session.
    case offline
}

/// What somebody allowed an app. Its row is the fate of every token made from it.
package struct StoredGrant: Sendable, Equatable {
    package let id: Int64
    /// nil: the client acts for itself.
    package let userID: Int64?
    package let clientID: String
    package let audience: String
    package let scope: String
    /// JSON text.
    package let context: String
    package let sessionID: Int64?
    package let nonce: String?
    package let authTime: Int64?
    package let refresh: RefreshKind
    package let createdAt: Int64
    /// Nothing made from the grant lives longer; the row is swept afterwards.
    package let expiresAt: Int64
    package let revokedAt: Int64?
    package let revokedReason: String?
    /// The purpose of use that it was asked for.
    package let purpose: String?
    /// How the person had signed in.
    package let acr: String?
    /// Of the person's browser, or of the client on its own, when the grant was made.
    package let address: String?

    package init(
        id: Int64, userID: Int64?, clientID: String, audience: String, scope: String, context: String,
        sessionID: Int64?, nonce: String?, authTime: Int64?, refresh: RefreshKind, createdAt: Int64,
        expiresAt: Int64, revokedAt: Int64?, revokedReason: String?, purpose: String? = nil, acr: String? = nil,
        address: String? = nil
    ) {
        self.id = id
        self.userID = userID
        self.clientID = clientID
        self.audience = audience
        self.scope = scope
        self.context = context
        self.sessionID = sessionID
        self.nonce = nonce
        self.authTime = authTime
        self.refresh = refresh
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.revokedReason = revokedReason
        self.purpose = purpose
        self.acr = acr
        self.address = address
    }
}

extension Schema {
    /// The partial indexes hold only what can still be revoked. `refresh` is checked by comparisons: for an IN of three words, as
    /// in older files, SQLite makes a table of them at every insert, a tenth of what a token costs to be written.
    static let grants: StaticString = """
        CREATE TABLE grants (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER REFERENCES users (id),
            client_id TEXT NOT NULL,
            audience TEXT NOT NULL,
            scope TEXT NOT NULL,
            context TEXT NOT NULL,
            session_id INTEGER,
            nonce TEXT,
            auth_time INTEGER,
            refresh TEXT NOT NULL CHECK (refresh = 'none' OR refresh = 'online' OR refresh = 'offline'),
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            revoked_at INTEGER,
            revoked_reason TEXT
        ) STRICT;
        CREATE INDEX grants_by_expiry ON grants (expires_at);
        CREATE INDEX grants_by_client ON grants (client_id) WHERE revoked_at IS NULL;
        CREATE INDEX grants_by_user ON grants (user_id) WHERE revoked_at IS NULL AND user_id IS NOT NULL;
        CREATE INDEX grants_by_session ON grants (session_id) WHERE revoked_at IS NULL AND session_id IS NOT NULL;
        """

    /// Under what circumstances a grant was made.
    static let grantCircumstances: StaticString = """
        ALTER TABLE grants ADD COLUMN purpose TEXT;
        ALTER TABLE grants ADD COLUMN acr TEXT;
        ALTER TABLE grants ADD COLUMN address TEXT;
        """

    /// Whose records apps read is asked of the patient's side too.
    static let grantsByPatient: StaticString = """
        CREATE INDEX grants_by_patient ON grants (patient_id) WHERE revoked_at IS NULL AND patient_id IS NOT NULL;
        """

    static let expiredGrants: StaticString = """
        DELETE FROM grants WHERE id IN (
            SELECT id FROM grants WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 500)
        """
}

extension Reading where Self: ~Copyable {
    /// Revoked and expired ones too, while they are kept.
    package func grant(_ id: Int64) throws(StorageError) -> StoredGrant? {
        try connection.first(
            """
            SELECT id, user_id, client_id, audience, scope, context, session_id, nonce, auth_time, refresh, created_at,
                expires_at, revoked_at, revoked_reason, purpose, acr, address
            FROM grants WHERE id = ?1
            """, id
        ) { (row) throws(StorageError) in try StoredGrant(row) }
    }

    /// When a grant that is not revoked ends by itself, in seconds since 1970; nil if it is revoked, or not there. Asked for
    /// the tokens that are shown.
    package func grantEnd(_ id: Int64) throws(StorageError) -> Int64? {
        try connection.first("SELECT expires_at FROM grants WHERE id = ?1 AND revoked_at IS NULL", id) { $0.integer(0) }
    }

    /// What a person has allowed and can take back, oldest first, those after `after`.
    package func liveGrants(
        userID: Int64, after: Int64?, limit: Int, now: Int64
    ) throws(StorageError) -> [StoredGrant] {
        try connection.all(
            """
            SELECT id, user_id, client_id, audience, scope, context, session_id, nonce, auth_time, refresh, created_at,
                expires_at, revoked_at, revoked_reason, purpose, acr, address
            FROM grants WHERE user_id = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND id > ?3
            ORDER BY id LIMIT ?4
            """, userID, now, after ?? 0, page(limit)
        ) { (row) throws(StorageError) in try StoredGrant(row) }
    }
}

extension Reading where Self: ~Copyable {
    /// Everybody's, oldest first, those after `after`.
    package func liveGrants(after: Int64?, limit: Int, now: Int64) throws(StorageError) -> [StoredGrant] {
        try connection.all(
            """
            SELECT id, user_id, client_id, audience, scope, context, session_id, nonce, auth_time, refresh, created_at,
                expires_at, revoked_at, revoked_reason, purpose, acr, address
            FROM grants WHERE revoked_at IS NULL AND expires_at > ?1 AND id > ?2 ORDER BY id LIMIT ?3
            """, now, after ?? 0, page(limit)
        ) { (row) throws(StorageError) in try StoredGrant(row) }
    }

    /// How many grants for that audience can still be used, those of the client `own` left out. No index has the audience,
    /// which every new grant would pay for: this reads all live grants, and is for an administrator's rare question.
    package func liveGrants(audience: String, but own: String, now: Int64) throws(StorageError) -> Int {
        try connection.first(
            """
            SELECT count(*) FROM grants
            WHERE expires_at > ?3 AND revoked_at IS NULL AND audience = ?1 AND client_id <> ?2
            """, audience, own, now
        ) { Int($0.integer(0)) } ?? 0
    }
}

extension WriteTransaction {
    package func insertGrant(
        userID: Int64?, clientID: String, audience: String, scope: String, context: String, sessionID: Int64?,
        nonce: String?, authTime: Int64?, refresh: RefreshKind, now: Int64, expiresAt: Int64, purpose: String? = nil,
        acr: String? = nil, address: String? = nil
    ) throws(StorageError) -> Int64 {
        try connection.insert(
            """
            INSERT INTO grants (user_id, client_id, audience, scope, context, session_id, nonce, auth_time, refresh,
                created_at, expires_at, patient_id, purpose, acr, address)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, iif(json_valid(?5), json_extract(?5, '$.patient'), NULL),
                ?12, ?13, ?14)
            """,
            userID, clientID, audience, scope, context, sessionID, nonce, authTime, refresh.rawValue, now, expiresAt,
            purpose, acr, address)
    }

    /// A token was made from the grant now: it lives until `expiresAt` at least. A revoked grant stays as it is: false.
    package func useGrant(_ id: Int64, expiresAt: Int64, now: Int64) throws(StorageError) -> Bool {
        try connection.run(
            """
            UPDATE grants SET expires_at = max(expires_at, ?2), last_used_at = ?3 WHERE id = ?1 AND revoked_at IS NULL
            """, id, expiresAt, now) == 1
    }

    /// The first reason stays. False if there is no such grant or it was revoked before.
    package func revokeGrant(_ id: Int64, reason: String, now: Int64) throws(StorageError) -> Bool {
        try connection.run(
            "UPDATE grants SET revoked_at = ?2, revoked_reason = ?3 WHERE id = ?1 AND revoked_at IS NULL",
            id, now, reason) == 1
    }

    package func revokeGrants(clientID: String, reason: String, now: Int64) throws(StorageError) -> Int {
        try connection.run(
            "UPDATE grants SET revoked_at = ?2, revoked_reason = ?3 WHERE client_id = ?1 AND revoked_at IS NULL",
            clientID, now, reason)
    }

    package func revokeGrants(userID: Int64, reason: String, now: Int64) throws(StorageError) -> Int {
        try connection.run(
            "UPDATE grants SET revoked_at = ?2, revoked_reason = ?3 WHERE user_id = ?1 AND revoked_at IS NULL",
            userID, now, reason)
    }

    /// A person takes back what one app was allowed.
    package func revokeGrants(
        userID: Int64, clientID: String, reason: String, now: Int64
    ) throws(StorageError) -> Int {
        try connection.run(
            """
            UPDATE grants SET revoked_at = ?3, revoked_reason = ?4
            WHERE user_id = ?1 AND client_id = ?2 AND revoked_at IS NULL
            """, userID, clientID, now, reason)
    }

    /// A FHIR server is gone.
    package func revokeGrants(audience: String, reason: String, now: Int64) throws(StorageError) -> Int {
        try connection.run(
            """
            UPDATE grants SET revoked_at = ?2, revoked_reason = ?3
            WHERE expires_at > ?2 AND revoked_at IS NULL AND audience = ?1
            """, audience, now, reason)
    }

    /// Every grant made in a session, offline ones too.
    package func revokeGrants(sessionID: Int64, reason: String, now: Int64) throws(StorageError) -> Int {
        try connection.run(
            "UPDATE grants SET revoked_at = ?2, revoked_reason = ?3 WHERE session_id = ?1 AND revoked_at IS NULL",
            sessionID, now, reason)
    }
}

extension StoredGrant {
    fileprivate init(_ row: borrowing Row) throws(StorageError) {
        guard let refresh = RefreshKind(rawValue: row.text(9)) else { throw .corrupt("an unknown kind of refresh") }
        self.init(
            id: row.integer(0), userID: row.optionalInteger(1), clientID: row.text(2), audience: row.text(3),
            scope: row.text(4), context: row.text(5), sessionID: row.optionalInteger(6), nonce: row.optionalText(7),
            authTime: row.optionalInteger(8), refresh: refresh, createdAt: row.integer(10),
            expiresAt: row.integer(11), revokedAt: row.optionalInteger(12), revokedReason: row.optionalText(13),
            purpose: row.optionalText(14), acr: row.optionalText(15), address: row.optionalText(16))
    }
}
