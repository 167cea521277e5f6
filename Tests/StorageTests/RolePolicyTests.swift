import Testing
import Threads

@testable import Storage

@Suite struct `Role policies` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    private func current() throws -> [StoredRolePolicy] {
        try database.read { (transaction) throws(StorageError) in try transaction.rolePolicies() }
    }

    private func history(_ role: String, before: Int64? = nil, limit: Int = 100) throws -> [RolePolicyRevision] {
        try database.read { (transaction) throws(StorageError) in
            try transaction.rolePolicyHistory(role, before: before, limit: limit)
        }
    }

    private func remove(_ role: String, expectedRevision: Int64? = nil) async throws -> RolePolicyRemoval {
        try await database.write {
            try $0.removeRolePolicy(
                role, actor: "bob", reason: "merged", expectedRevision: expectedRevision, now: 1500)
        }
    }

    @Test func `who has removed a policy is told until it is there again`() async throws {
        func removals() throws -> [RolePolicyRevision] {
            try database.read { (transaction) throws(StorageError) in try transaction.rolePolicyRemovals() }
        }
        _ = try await database.write { [try $0.putRolePolicy("nurse"), try $0.putRolePolicy("billing")] }
        #expect(try removals().isEmpty)
        _ = try await remove("nurse")
        #expect(try removals().map(\.role) == ["nurse"] && removals().first?.actor == "bob")
        _ = try await database.write { try $0.putRolePolicy("nurse") }
        #expect(try removals().isEmpty)
    }

    @Test func `a policy is kept as it was put, replaced, and told of in its history`() async throws {
        #expect(try current().isEmpty)
        let puts = try await database.write {
            [
                try $0.putRolePolicy(
                    "nurse", document: #"{"a":1}"#, seedVersion: 3, isEdited: false, actor: "seed", reason: nil,
                    now: 1000),
                try $0.putRolePolicy(
                    "nurse", document: #"{"a":2}"#, seedVersion: 3, isEdited: true, actor: "ada", reason: "ward",
                    now: 1100),
                try $0.putRolePolicy("billing"),
            ]
        }
        #expect(puts == [.done(revision: 1), .done(revision: 2), .done(revision: 1)])
        let nurse = StoredRolePolicy(
            role: "nurse", revision: 2, document: #"{"a":2}"#, seedVersion: 3, isEdited: true, updatedAt: 1100,
            actor: "ada", reason: "ward")
        #expect(try current().map(\.role) == ["billing", "nurse"])
        #expect(try current().last == nurse)
        let found = try database.read { (transaction) throws(StorageError) in
            (
                try transaction.rolePolicy("nurse"), try transaction.rolePolicy("NURSE"),
                try transaction.rolePolicyRevision("nurse", 1), try transaction.rolePolicyRevision("nurse", 3)
            )
        }
        let first = RolePolicyRevision(
            role: "nurse", revision: 1, document: #"{"a":1}"#, seedVersion: 3, at: 1000, actor: "seed", reason: nil)
        #expect(found.0 == nurse && found.1 == nil && found.2 == first && found.3 == nil)
        #expect(
            try history("nurse") == [
                RolePolicyRevision(
                    role: "nurse", revision: 2, document: #"{"a":2}"#, seedVersion: 3, at: 1100, actor: "ada",
                    reason: "ward"), first,
            ])
    }

    @Test func `every policy is listed, however many there are`() async throws {
        try await database.write { transaction in
            for number in 0..<1200 { try transaction.putRolePolicy("role \(number)") }
        }
        #expect(try current().count == 1200)
    }

    @Test func `the history comes in pages, newest first`() async throws {
        try await database.write { transaction in
            for number in 1...5 { try transaction.putRolePolicy("nurse", "\(number)", now: Int64(number)) }
            try transaction.putRolePolicy("nurses")
        }
        #expect(try history("nurse", limit: 2).map(\.revision) == [5, 4])
        #expect(try history("nurse", before: 4, limit: 2).map(\.document) == ["3", "2"])
        #expect(try history("nurse", before: 2, limit: 2).map(\.revision) == [1])
        #expect(try history("nurse", limit: -1).isEmpty)
    }

    @Test func `AD-09: an update of what is no longer there changes nothing`() async throws {
        func put(_ document: String, over expected: Int64?) async throws -> RolePolicyPut {
            try await database.write { try $0.putRolePolicy("nurse", document, expectedRevision: expected) }
        }
        #expect(try await put("no", over: 1) == .outdated(current: nil))
        #expect(try await put("a", over: 0) == .done(revision: 1))
        #expect(try await put("no", over: 0) == .outdated(current: 1))
        #expect(try await put("b", over: 1) == .done(revision: 2))
        #expect(try await put("no", over: 1) == .outdated(current: 2))
        #expect(try await put("no", over: 3) == .outdated(current: 2))
        #expect(try await put("c", over: nil) == .done(revision: 3))
        let epoch = try database.epoch()
        #expect(try await remove("nurse", expectedRevision: 2) == .outdated(current: 3))
        #expect(try database.epoch() == epoch)
        #expect(try current().map(\.document) == ["c"])
        #expect(try history("nurse").map(\.document) == ["c", "b", "a"])
        #expect(try await remove("nurse", expectedRevision: 3) == .done(revision: 4))
    }

    @Test func `a removal stays in the history, and the revisions go on after it`() async throws {
        try await database.write {
            _ = try $0.putRolePolicy(
                "nurse", document: "a", seedVersion: 7, isEdited: false, actor: "seed", reason: nil, now: 1000)
        }
        #expect(try await remove("nurse") == .done(revision: 2))
        #expect(try await remove("nurse") == .notFound)
        #expect(try current().isEmpty)
        try await database.write { _ = try $0.putRolePolicy("nurse", "b", expectedRevision: 0) }
        #expect(try current().map(\.revision) == [3])
        #expect(try history("nurse").map(\.document) == ["b", nil, "a"])
        #expect(
            try history("nurse")[1]
                == RolePolicyRevision(
                    role: "nurse", revision: 2, document: nil, seedVersion: 7, at: 1500, actor: "bob", reason: "merged")
        )
    }

    @Test func `a role that somebody has is not removed, and one that nobody has any more is`() async throws {
        let user = try await database.user()
        try await database.policy("nurse")
        try await database.policy("billing")
        let id = try await database.write { try $0.assign("nurse", to: .user(user)).id }
        #expect(try await remove("nurse") == .assigned)
        #expect(try await remove("billing") == .done(revision: 2))
        #expect(try current().map(\.role) == ["nurse"])
        #expect(try history("nurse").count == 1)
        #expect(
            try await database.write { try $0.revokeRoleAssignment(id, by: "ada", reason: "left", now: 1200) })
        #expect(try await remove("nurse") == .done(revision: 2))
    }

    @Test func `history is never rewritten, not even by us`() async throws {
        try await database.policy("nurse")
        for statement in [
            "UPDATE role_policy_history SET document = '{}'", "DELETE FROM role_policy_history",
            "UPDATE policy_epoch SET epoch = epoch - 1", "DELETE FROM policy_epoch",
        ] as [StaticStringBox] {
            let error = await #expect(throws: StorageError.self) {
                try await database.write { _ = try $0.connection.run(statement.text) }
            }
            #expect(error?.isConflict == true)
        }
    }

    @Test func `AD-09: of threads that put over the same revision, one wins each time`() throws {
        let (threads, rounds) = (8, 100)
        let answers = Collected<RolePolicyPut>()
        let database = database
        for _ in 0..<threads {
            let started = Thread.start(named: "racer") {
                for round in 0..<rounds {
                    guard
                        let answer = try? database.writeBlocking({
                            try $0.putRolePolicy("nurse", expectedRevision: Int64(round))
                        })
                    else { continue }
                    answers.append(answer)
                }
            }
            #expect(started)
        }
        let all = answers.wait(for: threads * rounds)
        #expect(all.count == threads * rounds)
        for revision in 1...Int64(rounds) {
            #expect(all.filter { $0 == .done(revision: revision) }.count == 1)
        }
        #expect(try history("nurse", limit: 1000).map(\.revision) == (1...Int64(rounds)).reversed())
    }
}

extension RoleAssignmentOutcome {
    /// Of the assignment that was made.
    var id: Int64 {
        get throws { if case .assigned(let id) = self { id } else { throw StorageError.conflict("\(self)") } }
    }
}
