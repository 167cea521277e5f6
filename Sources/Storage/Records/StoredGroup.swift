/// People who have roles together.
package struct StoredGroup: Sendable, Equatable {
    package let name: String
    package let title: String
    package let createdAt: Int64
}

extension Schema {
    static let groups: StaticString = """
        CREATE TABLE groups (
            name TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE group_members (
            group_name TEXT NOT NULL REFERENCES groups (name) ON DELETE CASCADE,
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            PRIMARY KEY (group_name, user_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX group_members_by_user ON group_members (user_id, group_name);
        """
}

extension Reading where Self: ~Copyable {
    package func group(_ name: String) throws(StorageError) -> StoredGroup? {
        try connection.first("SELECT name, title, created_at FROM groups WHERE name = ?1", name) { StoredGroup($0) }
    }

    /// In the order of their names, those after `after`.
    package func groups(after: String?, limit: Int) throws(StorageError) -> [StoredGroup] {
        try connection.all(
            "SELECT name, title, created_at FROM groups WHERE name > ?1 ORDER BY name LIMIT ?2", after ?? "",
            page(limit)
        ) { StoredGroup($0) }
    }

    /// All that a person is in, in the order of their names.
    package func groups(userID: Int64) throws(StorageError) -> [StoredGroup] {
        try connection.all(
            """
            SELECT g.name, g.title, g.created_at FROM group_members m JOIN groups g ON g.name = m.group_name
            WHERE m.user_id = ?1 ORDER BY g.name
            """, userID
        ) { StoredGroup($0) }
    }

    /// The numbers of the users, rising, those after `after`.
    package func groupMembers(_ group: String, after: Int64?, limit: Int) throws(StorageError) -> [Int64] {
        try connection.all(
            "SELECT user_id FROM group_members WHERE group_name = ?1 AND user_id > ?2 ORDER BY user_id LIMIT ?3", group,
            after ?? 0, page(limit)
        ) { $0.integer(0) }
    }
}

extension WriteTransaction {
    /// `StorageError.conflict` if the name is taken.
    package func insertGroup(_ name: String, title: String, now: Int64) throws(StorageError) {
        try connection.run("INSERT INTO groups (name, title, created_at) VALUES (?1, ?2, ?3)", name, title, now)
    }

    /// False if there is no such group.
    package func retitleGroup(_ name: String, title: String) throws(StorageError) -> Bool {
        try connection.run("UPDATE groups SET title = ?2 WHERE name = ?1", name, title) == 1
    }

    /// With the group go its memberships, and its roles end: a group that is made under the same name has none of them. False
    /// if there is no such group.
    package func removeGroup(_ name: String, by actor: String, now: Int64) throws(StorageError) -> Bool {
        guard try connection.run("DELETE FROM groups WHERE name = ?1", name) == 1 else { return false }
        try endRoleAssignments(of: .group(name), by: actor, reason: "group removed", now: now)
        try raisePolicyEpoch()
        return true
    }

    /// False if the person is in the group already. `StorageError.conflict` if there is no such group or no such user.
    package func addGroupMember(_ userID: Int64, to group: String) throws(StorageError) -> Bool {
        let added = try connection.run(
            "INSERT INTO group_members (group_name, user_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING", group, userID)
        if added == 1 { try raisePolicyEpoch() }
        return added == 1
    }

    /// False if the person is not in the group.
    package func removeGroupMember(_ userID: Int64, from group: String) throws(StorageError) -> Bool {
        let removed = try connection.run(
            "DELETE FROM group_members WHERE group_name = ?1 AND user_id = ?2", group, userID)
        if removed == 1 { try raisePolicyEpoch() }
        return removed == 1
    }
}

extension StoredGroup {
    fileprivate init(_ row: borrowing Row) {
        self.init(name: row.text(0), title: row.text(1), createdAt: row.integer(2))
    }
}
