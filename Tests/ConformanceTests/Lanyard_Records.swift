import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// People and grants in pages, for another server or for the archive.
@Suite struct `Lanyard: records of people and grants` {
    private static let users = "/admin/v1/user-records"

    private static func ask(
        _ server: TestServer, _ method: HTTP.Method, _ path: String, _ json: JSON? = nil, query: String = "",
        peer: Peer = .localSocket
    ) async -> (status: Int, json: JSON, text: String) {
        let request = Request(
            method: method, path: path, query: Array(query.utf8),
            headers: Headers([("Content-Type", "application/json")]), body: json?.serialized() ?? [], peer: peer)
        let response = await server.administration.respond(to: request)
        let text = String(decoding: response.body, as: UTF8.self)
        return (response.status, (try? JSON(parsing: response.body)) ?? .null, text)
    }

    private static func exported(_ server: TestServer, hashes: Bool = false) async throws -> [JSON] {
        var users: [JSON] = []
        var after = ""
        while true {
            let query = "limit=2" + after + (hashes ? "&password_hashes=true" : "")
            let page = await ask(server, .get, Self.users, query: query)
            try #require(page.status == 200, "\(page.text)")
            users += page.json["users"]?.arrayValue ?? []
            guard let next = page.json["next"]?.stringValue else { return users }
            after = "&after=" + next
        }
    }

    private static func importing(_ records: [JSON], _ server: TestServer, check: Bool = false) async throws -> [JSON] {
        let answer = await ask(server, .post, Self.users, ["users": .array(records), "check": .bool(check)])
        try #require(answer.status == 200, "\(answer.text)")
        return answer.json["results"]?.arrayValue ?? []
    }

    @Test func `people move with roles, groups, patients and passwords, once and again, and sign in there`()
        async throws
    {
        let first = try await TestServer.withSamples(), second = try TestServer()
        defer {
            first.stop()
            second.stop()
        }
        for server in [first, second] {
            try await server.administer(.post, "/admin/v1/groups", ["name": "night-shift"])
        }
        try await first.administer(.put, "/admin/v1/groups/night-shift/members/physician")
        try await first.administer(.post, "/admin/v1/users/nobody/disable")
        let records = try await Self.exported(first, hashes: true)
        #expect(records.count == 4)
        #expect(records.map { $0["username"] } == ["physician", "patient", "parent", "nobody"])
        #expect(records[0]["groups"] == ["night-shift"] && records[2]["patients"] == ["2", "3"])
        #expect(records[3]["disabled"] == true)
        #expect(records.allSatisfy { $0["password_hash"]?.stringValue?.hasPrefix("$scrypt$") == true })

        let strangers = try await Self.importing(records, second)
        #expect(strangers[2]["errors"]?.arrayValue?.map { $0["member"] } == ["patients", "patients"])
        try await second.addSampleRecordsOnly()
        let added = try await Self.importing(records, second)
        #expect(added.map { $0["outcome"] } == ["unchanged", "unchanged", "added", "unchanged"])
        #expect(try await Self.exported(second, hashes: true).count == 4)
        let ordered = try await Self.exported(second, hashes: true).sorted { $0.text < $1.text }
        #expect(ordered == records.sorted { $0.text < $1.text })
        let tokens = try App.publicApp.tokens(second, as: "patient", scope: "launch/patient patient/Patient.rs")
        #expect(try second.isActive(tokens))
        let again = try await Self.importing(records, second)
        #expect(again.allSatisfy { $0["outcome"] == "unchanged" })
        #expect(try second.isActive(tokens), "nothing was changed, so nothing ended")

        var changed = try #require(records[1].objectValue)
        changed["disabled"] = true
        #expect(try await Self.importing([.object(changed)], second, check: true) == [["outcome": "updated"]])
        #expect(try second.isActive(tokens), "only looked at")
        #expect(try await Self.importing([.object(changed)], second) == [["outcome": "updated"]])
        #expect(try !second.isActive(tokens))
    }

