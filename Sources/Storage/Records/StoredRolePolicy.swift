/// What a role may do, as it stands. What the document means is not known here.
package struct StoredRolePolicy: Sendable, Equatable {
    package let role: String
    /// Counted by this server for each role, and never again from the start: a policy that was removed and made again goes on
    /// where it was.
    package let revision: Int64
    /// JSON text.
    package let document: String
    /// The `version` of the file that it was last seeded from; nil: it came in another way.
    package let seedVersion: Int64?
    /// An administrator has changed it since.
    package let isEdited: Bool
    package let updatedAt: Int64
    package let actor: String
    package let reason: String?
}

/// What became of a policy that was to be put in place.
package enum RolePolicyPut: Sendable, Equatable {
    case done(revision: Int64)
    /// Nothing was changed: this is the revision now, nil if there is no policy, and not the one that was expected.
    case outdated(current: Int64?)
}

/// What became of a policy that was to be removed.
package enum RolePolicyRemoval: Sendable, Equatable {
    /// The revision under which the history says so.
    case done(revision: Int64)
    /// There is no such policy.
    case notFound
    /// Nothing was changed: this is the revision now, and not the one that was expected.
    case outdated(current: Int64)
    /// Nothing was changed: somebody has the role, although perhaps not at this time.
    case assigned
}

extension Schema {
    static let rolePolicies: StaticString = """
        CREATE TABLE role_policies (
            role TEXT PRIMARY KEY,
            revision INTEGER NOT NULL,
            document TEXT NOT NULL,
            seed_version INTEGER,
            is_edited INTEGER NOT NULL CHECK (is_edited IN (0, 1)),
            updated_at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            reason TEXT
        ) STRICT, WITHOUT ROWID;
        """
}

extension Reading where Self: ~Copyable {
    /// Every one, in the order of the roles, and never a page: what was left out might be what denies.
    package func rolePolicies() throws(StorageError) -> [StoredRolePolicy] {
        try connection.all(
            """
            SELECT role, revision, document, seed_version, is_edited, updated_at, actor, reason FROM role_policies
            ORDER BY role
            """
        ) { StoredRolePolicy($0) }
    }

    package func rolePolicy(_ role: String) throws(StorageError) -> StoredRolePolicy? {
        try connection.first(
            """
            SELECT role, revision, document, seed_version, is_edited, updated_at, actor, reason FROM role_policies
            WHERE role = ?1
            """, role
        ) { StoredRolePolicy($0) }
    }
}

extension WriteTransaction {
    /// Puts a policy in place, a new one or in place of another, and adds it to the history. With an `expectedRevision` only
    /// over that one (0: where there is none), so that no update is lost (AD-09).
    package func putRolePolicy(
        _ role: String, document: String, seedVersion: Int64?, isEdited: Bool, actor: String, reason: String?,
        expectedRevision: Int64? = nil, now: Int64
    ) throws(StorageError) -> RolePolicyPut {
        let current = try rolePolicy(role)?.revision
        if let expectedRevision, expectedRevision != current ?? 0 { return .outdated(current: current) }
        let revision = try appendRolePolicyRevision(
            role, document: document, seedVersion: seedVersion, actor: actor, reason: reason, now: now)
        try connection.run(
            """
            INSERT INTO role_policies (role, revision, document, seed_version, is_edited, updated_at, actor, reason)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (role) DO UPDATE SET revision = excluded.revision, document = excluded.document,
                seed_version = excluded.seed_version, is_edited = excluded.is_edited,
                updated_at = excluded.updated_at, actor = excluded.actor, reason = excluded.reason
            """, role, revision, document, seedVersion, isEdited ? 1 : 0, now, actor, reason)
        try raisePolicyEpoch()
        return .done(revision: revision)
    }

    /// Removes a policy that nobody has; its history stays, and tells of the removal with the seed version that was removed.
    package func removeRolePolicy(
        _ role: String, actor: String, reason: String?, expectedRevision: Int64? = nil, now: Int64
    ) throws(StorageError) -> RolePolicyRemoval {
        guard let current = try rolePolicy(role) else { return .notFound }
        if let expectedRevision, expectedRevision != current.revision { return .outdated(current: current.revision) }
        if try isAssigned(role: role) { return .assigned }
        let revision = try appendRolePolicyRevision(
            role, document: nil, seedVersion: current.seedVersion, actor: actor, reason: reason, now: now)
        try connection.run("DELETE FROM role_policies WHERE role = ?1", role)
        try raisePolicyEpoch()
        return .done(revision: revision)
    }
}

extension StoredRolePolicy {
    fileprivate init(_ row: borrowing Row) {
        self.init(
            role: row.text(0), revision: row.integer(1), document: row.text(2), seedVersion: row.optionalInteger(3),
            isEdited: row.bool(4), updatedAt: row.integer(5), actor: row.text(6), reason: row.optionalText(7))
    }
}
