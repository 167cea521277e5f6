import Testing

@testable import Storage

@Suite struct `Role assignments` {
    let database: Database
    let ada, bob: Int64

    init() async throws {
        database = try Database(path: ":memory:")
        (ada, bob) = (try await database.user("ada"), try await database.user("bob"))
        for role in ["nurse", "billing", "suspended"] { try await database.policy(role) }
        try await database.client("app")
    }

    private func assign(
        _ role: String, _ subject: RoleSubject, _ parameters: String = "{}"
    ) async throws -> RoleAssignmentOutcome {
        try await database.write { try $0.assign(role, to: subject, parameters: parameters) }
    }

    private func revoke(_ id: Int64, now: Int64 = 1100) async throws -> Bool {
        try await database.write { try $0.revokeRoleAssignment(id, by: "eve", reason: "left", now: now) }
    }

    private func held(by user: Int64) throws -> [Int64] {
        try database.read { (transaction) throws(StorageError) in
            try transaction.roleAssignments(userID: user).map(\.id)
        }
    }

    private func held(byClient id: String) throws -> [Int64] {
        try database.read { (transaction) throws(StorageError) in
            try transaction.roleAssignments(clientID: id).map(\.id)
        }
    }

    private func stored(_ id: Int64) throws -> StoredRoleAssignment? {
        try database.read { (transaction) throws(StorageError) in try transaction.roleAssignment(id) }
    }

    private func list(
        _ subject: RoleSubject? = nil, role: String? = nil, ended: Bool = false, after: Int64? = nil, limit: Int = 100
    ) throws -> [Int64] {
        try database.read { (transaction) throws(StorageError) in
            try transaction.roleAssignments(
                RoleAssignmentFilter(subject: subject, role: role, includesEnded: ended), after: after, limit: limit
            ).map(\.id)
        }
    }

    @Test func `an assignment is kept as it was made, and after its end with who ended it`() async throws {
        let (ada, made) = (
            ada,
            { (revokedAt: Int64?, by: String?, reason: String?) in
                StoredRoleAssignment(
                    id: 1, subject: .user(self.ada), role: "nurse", parameters: #"{"clinic":"Organization/7"}"#,
                    validFrom: 2000, validUntil: 3000, grantedBy: "eve", reason: "night shift", grantedAt: 1000,
                    revokedAt: revokedAt, revokedBy: by, revokeReason: reason)
            }
        )
        let outcome = try await database.write {
            try $0.assignRole(
                "nurse", to: .user(ada), parameters: #"{"clinic":"Organization/7"}"#, validFrom: 2000, validUntil: 3000,
                by: "eve", reason: "night shift", now: 1000)
        }
        #expect(outcome == .assigned(1))
        #expect(try stored(1) == made(nil, nil, nil))
        // Whose time has not come is there too: the caller needs to know when it comes.
        #expect(try held(by: ada) == [1] && held(by: bob) == [])
        #expect(try await revoke(1))
        #expect(try await !revoke(1, now: 1200))
        #expect(try await !revoke(2))
        #expect(try stored(1) == made(1100, "eve", "left"))
        #expect(try stored(2) == nil)
        #expect(try held(by: ada) == [])
    }

    @Test func `the same twice is told by the one that is there, until that has ended`() async throws {
        #expect(try await assign("nurse", .user(ada)) == .assigned(1))
        #expect(try await assign("nurse", .user(ada)) == .exists(1))
        #expect(try await assign("nurse", .user(ada), #"{"clinic":"1"}"#) == .assigned(2))
        #expect(try await assign("billing", .user(ada)) == .assigned(3))
        #expect(try await assign("nurse", .user(bob)) == .assigned(4))
        #expect(try await revoke(1))
        #expect(try await assign("nurse", .user(ada)) == .assigned(5))
        #expect(try held(by: ada) == [2, 3, 5])
    }

    @Test func `nobody gets a role that is not there, and nobody who is not there gets one`() async throws {
        #expect(try await assign("doctor", .user(ada)) == .noSuchRole)
        #expect(try await assign("Nurse", .user(ada)) == .noSuchRole)
        for subject in [.user(99), .client("none"), .group("none"), .client("\(ada)")] as [RoleSubject] {
            #expect(try await assign("nurse", subject) == .noSuchSubject)
        }
        #expect(try list(ended: true).isEmpty)
    }

