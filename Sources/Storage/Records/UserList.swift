/// What a list of people can be sorted by.
package enum UserSort: String, Sendable, CaseIterable {
    /// In the order that they were added.
    case created
    case username
    /// What is shown of them, in whichever case of ASCII letters.
    case name
}

extension Schema {
    /// Who is looked for by name is found by it. Rows come and names change seldom.
    static let usersByName: StaticString = """
        CREATE INDEX users_by_name ON users (display_name COLLATE NOCASE, id);
        """
}

extension Reading where Self: ~Copyable {
    /// Those after that place. By an index each way, however many people there are.
    package func users(
        by sort: UserSort, isDescending: Bool, after: ListPlace?, limit: Int
    ) throws(StorageError) -> [Listed<StoredUser>] {
        switch sort {
        case .created: try listed(byCreation(isDescending, after, limit))
        case .username: try users(namedLike: nil, isDescending: isDescending, after: after, limit: limit)
        case .name: try listed(byName(isDescending, after, limit))
        }
    }

    /// By their usernames, those after that place, and of them those alone whose username's key begins so; nil: all.
    package func users(
        namedLike beginning: String?, isDescending: Bool, after: ListPlace?, limit: Int
    ) throws(StorageError) -> [Listed<StoredUser>] {
        // No text is above a BLOB, and in no name is the last of all characters, which stands for nothing.
        let statement: StaticString =
            isDescending
            ? """
            SELECT id, username_key FROM users
            WHERE username_key < min(coalesce(?1, x''), coalesce(?3, x'')) AND username_key >= coalesce(?2, '')
            ORDER BY username_key DESC LIMIT ?4
            """
            : """
            SELECT id, username_key FROM users
            WHERE username_key >= max(coalesce(?1, ''), coalesce(?2, '')) AND (?1 IS NULL OR username_key <> ?1)
                AND username_key < coalesce(?3, x'')
            ORDER BY username_key LIMIT ?4
            """
        return try listed(
            connection.all(statement, after?.key, beginning, beginning.map { $0 + "\u{10FFFF}" }, page(limit)) {
                ($0.integer(0), $0.text(1))
            })
    }

    private func byCreation(
        _ isDescending: Bool, _ after: ListPlace?, _ limit: Int
    ) throws(StorageError) -> [(id: Int64, key: String)] {
        let statement: StaticString =
            isDescending
            ? "SELECT id FROM users WHERE id < coalesce(?1, 9223372036854775807) ORDER BY id DESC LIMIT ?2"
            : "SELECT id FROM users WHERE id > coalesce(?1, 0) ORDER BY id LIMIT ?2"
        return try connection.all(statement, after?.number, page(limit)) { ($0.integer(0), "") }
    }

    private func byName(
        _ isDescending: Bool, _ after: ListPlace?, _ limit: Int
    ) throws(StorageError) -> [(id: Int64, key: String)] {
        let statement: StaticString =
            isDescending
            ? """
            SELECT id, display_name FROM users
            WHERE display_name COLLATE NOCASE <= coalesce(?1, x'')
                AND (?1 IS NULL OR display_name COLLATE NOCASE < ?1 OR id < ?2)
            ORDER BY display_name COLLATE NOCASE DESC, id DESC LIMIT ?3
            """
            : """
            SELECT id, display_name FROM users
            WHERE display_name COLLATE NOCASE >= coalesce(?1, '')
                AND (?1 IS NULL OR display_name COLLATE NOCASE > ?1 OR id > ?2)
            ORDER BY display_name COLLATE NOCASE, id LIMIT ?3
            """
        return try connection.all(statement, after?.key, after?.number, page(limit)) { ($0.integer(0), $0.text(1)) }
    }

    private func listed(_ rows: [(id: Int64, key: String)]) throws(StorageError) -> [Listed<StoredUser>] {
        var users: [Listed<StoredUser>] = []
        for row in rows {
            guard let user = try user(id: row.id) else { continue }
            users.append(Listed(element: user, place: ListPlace(key: row.key, id: String(row.id))))
        }
        return users
    }
}
