extension Schema {
    /// The apps that a person signed in to in one session, each with the `sid` that its id_tokens carry. Kept apart from
    /// the grants, which may be gone long before the session is.
    static let sessionClients: StaticString = """
        CREATE TABLE session_clients (
            session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
            sid TEXT NOT NULL,
            is_notified INTEGER NOT NULL,
            PRIMARY KEY (session_id, client_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX session_clients_by_client ON session_clients (client_id);
        """
}

extension Reading where Self: ~Copyable {
    /// The `sid` that this client knows the session by; nil if the person did not sign in to it in this session.
    package func sessionIdentifier(sessionID: Int64, clientID: String) throws(StorageError) -> String? {
        try connection.first(
            "SELECT sid FROM session_clients WHERE session_id = ?1 AND client_id = ?2", sessionID, clientID
        ) { $0.text(0) }
    }
}

extension WriteTransaction {
    /// Remembers that the person signed in to a client; `isNotified`: the client wants to hear of the session's end. The
    /// first `sid` that a client was told stays.
    package func insertSessionClient(
        sessionID: Int64, clientID: String, sid: String, isNotified: Bool
    ) throws(StorageError) {
        try connection.run(
            """
            INSERT INTO session_clients (session_id, client_id, sid, is_notified) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (session_id, client_id) DO UPDATE SET is_notified = excluded.is_notified
            """, sessionID, clientID, sid, isNotified ? 1 : 0)
    }
}
