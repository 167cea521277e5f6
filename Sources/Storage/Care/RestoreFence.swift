extension WriteTransaction {
    /// Ends all that an old copy could bring back to life (ST-06). What was used, revoked or withdrawn since the copy was made is
    /// not known to it: so nothing that can be used once, revoked or withdrawn goes on from it. People sign in again, apps ask
    /// again; clients, people, roles and the audit record stay.
    ///
    /// Numbers of rows go on far beyond the copy's: a token that was issued after the copy was made names a grant by its
    /// number, and no new grant may come to bear it. Those of audit records have no gaps: a missing one is one that was removed.
    package func fenceRestoredCopy(now: Int64) throws(StorageError) {
        for statement in Self.ends { try connection.run(statement) }
        try connection.run(
            "UPDATE grants SET revoked_at = ?1, revoked_reason = 'restored' WHERE revoked_at IS NULL", now)
        for table in Self.numbered {
            // One that never had a row has no line there, and would begin at 1 again.
            try connection.run(
                """
                INSERT INTO sqlite_sequence (name, seq)
                SELECT ?1, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)
                """, table)
        }
        try connection.run(
            """
            UPDATE sqlite_sequence SET seq = seq + 4294967296
            WHERE seq < 4611686018427387904 AND name NOT IN ('audit', 'audit_checkpoints')
            """)
        try setProperty(restoredAt, String(now))
    }

    /// Whose numbers are given out.
    private static var numbered: [String] {
        [
            "grants", "codes", "launches", "interactions", "sessions", "refresh_tokens", "access_tokens",
            "registration_tokens", "registrations", "consents", "client_secrets", "role_assignments", "users",
            "emergency_accesses", "logout_notices", "event_notices", "idempotency_keys",
        ]
    }

    private static var ends: [StaticString] {
        [
            "DELETE FROM codes", "DELETE FROM launches", "DELETE FROM interactions", "DELETE FROM refresh_tokens",
            "DELETE FROM access_tokens", "DELETE FROM session_clients", "DELETE FROM sessions", "DELETE FROM consents",
            // Initial access tokens have so many uses, and registration access tokens one each.
            "DELETE FROM registration_tokens", "DELETE FROM registrations",
            // They were sent, or somebody else has been told by now.
            "DELETE FROM logout_notices", "DELETE FROM event_notices",
        ]
    }
}

private let restoredAt = "restored_at"

extension Reading where Self: ~Copyable {
    /// When this database was put in place of another, in seconds since 1970; nil if it never was.
    package func restoreTime() throws(StorageError) -> Int64? { try property(restoredAt).flatMap { Int64($0) } }
}
