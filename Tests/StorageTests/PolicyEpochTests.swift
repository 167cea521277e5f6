import Testing

@testable import Storage

@Suite struct `The policy epoch` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    struct Step: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let raises: Bool
        let body: @Sendable (borrowing WriteTransaction) throws -> Void

        init(
            _ name: String, raises: Bool = true, _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> Void
        ) {
            testDescription = name
            self.raises = raises
            self.body = body
        }
    }

    /// Each on top of those before it. User 1 is there, and the client "app".
    static let steps = [
        Step("a new policy") { try $0.putRolePolicy("nurse") },
        Step("another document") { try $0.putRolePolicy("nurse", "[]") },
        Step("an outdated put", raises: false) { try $0.putRolePolicy("nurse", expectedRevision: 1) },
        Step("a group that nobody is in", raises: false) { try $0.insertGroup("ward", title: "Ward", now: 1) },
        Step("a member") { _ = try $0.addGroupMember(1, to: "ward") },
        Step("the same member", raises: false) { _ = try $0.addGroupMember(1, to: "ward") },
        Step("a user's role") { try $0.assign("nurse", to: .user(1)) },
        Step("the same role", raises: false) { try $0.assign("nurse", to: .user(1)) },
        Step("a client's role") { try $0.assign("nurse", to: .client("app")) },
        Step("a group's role") { try $0.assign("nurse", to: .group("ward")) },
        Step("a role that is not there", raises: false) { try $0.assign("doctor", to: .user(1)) },
        Step("somebody who is not there", raises: false) { try $0.assign("nurse", to: .user(2)) },
        Step("a revocation") { _ = try $0.revokeRoleAssignment(1, by: "ada", reason: "left", now: 2) },
        Step("the same revocation", raises: false) {
            _ = try $0.revokeRoleAssignment(1, by: "ada", reason: "left", now: 2)
        },
        Step("a member less") { _ = try $0.removeGroupMember(1, from: "ward") },
        Step("the same member less", raises: false) { _ = try $0.removeGroupMember(1, from: "ward") },
        Step("a refused removal", raises: false) {
            _ = try $0.removeRolePolicy("nurse", actor: "ada", reason: nil, now: 2)
        },
        Step("a group less") { _ = try $0.removeGroup("ward", by: "ada", now: 2) },
        Step("the same group less", raises: false) { _ = try $0.removeGroup("ward", by: "ada", now: 2) },
        Step("a client with a role goes") { _ = try $0.deleteClient("app", now: 2) },
        Step("a client without one comes and goes", raises: false) {
            try $0.insertClient(id: "app", metadata: "", secretVerifiers: [], now: 3)
            _ = try $0.deleteClient("app", now: 3)
        },
        Step("a removal") { _ = try $0.removeRolePolicy("nurse", actor: "ada", reason: nil, now: 2) },
        Step("the same removal", raises: false) {
            _ = try $0.removeRolePolicy("nurse", actor: "ada", reason: nil, now: 2)
        },
        Step("other records", raises: false) {
            _ = try $0.insertGrant(userID: 1)
            let id = try $0.insertEmergencyAccess(
                userID: 1, clientID: "app", patient: "1", reason: "r", grantID: 1, now: 1, expiresAt: 2)
            _ = try $0.reviewEmergencyAccess(id, by: "ada", note: "n", now: 2)
            _ = try $0.insertEventNotice(kind: "k", body: "{}", now: 1)
        },
    ]

    @Test func `RT-10: every change of what somebody may do raises it, and nothing else does`() async throws {
        #expect(try await database.user() == 1)
        try await database.client("app")
        for step in Self.steps {
            let before = try database.epoch()
            // Whoever reads within the change sees it raised already.
            let within = try await database.write { transaction in
                try step.body(transaction)
                return try transaction.policyEpoch()
            }
            #expect(within == (try database.epoch()), "\(step.testDescription)")
            #expect((within > before) == step.raises && within >= before, "\(step.testDescription)")
        }
    }

    @Test func `reading does not raise it`() async throws {
        let user = try await database.user()
        try await database.policy("nurse")
        let before = try database.epoch()
        try database.read { (transaction) throws(StorageError) in
            _ = try transaction.rolePolicies()
            _ = try transaction.rolePolicyHistory("nurse", before: nil, limit: 10)
            _ = try transaction.roleAssignments(userID: user)
            _ = try transaction.roleAssignments(clientID: "app")
            _ = try transaction.roleAssignments(RoleAssignmentFilter(), after: nil, limit: 10)
            _ = try transaction.groups(userID: user)
            _ = try transaction.groups(after: nil, limit: 10)
            _ = try transaction.groupMembers("ward", after: nil, limit: 10)
        }
        #expect(try database.epoch() == before)
    }

    @Test func `a change that is taken back takes its epoch along`() async throws {
        struct Change: Error {}
        let before = try database.epoch()
        await #expect(throws: Change.self) {
            try await database.write {
                try $0.putRolePolicy("nurse")
                throw Change()
            }
        }
        #expect(try database.epoch() == before)
    }

    @Test func `ST-04: without one nothing can be decided or changed`() async throws {
        try await database.write {
            _ = try $0.connection.execute("DROP TRIGGER policy_epoch_stays; DELETE FROM policy_epoch;")
        }
        let error = #expect(throws: StorageError.self) { try database.epoch() }
        #expect(error == .corrupt("the policy epoch is missing"))
        await #expect(throws: StorageError.corrupt("the policy epoch is missing")) {
            try await database.policy("nurse")
        }
        #expect(
            try database.read { (transaction) throws(StorageError) in try transaction.rolePolicies() }.isEmpty)
    }
}

