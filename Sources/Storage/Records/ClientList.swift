/// Which clients an administrator wants to see: those that fit everything that is stated.
package struct ClientFilter: Sendable, Equatable {
    package var isWaiting: Bool
    /// What `client_name` holds, in whichever case of ASCII letters.
    package var name: String?

    package init(isWaiting: Bool = false, name: String? = nil) {
        self.isWaiting = isWaiting
        self.name = name
    }
}

/// What a list of clients can be sorted by.
package enum ClientSort: String, Sendable, CaseIterable {
    case id = "client_id"
    /// In whichever case of ASCII letters.
    case name
    case created
}

extension Reading where Self: ~Copyable {
    /// Those after that place. No index has name or time, for there are thousands of clients and not millions: each page reads
    /// them all.
    package func clients(
        _ filter: ClientFilter, by sort: ClientSort, isDescending: Bool, after: ListPlace?, limit: Int
    ) throws(StorageError) -> [Listed<StoredClient>] {
        let statement: StaticString =
            switch (sort, isDescending) {
            case (.id, false): byID
            case (.id, true): byIDDescending
            case (.name, false): byName
            case (.name, true): byNameDescending
            case (.created, false): byCreation
            case (.created, true): byCreationDescending
            }
        let places = try connection.all(
            statement, after?.key, after?.id, filter.isWaiting ? 1 : 0, filter.name, page(limit)
        ) { ListPlace(key: $0.text(1), id: $0.text(0)) }
        var clients: [Listed<StoredClient>] = []
        for place in places {
            if let client = try client(place.id) { clients.append(Listed(element: client, place: place)) }
        }
        return clients
    }

    private var byID: StaticString {
        """
        SELECT id, '' FROM clients
        WHERE (?2 IS NULL OR id > ?2) AND (?3 = 0 OR standing = 'waiting')
            AND (?4 IS NULL OR iif(json_valid(metadata), instr(lower(metadata ->> '$.client_name'), lower(?4)) > 0, 0))
        ORDER BY id LIMIT ?5
        """
    }

    private var byIDDescending: StaticString {
        """
        SELECT id, '' FROM clients
        WHERE (?2 IS NULL OR id < ?2) AND (?3 = 0 OR standing = 'waiting')
            AND (?4 IS NULL OR iif(json_valid(metadata), instr(lower(metadata ->> '$.client_name'), lower(?4)) > 0, 0))
        ORDER BY id DESC LIMIT ?5
        """
    }

    private var byName: StaticString {
        """
        SELECT id, CAST(coalesce(iif(json_valid(metadata), metadata ->> '$.client_name', NULL), '') AS TEXT) AS name
        FROM clients
        WHERE (?1 IS NULL OR (name COLLATE NOCASE, id) > (?1, ?2)) AND (?3 = 0 OR standing = 'waiting')
            AND (?4 IS NULL OR instr(lower(name), lower(?4)) > 0)
        ORDER BY name COLLATE NOCASE, id LIMIT ?5
        """
    }

    private var byNameDescending: StaticString {
        """
        SELECT id, CAST(coalesce(iif(json_valid(metadata), metadata ->> '$.client_name', NULL), '') AS TEXT) AS name
        FROM clients
        WHERE (?1 IS NULL OR (name COLLATE NOCASE, id) < (?1, ?2)) AND (?3 = 0 OR standing = 'waiting')
            AND (?4 IS NULL OR instr(lower(name), lower(?4)) > 0)
        ORDER BY name COLLATE NOCASE DESC, id DESC LIMIT ?5
        """
    }

    private var byCreation: StaticString {
        """
        SELECT id, CAST(created_at AS TEXT) FROM clients
        WHERE (?1 IS NULL OR (created_at, id) > (CAST(?1 AS INTEGER), ?2)) AND (?3 = 0 OR standing = 'waiting')
            AND (?4 IS NULL OR iif(json_valid(metadata), instr(lower(metadata ->> '$.client_name'), lower(?4)) > 0, 0))
        ORDER BY created_at, id LIMIT ?5
        """
    }

    private var byCreationDescending: StaticString {
        """
        SELECT id, CAST(created_at AS TEXT) FROM clients
        WHERE (?1 IS NULL OR (created_at, id) < (CAST(?1 AS INTEGER), ?2)) AND (?3 = 0 OR standing = 'waiting')
            AND (?4 IS NULL OR iif(json_valid(metadata), instr(lower(metadata ->> '$.client_name'), lower(?4)) > 0, 0))
        ORDER BY created_at DESC, id DESC LIMIT ?5
        """
    }
}
