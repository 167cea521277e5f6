/// What a role's policy was made, by whom and why.
package struct RolePolicyRevision: Sendable, Equatable {
    package let role: String
    package let revision: Int64
    /// JSON text; nil: the policy was removed.
    package let document: String?
    package let seedVersion: Int64?
    package let at: Int64
    package let actor: String
    package let reason: String?
}

extension Schema {
    /// The triggers keep a mistake of ours from rewriting history.
    static let rolePolicyHistory: StaticString = """
        CREATE TABLE role_policy_history (
            role TEXT NOT NULL,
            revision INTEGER NOT NULL,
            document TEXT,
            seed_version INTEGER,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            reason TEXT,
            PRIMARY KEY (role, revision)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER role_policy_history_is_not_changed BEFORE UPDATE ON role_policy_history
        BEGIN SELECT RAISE(ABORT, 'the history of policies is never changed'); END;
        CREATE TRIGGER role_policy_history_is_not_deleted BEFORE DELETE ON role_policy_history
        BEGIN SELECT RAISE(ABORT, 'the history of policies is never deleted'); END;
        """
}

extension Reading where Self: ~Copyable {
    /// Newest first, those before the revision `before`; of removed policies too.
    package func rolePolicyHistory(
        _ role: String, before: Int64?, limit: Int
    ) throws(StorageError) -> [RolePolicyRevision] {
        try connection.all(
            """
            SELECT role, revision, document, seed_version, at, actor, reason FROM role_policy_history
            WHERE role = ?1 AND revision < ?2 ORDER BY revision DESC LIMIT ?3
            """, role, before ?? Int64.max, page(limit)
        ) { RolePolicyRevision($0) }
    }

    /// The removal of each policy that was removed and not put in place again.
    package func rolePolicyRemovals() throws(StorageError) -> [RolePolicyRevision] {
        try connection.all(
            """
            SELECT role, revision, document, seed_version, at, actor, reason FROM role_policy_history AS entry
            WHERE document IS NULL
                AND revision = (SELECT max(revision) FROM role_policy_history WHERE role = entry.role)
            ORDER BY role
            """
        ) { RolePolicyRevision($0) }
    }

    package func rolePolicyRevision(_ role: String, _ revision: Int64) throws(StorageError) -> RolePolicyRevision? {
        try connection.first(
            """
            SELECT role, revision, document, seed_version, at, actor, reason FROM role_policy_history
            WHERE role = ?1 AND revision = ?2
            """, role, revision
        ) { RolePolicyRevision($0) }
    }
}

extension WriteTransaction {
    /// Answers the new revision.
    func appendRolePolicyRevision(
        _ role: String, document: String?, seedVersion: Int64?, actor: String, reason: String?, now: Int64
    ) throws(StorageError) -> Int64 {
        let last = try connection.first("SELECT max(revision) FROM role_policy_history WHERE role = ?1", role) {
            $0.integer(0)
        }
        let (revision, overflow) = (last ?? 0).addingReportingOverflow(1)
        guard !overflow, revision > 0 else { throw .corrupt("the revision of a role's policy is out of range") }
        try connection.run(
            """
            INSERT INTO role_policy_history (role, revision, document, seed_version, at, actor, reason)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """, role, revision, document, seedVersion, now, actor, reason)
        return revision
    }
}

extension RolePolicyRevision {
    fileprivate init(_ row: borrowing Row) {
        self.init(
            role: row.text(0), revision: row.integer(1), document: row.optionalText(2),
            seedVersion: row.optionalInteger(3), at: row.integer(4), actor: row.text(5), reason: row.optionalText(6))
    }
}
