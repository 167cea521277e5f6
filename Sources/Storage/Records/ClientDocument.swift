/// Clients whose id is the address of a document that says what they are: the row is what was last found there.
extension Schema {
    static let clientDocuments: StaticString = """
        CREATE TABLE client_documents (
            client_id TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
            seen_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX client_documents_by_time ON client_documents (seen_at);
        """
}

extension WriteTransaction {
    /// The document of that client was seen to hold at that time.
    package func setClientDocumentSeen(_ clientID: String, at time: Int64) throws(StorageError) {
        try connection.run(
            """
            INSERT INTO client_documents (client_id, seen_at) VALUES (?1, ?2)
            ON CONFLICT (client_id) DO UPDATE SET seen_at = max(seen_at, excluded.seen_at)
            """, clientID, time)
    }

    /// Makes room: forgets up to `limit` clients that came by a document not seen since `before`, that nobody has approved or
    /// disabled, and that hold nothing. They can come again. Returns their ids.
    package func forgetIdleDocumentClients(before: Int64, limit: Int, now: Int64) throws(StorageError) -> [String] {
        let ids = try connection.all(
            """
            SELECT client_id FROM client_documents JOIN clients ON clients.id = client_documents.client_id
            WHERE seen_at < ?1 AND standing IN ('waiting', 'unreviewed') AND disabled_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.client_id = clients.id AND revoked_at IS NULL)
            ORDER BY seen_at LIMIT ?2
            """, before, Int64(clamping: limit)
        ) { $0.text(0) }
        for id in ids { _ = try deleteClient(id, now: now) }
        return ids
    }
}