    @Test func `a time that ends before it begins is a conflict`() async throws {
        let ada = ada
        for (from, until) in [(2000, 2000), (2000, 1999)] as [(Int64, Int64)] {
            let error = await #expect(throws: StorageError.self) {
                try await database.write {
                    _ = try $0.assignRole(
                        "nurse", to: .user(ada), parameters: "{}", validFrom: from, validUntil: until, by: "eve",
                        reason: "", now: 1)
                }
            }
            #expect(error?.isConflict == true)
        }
        #expect(try held(by: ada).isEmpty)
    }

    @Test func `a person has their own roles and those of all their groups, and nobody else's`() async throws {
        let (ada, bob) = (ada, bob)
        try await database.client("\(ada)")
        try await database.write { transaction in
            for name in ["ward", "night", "\(ada)"] { try transaction.insertGroup(name, title: name, now: 1) }
            for name in ["ward", "night"] { _ = try transaction.addGroupMember(ada, to: name) }
            for name in ["night", "\(ada)"] { _ = try transaction.addGroupMember(bob, to: name) }
        }
        #expect(try await assign("nurse", .group("ward")) == .assigned(1))
        #expect(try await assign("billing", .user(ada)) == .assigned(2))
        #expect(try await assign("suspended", .group("night")) == .assigned(3))
        #expect(try await assign("nurse", .user(ada)) == .assigned(4))
        // Others with the same key.
        #expect(try await assign("nurse", .group("\(ada)")) == .assigned(5))
        #expect(try await assign("nurse", .client("\(ada)")) == .assigned(6))
        #expect(try await assign("nurse", .user(bob)) == .assigned(7))
        #expect(try held(by: ada) == [1, 2, 3, 4])
        #expect(try held(by: bob) == [3, 5, 7])
        #expect(try held(byClient: "\(ada)") == [6])
        #expect(try await database.write { try $0.removeGroupMember(ada, from: "night") })
        #expect(try held(by: ada) == [1, 2, 4])
        #expect(try await revoke(1))
        #expect(try held(by: ada) == [2, 4])
    }

    @Test func `every role of a person is answered, however many there are`() async throws {
        let ada = ada
        try await database.write { transaction in
            for number in 0..<1100 { try transaction.assign("nurse", to: .user(ada), parameters: "\(number)") }
        }
        #expect(try held(by: ada).count == 1100)
    }

    @Test func `a client that comes under the id of a deleted one has none of its roles`() async throws {
        #expect(try await assign("nurse", .client("app")) == .assigned(1))
        #expect(try await assign("billing", .client("app")) == .assigned(2))
        #expect(try await revoke(2))
        try await database.client("other")
        #expect(try await assign("nurse", .client("other")) == .assigned(3))
        #expect(try held(byClient: "app") == [1])
        #expect(try await database.write { try $0.deleteClient("app", now: 2000) })
        #expect(try held(byClient: "app") == [] && held(byClient: "other") == [3])
        try await database.client("app")
        #expect(try held(byClient: "app") == [])
        #expect(try await assign("nurse", .client("app")) == .assigned(4))
        #expect(try stored(1)?.revokedAt == 2000 && stored(1)?.revokeReason == "client deleted")
        #expect(try stored(1)?.revokedBy == nil && stored(2)?.revokedBy == "eve")
        #expect(try list(.client("app"), ended: true) == [1, 2, 4])
    }

    @Test func `a disabled client keeps its roles for the time that it is enabled again`() async throws {
        #expect(try await assign("nurse", .client("app")) == .assigned(1))
        #expect(try await database.write { try $0.setClientDisabled("app", true, now: 2000) })
        #expect(try held(byClient: "app") == [1])
    }

    @Test func `assignments are listed by subject, by role, by both, with and without those that ended`() async throws {
        let (ada, bob) = (RoleSubject.user(ada), RoleSubject.user(bob))
        for (role, subject) in [("nurse", ada), ("billing", ada), ("nurse", bob), ("nurse", .client("app"))] {
            _ = try await assign(role, subject)
        }
        #expect(try await revoke(1))
        _ = try await assign("nurse", ada)
        #expect(try list() == [2, 3, 4, 5])
        #expect(try list(ended: true) == [1, 2, 3, 4, 5])
        #expect(try list(ended: true, after: 2, limit: 2) == [3, 4])
        #expect(try list(ada) == [2, 5] && list(ada, ended: true) == [1, 2, 5])
        #expect(try list(ada, ended: true, after: 1, limit: 1) == [2])
        #expect(try list(role: "nurse") == [3, 4, 5] && list(role: "nurse", ended: true) == [1, 3, 4, 5])
        #expect(try list(role: "nurse", ended: true, after: 3, limit: 1) == [4])
        #expect(try list(ada, role: "nurse") == [5] && list(ada, role: "nurse", ended: true) == [1, 5])
        #expect(try list(role: "none").isEmpty && list(.group("none"), ended: true).isEmpty)
        #expect(try list(limit: -1).isEmpty)
    }

    @Test(
        arguments: [
            "UPDATE role_assignments SET subject = '1x'", "UPDATE role_assignments SET subject = '+1'",
            "UPDATE role_assignments SET subject = ''",
            "PRAGMA ignore_check_constraints = ON; UPDATE role_assignments SET subject_kind = 'everybody'",
        ] as [StaticStringBox])
    func `ST-04: a subject that cannot be read is damage, and never somebody else`(damage: StaticStringBox) async throws
    {
        _ = try await assign("nurse", .user(ada))
        try await database.write { try $0.connection.execute(damage.text) }
        let error = #expect(throws: StorageError.self) { try stored(1) }
        #expect(error == .corrupt("who has a role cannot be read"))
        #expect(throws: StorageError.self) { try list() }
    }
}
