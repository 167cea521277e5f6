/// How a client came to be, and what an administrator has said of it since.
package enum ClientStanding: String, Sendable, CaseIterable {
    /// An administrator registered it.
    case administered
    /// It registered itself and waits for an administrator: until then it can do nothing.
    case waiting
    /// It registered itself, and may be used although nobody has looked at it.
    case unreviewed
    /// It registered itself, and an administrator approved it as it is.
    case approved

    /// Somebody of the organization stands behind it.
    package var isReviewed: Bool { self == .administered || self == .approved }
}

extension Schema {
    /// `name_key` is what a name looks like, folded when it is first needed; null: not folded yet.
    static let clientStandings: StaticString = """
        ALTER TABLE clients ADD COLUMN standing TEXT NOT NULL DEFAULT 'administered';
        ALTER TABLE clients ADD COLUMN name_key TEXT;
        CREATE INDEX clients_by_standing ON clients (standing) WHERE standing <> 'administered';
        CREATE INDEX clients_by_name_key ON clients (name_key);
        """
}

extension Reading where Self: ~Copyable {
    /// How many clients registered themselves, whatever became of them, and are still there (AD-01).
    package func selfRegisteredClientCount() throws(StorageError) -> Int {
        let count = try connection.first("SELECT count(*) FROM clients WHERE standing <> 'administered'") {
            $0.integer(0)
        }
        return Int(count ?? 0)
    }

    /// A client other than `id` whose name looks like that, if every name was folded before (AD-04).
    package func client(nameKey: String, otherThan id: String) throws(StorageError) -> String? {
        try connection.first("SELECT id FROM clients WHERE name_key = ?1 AND id <> ?2", nameKey, id) { $0.text(0) }
    }

    /// Clients whose names were not folded yet, with their metadata.
    package func clientsWithoutNameKey(
        limit: Int
    ) throws(StorageError) -> [(id: String, metadata: String)] {
        try connection.all("SELECT id, metadata FROM clients WHERE name_key IS NULL LIMIT ?1", page(limit)) {
            ($0.text(0), $0.text(1))
        }
    }
}

extension WriteTransaction {
    package func setClientNameKey(_ id: String, _ key: String) throws(StorageError) {
        try connection.run("UPDATE clients SET name_key = ?2 WHERE id = ?1", id, key)
    }

    /// Makes room: forgets up to `limit` clients that have waited for an administrator as they are since before `before`, and
    /// that nobody has disabled. Returns their ids.
    package func forgetWaitingClients(before: Int64, limit: Int, now: Int64) throws(StorageError) -> [String] {
        let ids = try connection.all(
            """
            SELECT id FROM clients
            WHERE standing = 'waiting' AND updated_at < ?1 AND disabled_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.client_id = clients.id AND revoked_at IS NULL)
            ORDER BY updated_at LIMIT ?2
            """, before, Int64(clamping: limit)
        ) { $0.text(0) }
        for id in ids { _ = try deleteClient(id, now: now) }
        return ids
    }

    /// A client that has to wait loses what it holds, as a disabled one does. False if there is no such client.
    package func setClientStanding(
        _ id: String, _ standing: ClientStanding, now: Int64
    ) throws(StorageError) -> Bool {
        guard
            try connection.run(
                "UPDATE clients SET standing = ?2, updated_at = ?3 WHERE id = ?1", id, standing.rawValue, now) == 1
        else { return false }
        if standing == .waiting { try endEverything(ofClient: id, reason: "client waits for approval", now: now) }
        return true
    }
}