@Suite struct `ST-01, ST-10 policies in the file` {
    @Test func `all is there after a restart, and the epoch goes on`() async throws {
        let scratch = try Scratch()
        func all(_ database: Database) throws -> [String] {
            try database.read { (transaction) throws(StorageError) in
                [
                    "\(try transaction.policyEpoch())", "\(try transaction.rolePolicies())",
                    "\(try transaction.rolePolicyHistory("nurse", before: nil, limit: 10))",
                    "\(try transaction.roleAssignments(userID: 1))", "\(try transaction.groups(userID: 1))",
                    "\(try transaction.emergencyAccesses(before: nil, limit: 10))",
                    "\(try transaction.dueEventNotices(now: 10, limit: 10))",
                ]
            }
        }
        let database = try Database(path: scratch.path)
        let user = try await database.user()
        try await database.write {
            try $0.putRolePolicy("nurse")
            try $0.putRolePolicy("nurse", "[]")
            try $0.insertGroup("ward", title: "Ward", now: 1)
            _ = try $0.addGroupMember(user, to: "ward")
            try $0.assign("nurse", to: .group("ward"))
            _ = try $0.insertEmergencyAccess(
                userID: user, clientID: "app", patient: "1", reason: "r", grantID: 1, now: 1, expiresAt: 2)
            _ = try $0.insertEventNotice(kind: "k", body: "{}", now: 1)
        }
        let (before, epoch) = (try all(database), try database.epoch())
        #expect(epoch > 0)
        database.close()
        let restarted = try Database(path: scratch.path)
        #expect(try all(restarted) == before)
        try await restarted.policy("nurse")
        #expect(try restarted.epoch() > epoch)
    }

    @Test func `what was there before policies is kept, and has none`() async throws {
        let scratch = try Scratch()
        try Engine(
            path: scratch.path, options: DatabaseOptions(), migrations: Array(migrations.prefix { $0.version < 8 })
        ).close()
        try scratch.connection().execute(
            """
            INSERT INTO users (sub, username, username_key, display_name, password_hash, created_at)
                VALUES ('s', 'Ada', 'ada', 'Ada', 'h', 1);
            INSERT INTO clients (id, metadata, created_at, updated_at) VALUES ('app', '{}', 1, 2);
            INSERT INTO grants (user_id, client_id, audience, scope, context, refresh, created_at, expires_at, patient_id)
                VALUES (1, 'app', 'a', 's', '{}', 'offline', 1, 5000, '7');
            INSERT INTO grants (client_id, audience, scope, context, refresh, created_at, expires_at, revoked_at,
                revoked_reason) VALUES ('app', 'a', 's', '{}', 'none', 1, 5000, 3, 'gone');
            """)
        let database = try Database(path: scratch.path)
        let found = try database.read { (transaction) throws(StorageError) in
            (
                try transaction.grant(1), try transaction.grant(2), try transaction.user(id: 1),
                try transaction.client("app"), try transaction.rolePolicies(), try transaction.policyEpoch(),
                try transaction.appAccess(userID: 1, now: 2)
            )
        }
        let first = StoredGrant(
            id: 1, userID: 1, clientID: "app", audience: "a", scope: "s", context: "{}", sessionID: nil, nonce: nil,
            authTime: nil, refresh: .offline, createdAt: 1, expiresAt: 5000, revokedAt: nil, revokedReason: nil)
        #expect(found.0 == first)
        #expect(found.1?.revokedReason == "gone" && found.1?.purpose == nil && found.1?.address == nil)
        #expect(found.2?.username == "Ada" && found.3?.updatedAt == 2)
        #expect(found.4.isEmpty && found.5 == 0 && found.6.first?.patients == ["7"])
        try await database.policy("nurse")
        #expect(try await database.write { try $0.assign("nurse", to: .user(1)) } == .assigned(1))
        #expect(try database.damages().isEmpty)
    }
}
