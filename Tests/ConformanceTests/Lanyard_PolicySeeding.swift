import Encoding
import Foundation
import HTTP
import Policy
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// What the policy files of a start do to a database that administrators have worked on.
@Suite struct `Role policies: seeding` {
    private static func reader(_ version: Int64, _ allow: String) -> PolicyFile {
        TestPolicies.file(
            "reader", ["version": .integer(version), "rules": [["id": "labs", "allow": .string(allow)]]])
    }

    /// Holds only with a reader who may read Observation.
    private static let senior = TestPolicies.file(
        "senior",
        [
            "extends": ["reader"],
            "tests": [["scopes": "user/Observation.rs", "request": "GET Observation/1", "expect": "permit"]],
        ])

    private func start(_ files: PolicyFile...) async throws -> TestServer {
        try await TestServer.withSamples { $0.policies += files }
    }

    /// The next start on the same data, with other files.
    private func restart(_ server: TestServer, _ files: PolicyFile...) throws -> TestServer {
        server.stop(keepingData: true)
        return try TestServer(directory: server.directory, clock: server.clock, log: { _, _ in }) {
            $0.policies += files
        }
    }

    private func stored(_ server: TestServer, _ role: String) throws -> StoredRolePolicy? {
        try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.rolePolicy(role)
        }
    }

    /// All of them, with what the plan shows.
    private func apply(_ server: TestServer, overwrite: Bool, _ files: PolicyFile...) async throws -> [String] {
        var body: JSONObject = [
            "overwrite": .bool(overwrite),
            "files": .array(
                files.map {
                    ["name": .string($0.name), "content": .string(String(decoding: $0.content, as: UTF8.self))]
                }),
        ]
        let plan = try await server.administer(.post, "/admin/v1/role-policies/plan", .object(body))
        body["revisions"] = plan["revisions"]
        let answer = try await server.administer(.post, "/admin/v1/role-policies/apply", .object(body))
        return answer["plans"]?.arrayValue?.compactMap { $0["step"]?.stringValue } ?? []
    }

    private func change(_ server: TestServer, _ method: HTTP.Method, _ role: String, _ file: PolicyFile? = nil) async {
        let response = await server.administration.respond(
            to: Request(
                method: method, path: "/admin/v1/role-policies/" + role, query: Array("reason=test".utf8),
                headers: Headers([("If-Match", "*")]), body: file?.content ?? []))
        #expect(response.status < 300, "\(String(decoding: response.body, as: UTF8.self))")
    }

    @Test func `what an administrator has applied is an edit, which no later version of the file replaces`()
        async throws
    {
        let first = try await start(Self.reader(1, "user/Observation.rs"))
        #expect(try stored(first, "reader")?.isEdited == false)
        #expect(try await apply(first, overwrite: false, Self.reader(2, "user/Observation.r")) == ["replace"])
        let applied = try stored(first, "reader")
        #expect(applied?.isEdited == true)
        let second = try restart(first, Self.reader(3, "user/*.cruds"))
        defer { second.stop() }
        #expect(try stored(second, "reader") == applied)
        #expect(
            second.authorization.seeding
                == ["reader: kept as it is in the database: an administrator has changed it"])
    }

    @Test func `an administrator who applies what the server was started with takes an edit back`() async throws {
        let shipped = Self.reader(1, "user/Observation.rs")
        let first = try await start(shipped)
        await change(first, .put, "reader", Self.reader(1, "user/Patient.r"))
        #expect(try stored(first, "reader")?.isEdited == true)
        #expect(try await apply(first, overwrite: true, shipped) == ["overwrite"])
        #expect(try stored(first, "reader")?.isEdited == false)
        let second = try restart(first, Self.reader(2, "user/Observation.r"))
        defer { second.stop() }
        #expect(second.authorization.seeding == ["reader: replaces version 1"])
    }

    @Test func `a role that an administrator has removed stays removed, until one puts it back`() async throws {
        let shipped = Self.reader(1, "user/Observation.rs")
        let first = try await start(shipped)
        await change(first, .delete, "reader")
        let second = try restart(first, Self.reader(2, "user/Observation.rs"))
        #expect(try stored(second, "reader") == nil)
        #expect(
            second.authorization.seeding
                == ["reader: kept as it is in the database: an administrator has removed it"])
        let third = try restart(second, shipped)
        defer { third.stop() }
        #expect(try stored(third, "reader") == nil)
        #expect(try await apply(third, overwrite: false, shipped) == ["drift"])
        #expect(try stored(third, "reader") == nil)
        #expect(try await apply(third, overwrite: true, shipped) == ["overwrite"])
        #expect(try stored(third, "reader")?.isEdited == false)
    }

    @Test func `files that do not go together with an edit are left out, all of them, and the server starts`()
        async throws
    {
        let shipped = Self.reader(1, "user/Observation.rs")
        let first = try await start(shipped)
        await change(first, .put, "reader", Self.reader(1, "user/Patient.r"))
        let edit = try stored(first, "reader")
        let second = try restart(first, shipped, Self.senior, TestPolicies.file("other", [:]))
        let told = second.authorization.seeding
        #expect(told.first?.hasPrefix("no policy file was put in place") == true, "\(told)")
        #expect(told.dropFirst().allSatisfy { $0.hasPrefix("senior.json: tests[0]: ") } && told.count == 2, "\(told)")
        #expect(try stored(second, "reader") == edit)
        #expect(try stored(second, "senior") == nil && stored(second, "other") == nil)

        await change(second, .put, "reader", shipped)
        let third = try restart(second, shipped, Self.senior)
        #expect(third.authorization.seeding == ["senior: new"])
        await change(third, .delete, "senior")
        await change(third, .delete, "reader")
        let fourth = try restart(third, shipped, TestPolicies.file("heir", ["extends": ["reader"]]))
        #expect(fourth.authorization.seeding.contains("heir.json: extends: there is no role reader"))
        fourth.stop()
    }

    @Test func `files that are wrong by themselves, and a database that is, still stop the start`() async throws {
        let shipped = Self.reader(1, "user/Observation.rs")
        let first = try await start(shipped)
        let error = #expect(throws: PolicyProblems.self) {
            try restart(first, Self.reader(2, "user/Patient.r"), Self.senior)
        }
        #expect(error?.list.map(\.file) == ["senior.json"])

        let second = try restart(first, shipped)
        defer { try? FileManager.default.removeItem(atPath: second.directory) }
        let broken = String(decoding: Self.reader(1, "user/Patient.r").content, as: UTF8.self)
        let heir = String(decoding: Self.senior.content, as: UTF8.self)
        try await second.authorization.database.write { transaction in
            for (role, document) in [("reader", broken), ("senior", heir)] {
                _ = try transaction.putRolePolicy(
                    role, document: document, seedVersion: 1, isEdited: true, actor: "test", reason: nil, now: 0)
            }
        }
        let stop = #expect(throws: PolicyProblems.self) {
            try restart(second, shipped, TestPolicies.file("other", [:]))
        }
        #expect(stop?.list.map(\.member) == ["tests[0]"])
    }
}