    @Test func `AU-01: a record that changes something is recorded with who it is and what it changed`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        for group in ["days", "nights"] {
            try await server.administer(.post, "/admin/v1/groups", ["name": .string(group)])
        }
        let hash = try #require(try await Self.exported(server, hashes: true)[0]["password_hash"])
        let imports: [(JSON, String, String)] = [
            (["username": "ann", "groups": ["days"]], "user-added", "imported ann: name, groups (+days)"),
            (
                ["username": "ann", "name": "Ann", "groups": ["nights"], "disabled": true, "password_hash": hash],
                "user-imported", "ann: name, disabled, groups (+nights -days), password_hash"
            ),
            (
                ["username": "ann", "name": "Ann", "must_change_password": true], "user-imported",
                "ann: must_change_password"
            ),
        ]
        for (record, action, detail) in imports {
            _ = try await Self.importing([record], server)
            let newest = try #require(try server.newestRecord())
            #expect(newest.action == action && newest.detail == detail, "\(newest)")
            #expect(newest.actor == "operator" && newest.subject?.hasPrefix("u_") == true)
        }
        let last = try server.newestRecordNumber()
        _ = try await Self.importing([imports[2].0], server)
        #expect(try server.newestRecordNumber() == last)
    }

    @Test func `PW-08: must_change_password holds for the password that is there, and else stays as it is`()
        async throws
    {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        func flag(after member: JSON?) async throws -> Bool {
            var record: JSONObject = ["username": "physician", "name": "physician"]
            record["must_change_password"] = member
            #expect(try await Self.importing([.object(record)], server).first?["errors"] == nil)
            return try await Self.exported(server)[0]["must_change_password"] == true
        }
        #expect(try await !flag(after: nil))
        #expect(try await flag(after: true))
        #expect(try await flag(after: nil))
        #expect(try await !flag(after: false))
    }

    @Test func `a wrong record is told by its members, is not kept, and keeps no other out`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let before = try await Self.exported(server, hashes: true)
        let sub = try #require(before[0]["sub"])
        let results = try await Self.importing(
            [
                ["username": "a b", "sub": "me", "colour": 1], ["username": "x", "password_hash": "sha1"],
                ["username": "y", "roles": [["role": "none"]], "groups": ["none"]], ["username": "other", "sub": sub],
                ["username": "physician", "sub": "u_somebody-else"], ["username": "good", "name": "Good"], 5,
            ], server)
        let members = results.map { ($0["errors"]?.arrayValue ?? []).compactMap { $0["member"]?.stringValue } }
        #expect(
            members == [
                ["colour", "username", "sub"], ["password_hash"], ["roles[0].role", "groups"], ["sub"], ["username"],
                [],
                ["", "username"],
            ])
        #expect(results[5]["outcome"] == "added")
        let after = try await Self.exported(server, hashes: true)
        #expect(Array(after.prefix(4)) == before && after.count == 5)
        let place = try App.publicApp.launch(
            Browser(server), as: "good", scope: "launch/patient patient/Patient.rs", patient: nil)
        #expect(place.parameters["code"] == nil, "nobody knows the password")
    }

    @Test func `PW-01: hashes leave by the local socket alone, when asked for, and it is recorded`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let plain = try await Self.exported(server)
        #expect(!plain.contains { $0["password_hash"] != nil || $0.text.contains("scrypt") })
        let peer = Peer(address: "127.0.0.1", isLocalSocket: false)
        let refused = await Self.ask(server, .get, Self.users, query: "password_hashes=true", peer: peer)
        #expect(refused.status == 403 && !refused.text.contains("scrypt"))
        func records() throws -> Int {
            try server.authorization.database.read { (transaction) throws(StorageError) in
                try transaction.auditRecords(after: nil, limit: 500)
            }.count { $0.record.action == "password-hashes-exported" }
        }
        #expect(try records() == 0)
        _ = try await Self.exported(server, hashes: true)
        #expect(try records() > 0)
    }

    @Test func `live grants are told without any token, and those that are over are not`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let scope = "openid launch/patient patient/Patient.rs offline_access"
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let answer = await Self.ask(server, .get, "/admin/v1/grant-records")
        let grants = try #require(answer.json["grants"]?.arrayValue)
        #expect(grants.count == 1)
        let grant = try #require(grants.first)
        #expect(grant["user"] == "patient" && grant["client"] == "public-app" && grant["patient"] == "1")
        #expect(grant["audience"] == .string(TestServer.fhirBase) && grant["refresh"] == "offline")
        #expect(grant["scope"]?.stringValue?.contains("patient/Patient.rs") == true)
        for name in ["access_token", "refresh_token"] {
            let token = try #require(tokens[name]?.stringValue)
            #expect(!answer.text.contains(token) && !answer.text.contains("hash"))
        }
        try await server.administer(.post, "/admin/v1/users/patient/disable")
        #expect(await Self.ask(server, .get, "/admin/v1/grant-records").json["grants"] == [])
    }
}

extension TestServer {
    /// The patients, apps and resource server of the samples: everything but the people.
    fileprivate func newestRecordNumber() throws -> Int64 {
        try authorization.database.read { (transaction) throws(StorageError) in try transaction.lastAuditID() }
    }

    fileprivate func newestRecord() throws -> AuditRecord? {
        try authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(before: nil, limit: 1).first?.record
        }
    }

    fileprivate func addSampleRecordsOnly() async throws {
        try await administer(
            .post, "/admin/v1/patients",
            [
                "resourceType": "Bundle", "type": "collection",
                "entry": .array(
                    ["1", "2", "3"].map { id in
                        [
                            "resource": [
                                "resourceType": "Patient", "id": .string(id), "birthDate": "2001-02-03",
                                "name": [["family": "Doe", "given": ["Pat"]]],
                            ]
                        ]
                    }),
            ])
        try await register(
            "public-app",
            [
                "token_endpoint_auth_method": "none", "redirect_uris": ["https://app.example/cb"],
                "launch_uris": ["https://app.example/launch"],
            ])
        try await administer(
            .post, "/admin/v1/resource-servers",
            [
                "client_id": "fhir-server", "name": "Records", "audiences": [.string(Self.fhirBase)],
                "client_secret": "fhir-server-secret-0123456789",
            ])
    }
}
