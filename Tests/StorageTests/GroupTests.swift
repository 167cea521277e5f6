import Testing

@testable import Storage

@Suite struct `Groups` {
    let database: Database
    let ada, bob: Int64

    init() async throws {
        database = try Database(path: ":memory:")
        (ada, bob) = (try await database.user("ada"), try await database.user("bob"))
        try await database.policy("nurse")
    }

    private func insert(_ name: String) async throws {
        try await database.write { try $0.insertGroup(name, title: "Of \(name)", now: 1000) }
    }

    private func add(_ user: Int64, _ group: String) async throws -> Bool {
        try await database.write { try $0.addGroupMember(user, to: group) }
    }

    private func groups(of user: Int64) throws -> [String] {
        try database.read { (transaction) throws(StorageError) in try transaction.groups(userID: user).map(\.name) }
    }

    private func members(_ group: String, after: Int64? = nil, limit: Int = 10) throws -> [Int64] {
        try database.read { (transaction) throws(StorageError) in
            try transaction.groupMembers(group, after: after, limit: limit)
        }
    }

    @Test func `groups are kept, come in pages, and a taken name is a conflict`() async throws {
        for name in ["ward", "night", "icu"] { try await insert(name) }
        let found = try database.read { (transaction) throws(StorageError) in
            (
                try transaction.group("ward"), try transaction.group("none"),
                try transaction.groups(after: nil, limit: 2), try transaction.groups(after: "night", limit: 2)
            )
        }
        #expect(found.0 == StoredGroup(name: "ward", title: "Of ward", createdAt: 1000) && found.1 == nil)
        #expect(found.2.map(\.name) == ["icu", "night"] && found.3.map(\.name) == ["ward"])
        let error = await #expect(throws: StorageError.self) { try await insert("ward") }
        #expect(error?.isConflict == true)
    }

    @Test func `people come and go, and are listed from both sides`() async throws {
        for name in ["ward", "night"] { try await insert(name) }
        #expect(try await add(bob, "ward"))
        #expect(try await add(ada, "ward"))
        #expect(try await !add(ada, "ward"))
        #expect(try await add(ada, "night"))
        #expect(try groups(of: ada) == ["night", "ward"] && groups(of: bob) == ["ward"])
        #expect(try members("ward") == [ada, bob] && members("ward", after: ada, limit: 1) == [bob])
        #expect(try members("ward", limit: 1) == [ada] && members("none").isEmpty)
        let ada = ada
        #expect(try await database.write { try $0.removeGroupMember(ada, from: "ward") })
        #expect(try await !database.write { try $0.removeGroupMember(ada, from: "ward") })
        #expect(try groups(of: ada) == ["night"] && members("ward") == [bob])
    }

    @Test(arguments: [(1, "none"), (99, "ward")] as [(Int64, String)])
    func `nobody is in a group that is not there, and nobody who is not there is in one`(
        user: Int64, group: String
    ) async throws {
        try await insert("ward")
        let error = await #expect(throws: StorageError.self) { try await add(user, group) }
        #expect(error?.isConflict == true)
    }

    @Test func `a group that is made again has neither the people nor the roles of the one before`() async throws {
        try await insert("ward")
        try await insert("night")
        for group in ["ward", "night"] { #expect(try await add(ada, group)) }
        try await database.write {
            try $0.assign("nurse", to: .group("ward"))
            try $0.assign("nurse", to: .group("night"))
        }
        let ada = ada
        func held() throws -> [StoredRoleAssignment] {
            try database.read { (transaction) throws(StorageError) in try transaction.roleAssignments(userID: ada) }
        }
        #expect(try held().map(\.id) == [1, 2])
        #expect(try await database.write { try $0.removeGroup("ward", by: "eve", now: 2000) })
        #expect(try await !database.write { try $0.removeGroup("ward", by: "eve", now: 2001) })
        #expect(try held().map(\.id) == [2] && groups(of: ada) == ["night"])
        try await insert("ward")
        #expect(try members("ward").isEmpty)
        #expect(try await add(ada, "ward"))
        #expect(try held().map(\.id) == [2])
        let ended = try database.read { (transaction) throws(StorageError) in try transaction.roleAssignment(1) }
        #expect(ended?.revokedAt == 2000 && ended?.revokedBy == "eve" && ended?.revokeReason == "group removed")
    }
}
