import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// Roles beside those that stand out of the way: what a nurse may do, and a role that is made of it.
private enum Roles {
    static let test: JSON = ["scopes": "user/Observation.rs", "request": "GET Observation/1", "expect": "permit"]

    static func reader(_ allow: String...) -> JSON {
        [
            "role": "reader", "version": 1, "title": "Reader", "description": "Reads", "holders": ["Practitioner"],
            "rules": [["id": "labs", "allow": .array(allow.map { .string($0) })]],
        ]
    }

    static let files: [PolicyFile] = [
        PolicyFile(name: "reader.json", content: reader("user/Observation.rs").serialized()),
        TestPolicies.file("senior", ["extends": ["reader"], "tests": [test]]),
        TestPolicies.file(
            "lab", ["rules": [["id": "labs", "allow": "user/Observation.rs?category=laboratory"]]]),
        TestPolicies.file(
            "ward",
            [
                "parameters": ["clinic": "Organization"],
                "rules": [["id": "patients", "allow": "user/Patient.rs?organization=%clinic"]],
            ]),
    ]
}

extension TestServer {
    /// With the roles above, and a nurse who has some of them.
    fileprivate static func withRoles(_ roles: JSON) async throws -> TestServer {
        let server = try await withSamples { $0.policies += Roles.files }
        try await server.administer(
            .post, "/admin/v1/users",
            [
                "username": "nurse", "password": .string(password), "name": "Ann Lee", "fhirUser": "Practitioner/20",
                "roles": roles,
            ])
        return server
    }

    /// An administrator's request with all that one can have; nothing is thrown for a refusal.
    fileprivate func ask(
        _ method: HTTP.Method, _ path: String, _ query: [(String, String)] = [], _ json: JSON? = nil,
        ifMatch: String? = nil
    ) async -> (status: Int, json: JSON, tag: String?) {
        let response = await administration.respond(
            to: Request(
                method: method, path: "/admin/v1" + path, query: Array(FormParameters(query).serialized().utf8),
                headers: Headers(ifMatch.map { [("If-Match", $0)] } ?? []), body: json?.serialized() ?? []))
        return (response.status, (try? JSON(parsing: response.body)) ?? .null, response.header("ETag"))
    }

    fileprivate func nurseToken(_ scope: String) throws -> String {
        let tokens = try App.publicApp.tokens(self, as: "nurse", scope: scope)
        return try #require(tokens["access_token"]?.stringValue)
    }

    /// What the token is allowed at the FHIR server, by type.
    fileprivate func allowed(_ token: String) throws -> JSONObject {
        let answer = try introspect(token)
        #expect(answer["active"] == true)
        return answer["authorization_details"]?.arrayValue?.first?["allow"]?.objectValue ?? JSONObject()
    }

    fileprivate func audited() throws -> [String] {
        try authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(before: nil, limit: 50).map { "\($0.record.action) \($0.record.detail ?? "")" }
        }
    }
}

@Suite struct `Role policies: administration` {
    @Test func `history is complete, and every revision can be restored`() async throws {
        let server = try await TestServer.withRoles([])
        defer { server.stop() }
        let policy: JSON = ["role": "temp", "version": 1, "title": "T", "description": "D", "rules": []]
        let changed: JSON = ["role": "temp", "version": 1, "title": "T2", "description": "D", "rules": []]
        let path = "/role-policies/temp"
        let made = await server.ask(.put, path, [("reason", "a new post")], policy)
        #expect(made.status == 201 && made.json["revision"] == 1 && made.tag == "\"1\"", "\(made)")
        #expect(made.json["edited"] == true && made.json["policy"] == policy)
        #expect(await server.ask(.put, path, [("reason", "renamed")], changed, ifMatch: "\"1\"").status == 200)
        #expect(await server.ask(.delete, path, [("reason", "not needed")], ifMatch: "\"2\"").status == 204)
        #expect(await server.ask(.get, path).status == 404)

        let first = await server.ask(.get, path + "/history", [("limit", "2")]).json
        #expect(first["revisions"]?.arrayValue?.map { $0["revision"] } == [3, 2])
        #expect(first["revisions"]?.arrayValue?.map { $0["reason"] } == ["not needed", "renamed"])
        #expect(first["revisions"]?.arrayValue?.map { $0["removed"] } == [true, nil])
        #expect(first["revisions"]?.arrayValue?.allSatisfy { $0["actor"] == "operator" } == true)
        let rest = await server.ask(.get, path + "/history", [("limit", "2"), ("after", "2")]).json
        #expect(rest["revisions"]?.arrayValue?.map { $0["reason"] } == ["a new post"] && rest["next"] == nil)
        #expect(await server.ask(.get, path + "/history/2").json["policy"] == changed)
        #expect(await server.ask(.get, path + "/history/9").status == 404)
        #expect(await server.ask(.get, "/role-policies/none/history").status == 404)

        let removal = await server.ask(.post, path + "/restore", [], ["revision": 3, "reason": "back"])
        #expect(removal.status == 409)
        let restored = await server.ask(.post, path + "/restore", [], ["revision": 1, "reason": "back"])
        #expect(restored.status == 200 && restored.json["revision"] == 4 && restored.json["policy"] == policy)
        #expect(await server.ask(.post, path + "/restore", [], ["revision": 1, "reason": "", "x": 1]).status == 422)
        let audited = try server.audited()
        for entry in [
            "role-policy-changed temp 1: a new post", "role-policy-removed temp 3: not needed",
            "role-policy-changed temp 4: back",
        ] { #expect(audited.contains(entry), "\(audited)") }
    }

    @Test func `AD-09: of two who change a policy at once the second is told, and changes nothing`() async throws {
        let server = try await TestServer.withRoles([])
        defer { server.stop() }
        let path = "/role-policies/reader", reason = [("reason", "more")]
        let seen = await server.ask(.get, path)
        #expect(seen.tag == "\"1\"" && seen.json["edited"] == false && seen.json["seed_version"] == 1)
        let one = Roles.reader("user/Observation.rs", "user/Condition.r"),
            other = Roles.reader("user/Observation.cruds")
        #expect(await server.ask(.put, path, reason, one, ifMatch: seen.tag).status == 200)
        for (tag, status) in [(seen.tag, 412), ("\"9\"", 412), ("W/\"2\"", 412), ("2", 412), (nil, 428)] {
            #expect(await server.ask(.put, path, reason, other, ifMatch: tag).status == status, "\(tag ?? "none")")
            #expect(await server.ask(.delete, path, reason, ifMatch: tag).status == status, "\(tag ?? "none")")
        }
        let unread = ["revision": 1, "reason": "back"] as JSON
        #expect(await server.ask(.post, path + "/restore", [], unread, ifMatch: "\"1\"").status == 412)
        #expect(await server.ask(.post, path + "/restore", [], unread).status == 428)
        #expect(await server.ask(.put, path, [], other, ifMatch: "\"2\"").status == 422, "nobody says why")
        let now = await server.ask(.get, path)
        #expect(now.tag == "\"2\"" && now.json["policy"] == one && now.json["edited"] == true)
        #expect(await server.ask(.put, path, reason, other, ifMatch: "\"7\", \"2\"").json["revision"] == 3)
        #expect(await server.ask(.put, path, reason, one, ifMatch: "*").json["revision"] == 4)
        #expect(await server.ask(.put, path, reason, one, ifMatch: "*").json["revision"] == 4, "it is so already")
        #expect(await server.ask(.put, "/role-policies/new", reason, one, ifMatch: "*").status == 422)
    }

    @Test func `a policy that breaks another role is refused whole, with every problem`() async throws {
        let server = try await TestServer.withRoles(["lab"])
        defer { server.stop() }
        let path = "/role-policies/reader", reason = [("reason", "less")]
        let broken = await server.ask(.put, path, reason, Roles.reader("user/Patient.r"), ifMatch: "\"1\"")
        let members = broken.json["errors"]?.arrayValue?.compactMap { $0["member"]?.stringValue }
        #expect(broken.status == 422 && members == ["senior: tests[0]"], "\(broken)")
        let wrong: JSON = [
            "role": "reader", "version": 0, "title": "R", "description": "D", "colour": "red",
            "rules": [["id": "x", "allow": "user/Nothing.rs"]],
        ]
        let errors = await server.ask(.put, path, reason, wrong, ifMatch: "\"1\"").json["errors"]?.arrayValue
        #expect(errors?.count == 3, "\(errors ?? [])")
        let elsewhere = await server.ask(.put, "/role-policies/other", reason, Roles.reader("user/Observation.rs"))
        #expect(elsewhere.status == 422)
        let held = await server.ask(.delete, "/role-policies/lab", reason, ifMatch: "\"1\"")
        #expect(held.status == 409 && held.json["detail"]?.stringValue?.contains("somebody has it") == true)
        let extended = await server.ask(.delete, path, reason, ifMatch: "\"1\"")
        #expect(extended.status == 409 && extended.json["detail"]?.stringValue?.contains("senior extends it") == true)
        #expect(await server.ask(.get, path).json["policy"] == Roles.reader("user/Observation.rs"))
        #expect(await server.ask(.get, path + "/history").json["revisions"]?.arrayValue?.count == 1)
        #expect(try !server.audited().contains { $0.hasPrefix("role-policy") && $0.contains("less") })
        let list = await server.ask(.get, "/role-policies").json["role_policies"]?.arrayValue ?? []
        #expect(
            list.compactMap { $0["role"]?.stringValue } == [
                "lab", "one-record", "reader", "senior", "service", "staff", "ward",
            ])
        #expect(list.first?["assigned"] == true && list.last?["assigned"] == false && list.first?["title"] == "lab")
    }

    @Test func `an edit reaches a live token at its next introspection, and never beyond its scopes`() async throws {
        let server = try await TestServer.withRoles(["reader"])
        defer { server.stop() }
        let token = try server.nurseToken("user/Observation.rs user/Condition.rs")
        #expect(try server.introspect(token)["scope"] == "user/Observation.rs")
        #expect(try server.allowed(token).names == ["Observation"])
        for (policy, interactions) in [
            (Roles.reader("user/*.cruds"), "rs"),
            (Roles.reader("user/Observation.rs", "user/Condition.cruds"), "rs"),
            (Roles.reader("user/Observation.r"), "r"),
        ] as [(JSON, JSON)] {
            let edit = await server.ask(.put, "/role-policies/reader", [("reason", "edit")], policy, ifMatch: "*")
            #expect(edit.status == 200, "\(edit)")
            let allowed = try server.allowed(token)
            #expect(allowed.names == ["Observation"], "\(policy.text)")
            #expect(allowed["Observation"]?.arrayValue?.map { $0["interactions"] } == [interactions], "\(policy.text)")
        }
        _ = await server.ask(
            .put, "/role-policies/senior", [("reason", "alone")],
            ["role": "senior", "version": 1, "title": "S", "description": "D", "rules": []], ifMatch: "*")
        _ = await server.ask(
            .put, "/role-policies/reader", [("reason", "edit")], Roles.reader("user/Condition.rs"), ifMatch: "*")
        #expect(try server.allowed(token).isEmpty)
    }

    @Test func `files are planned and applied over what is there, and an edit stays unless it is said otherwise`()
        async throws
    {
        let server = try await TestServer.withRoles([])
        defer { server.stop() }
        func files(_ policies: JSON...) -> JSON {
            .array(policies.map { ["name": "f.json", "content": .string($0.text)] })
        }
        let edit = Roles.reader("user/Observation.rs", "user/Condition.r")
        _ = await server.ask(.put, "/role-policies/reader", [("reason", "edit")], edit, ifMatch: "*")
        var next = Roles.reader("user/Observation.cruds").objectValue ?? JSONObject()
        next["version"] = 2
        let new: JSON = ["role": "new", "version": 1, "title": "N", "description": "D", "rules": []]
        let set = files(.object(next), new)
        func steps(_ operation: String, _ overwrite: Bool) async -> [String] {
            let body: JSON = overwrite ? ["files": set, "overwrite": true] : ["files": set]
            let plans = await server.ask(.post, "/role-policies/" + operation, [], body).json["plans"]?.arrayValue
            return plans?.compactMap { $0["step"]?.stringValue } ?? []
        }
        #expect(await steps("plan", false) == ["drift", "insert"])
        #expect(await steps("plan", true) == ["overwrite", "insert"])
        #expect(await server.ask(.get, "/role-policies/new").status == 404, "a plan changes nothing")
        #expect(await steps("apply", false) == ["drift", "insert"])
        #expect(await server.ask(.get, "/role-policies/reader").json["policy"] == edit)
        #expect(await steps("apply", true) == [], "nobody says what they saw")
        let plan = await server.ask(.post, "/role-policies/plan", [], ["files": set, "overwrite": true]).json
        #expect(plan["revisions"] == ["new": 1, "reader": 2])
        for (revisions, status) in [
            (nil, 428), ([:], 428), (["new": 1], 428), (["reader": 1], 412), (["reader": 2, "new": 0], 412),
            (["reader": "2"], 422), ([2], 422), (plan["revisions"], 200),
        ] as [(JSON?, Int)] {
            var body: JSONObject = ["files": set, "overwrite": true]
            body["revisions"] = revisions
            let answer = await server.ask(.post, "/role-policies/apply", [], .object(body))
            #expect(answer.status == status, "\(revisions?.text ?? "none"): \(answer)")
        }
        let reader = await server.ask(.get, "/role-policies/reader").json
        #expect(reader["policy"] == .object(next) && reader["edited"] == true && reader["seed_version"] == 2)
        #expect(await server.ask(.get, "/role-policies/new").json["edited"] == true)
        #expect(await steps("apply", false) == ["keep", "keep"])

        let bad = files(["role": "bad"], Roles.reader("user/Patient.r"))
        for operation in ["plan", "apply"] {
            #expect(await server.ask(.post, "/role-policies/" + operation, [], ["files": bad]).status == 422)
        }
        let twice = files(new, new)
        #expect(await server.ask(.post, "/role-policies/apply", [], ["files": twice]).status == 422)
        let less = files(Roles.reader("user/Patient.r"))
        let check = await server.ask(.post, "/role-policies/check", [], ["files": less])
        let found = check.json["problems"]?.arrayValue?.map { $0["file"] }
        #expect(check.status == 200 && found == ["senior"], "\(check)")
        for body in [["files": 1], ["files": [["name": "x"]]], ["file": []], ["files": set, "overwrite": 1]] as [JSON] {
            #expect(await server.ask(.post, "/role-policies/plan", [], body).status == 422, "\(body.text)")
        }
    }
}

@Suite struct `Role assignments: administration` {
    @Test func `what is not a valid assignment is refused with every wrong member`() async throws {
        let server = try await TestServer.withRoles([])
        defer { server.stop() }
        func errors(_ json: JSON, _ status: Int = 422) async -> [String] {
            let answer = await server.ask(.post, "/role-assignments", [], json)
            #expect(answer.status == status, "\(json.text): \(answer.json.text)")
            return answer.json["errors"]?.arrayValue?.compactMap { $0["member"]?.stringValue } ?? []
        }
        #expect(await errors(["role": "reader"]) == ["user"])
        #expect(await errors(["user": "nurse", "group": "g", "role": "reader"]) == ["group"])
        #expect(await errors(["user": "nurse", "role": "none"]) == ["role"])
        #expect(await errors(["user": "nurse", "role": "reader", "until": 1]) == ["until"])
        #expect(await errors(["user": "nurse", "role": "reader", "valid_until": 1]) == ["valid_until"])
        #expect(await errors(["user": "nurse", "role": "ward"]) == ["parameters.clinic"])
        #expect(
            await errors(["user": "nurse", "role": "ward", "parameters": ["clinic": "Patient/1", "x": "y"]])
                == ["parameters.x", "parameters.clinic"])
        #expect(await errors(["user": "patient", "role": "reader"]) == ["role"], "it is for practitioners")
        #expect(await errors(["client": "ehr", "role": "reader"]) == ["role"])
        for json in [
            ["user": "no", "role": "reader"], ["client": "no", "role": "service"], ["group": "no", "role": "reader"],
        ] as [JSON] { #expect(await errors(json, 404).isEmpty) }
        let good: JSON = [
            "user": "NURSE", "role": "ward", "parameters": ["clinic": "Organization/C7"], "reason": "new",
        ]
        let made = await server.ask(.post, "/role-assignments", [], good)
        #expect(made.status == 201 && made.json["user"] == "nurse" && made.json["state"] == "in force")
        #expect(await errors(good, 409).isEmpty)
    }

    @Test func `they are listed by filters and pages, with those that ended where these are asked for`() async throws {
        let server = try await TestServer.withRoles(["reader", "lab"])
        defer { server.stop() }
        let listed = await server.ask(.get, "/role-assignments", [("user", "nurse")]).json
        let all = listed["role_assignments"]?.arrayValue ?? []
        #expect(all.map { $0["role"] } == ["reader", "lab"])
        let id = try #require(all.first?["id"]?.integerValue)
        let path = "/role-assignments/\(id)/revoke"
        #expect(await server.ask(.post, path, [], [:]).status == 422, "nobody says why")
        #expect(await server.ask(.post, path, [], ["reason": "left"]).json["state"] == "revoked")
        #expect(await server.ask(.post, path, [], ["reason": "left"]).status == 409)
        #expect(await server.ask(.post, "/role-assignments/9999/revoke", [], ["reason": "left"]).status == 404)
        #expect(try server.audited().contains("role-revoked reader \(id): left"))
        func roles(_ query: [(String, String)]) async -> [JSON?] {
            let list = await server.ask(.get, "/role-assignments", query).json["role_assignments"]
            return list?.arrayValue?.map { $0["role"] } ?? []
        }
        #expect(await roles([("user", "nurse")]) == ["lab"])
        #expect(await roles([("user", "nurse"), ("all", "true")]) == ["reader", "lab"])
        #expect(await roles([("role", "reader")]).isEmpty)
        #expect(await roles([("role", "reader"), ("all", "true")]) == ["reader"])
        let query = [("user", "nurse"), ("all", "true"), ("limit", "1")]
        let next = try #require(await server.ask(.get, "/role-assignments", query).json["next"]?.stringValue)
        #expect(await roles(query + [("after", next)]) == ["lab"])
        #expect(await server.ask(.get, "/role-assignments", [("user", "no")]).status == 404)
        #expect(await server.ask(.get, "/role-assignments", [("user", "nurse"), ("group", "g")]).status == 400)
    }

    @Test func `revoking a role reaches a live token at its next introspection`() async throws {
        let server = try await TestServer.withRoles(["reader"])
        defer { server.stop() }
        let token = try server.nurseToken("user/Observation.rs")
        #expect(try server.allowed(token).names == ["Observation"])
        let list = await server.ask(.get, "/role-assignments", [("user", "nurse")]).json["role_assignments"]?.arrayValue
        let id = try #require(list?.first?["id"]?.integerValue)
        _ = await server.ask(.post, "/role-assignments/\(id)/revoke", [], ["reason": "left"])
        #expect(try server.allowed(token).isEmpty)
        #expect(try server.introspect(token)["roles"] == [])
    }

    @Test func `a role begins and ends by the clock, with no commit in between`() async throws {
        let server = try await TestServer.withRoles(["lab"])
        defer { server.stop() }
        let now = server.clock.now
        let made = await server.ask(
            .post, "/role-assignments", [],
            ["user": "nurse", "role": "reader", "valid_from": .integer(now + 60), "valid_until": .integer(now + 120)])
        #expect(made.status == 201 && made.json["state"] == "not yet")
        let token = try server.nurseToken("user/Observation.rs")
        func criteria() throws -> [JSON?] {
            try server.allowed(token)["Observation"]?.arrayValue?.map { $0["criteria"] } ?? []
        }
        #expect(try criteria() == ["category=laboratory"])
        let commits = server.authorization.database.commitCount
        for (wait, expected) in [(59, "category=laboratory"), (1, nil), (59, nil), (1, "category=laboratory")]
            as [(Int64, JSON?)]
        {
            server.clock.advance(wait)
            #expect(try criteria() == [expected], "\(server.clock.now - now) s")
        }
        #expect(server.authorization.database.commitCount == commits)
        let states = await server.ask(.get, "/users/nurse/roles").json["roles"]?.arrayValue?.map { $0["why_not"] }
        #expect(states == [nil, "over"])
    }

    @Test func `a group gives its members its roles, and takes them when they leave or it goes`() async throws {
        let server = try await TestServer.withRoles(["lab"])
        defer { server.stop() }
        #expect(await server.ask(.post, "/groups", [], ["name": "Night shift"]).status == 422)
        #expect(await server.ask(.post, "/groups", [], ["name": "nights", "size": 1]).status == 422)
        #expect(await server.ask(.post, "/groups", [], ["name": "nights", "title": "Night shift"]).status == 201)
        #expect(await server.ask(.post, "/groups", [], ["name": "nights"]).status == 409)
        #expect(await server.ask(.post, "/role-assignments", [], ["group": "nights", "role": "reader"]).status == 201)
        let token = try server.nurseToken("user/Observation.rs")
        func rows() throws -> Int {
            try server.allowed(token)["Observation"]?.arrayValue?.count { $0["criteria"] == nil } ?? 0
        }
        let member = "/groups/nights/members/nurse"
        #expect(try rows() == 0)
        for _ in 0..<2 { #expect(await server.ask(.put, member).status == 204) }
        #expect(try rows() == 1)
        let people = await server.ask(.get, "/groups/nights/members").json["members"]?.arrayValue
        #expect(people?.map { $0["username"] } == ["nurse"])
        let held = await server.ask(.get, "/users/nurse/roles").json
        #expect(held["groups"] == ["nights"])
        #expect(held["roles"]?.arrayValue?.map { $0["from"] } == ["directly", "group nights"])
        #expect(held["roles"]?.arrayValue?.allSatisfy { $0["stands"] == true } == true, "\(held.text)")
        #expect(await server.ask(.delete, member).status == 204)
        #expect(await server.ask(.delete, member).status == 404)
        #expect(try rows() == 0)
        _ = await server.ask(.put, member)
        #expect(try rows() == 1)
        #expect(await server.ask(.delete, "/groups/nights").status == 204)
        #expect(try rows() == 0)
        for path in ["/groups/nights", "/groups/no/members/nurse"] {
            #expect(await server.ask(.delete, path).status == 404)
        }
        #expect(await server.ask(.put, "/groups/no/members/nurse").status == 404)
        #expect(await server.ask(.get, "/groups/no/members").status == 404)
    }

    @Test func `a role of somebody whom it is not for is shown as one that does not stand`() async throws {
        let server = try await TestServer.withRoles(["reader"])
        defer { server.stop() }
        try await server.administer(.post, "/admin/v1/groups", ["name": "all"])
        try await server.administer(.post, "/admin/v1/role-assignments", ["group": "all", "role": "reader"])
        try await server.administer(.put, "/admin/v1/groups/all/members/patient")
        let roles = await server.ask(.get, "/users/patient/roles").json["roles"]?.arrayValue
        #expect(roles?.map { $0["stands"] } == [true, false], "\(roles ?? [])")
        #expect(roles?.last?["why_not"] == "is for others")
        try await server.administer(.post, "/admin/v1/users/nurse/disable")
        let gone = await server.ask(.get, "/users/nurse/roles").json["roles"]?.arrayValue?.first
        #expect(gone?["stands"] == false && gone?["why_not"] == "the person is disabled")
        #expect(await server.ask(.get, "/users/no/roles").status == 404)
    }
}

@Suite struct `Explaining a decision` {
    private static let requests = [
        "GET Observation/1", "GET Observation?patient=1", "DELETE Observation/1", "GET Patient/1", "GET Condition/1",
        "POST Observation", "nonsense",
    ]

    @Test(arguments: ["", "search", "rows elements"])
    func `it is what introspection decides for a live token, with the trail`(filtering: String) async throws {
        let server = try await TestServer.withRoles(["lab"])
        defer { server.stop() }
        let token = try server.nurseToken("user/Observation.rs user/Condition.rs")
        for request in Self.requests {
            let form = [("token", token), ("request", request), ("filtering", filtering)]
            let caller = App.basic("fhir-server", "fhir-server-secret-0123456789")
            let decided = try server.post("/introspect", form, headers: [caller]).json["decision"]
            let explained = await server.ask(
                .post, "/explain", [],
                [
                    "user": "nurse", "app": "public-app", "request": .string(request),
                    "scopes": "user/Observation.rs user/Condition.rs", "filtering": .string(filtering),
                ])
            #expect(explained.status == 200 && decided != nil, "\(explained)")
            #expect(explained.json["decision"] == decided, "\(request): \(explained.json.text)")
            #expect(explained.json["words"]?.stringValue?.isEmpty == false)
        }
    }

    @Test func `the trail names the rule and the scope, or what stood in the way`() async throws {
        let server = try await TestServer.withRoles(["reader"])
        defer { server.stop() }
        func explain(_ members: JSONObject) async -> JSON {
            var question: JSONObject = ["user": "nurse", "app": "public-app", "request": "GET Observation/1"]
            for member in members.members { question[member.name] = member.value }
            return await server.ask(.post, "/explain", [], .object(question)).json
        }
        func words(_ answer: JSON) -> String? { answer["trail"]?.arrayValue?.first?["words"]?.stringValue }
        let permitted = await explain([:])
        #expect(permitted["decision"]?["permit"] == true && permitted["words"] == "Permitted.")
        #expect(permitted["roles"] == ["reader"] && permitted["scope"] == "user/Observation.rs")
        #expect(words(permitted) == "reader/labs allows user/Observation.rs, within the granted user/Observation.rs")
        let narrow = await explain(["scopes": "user/Condition.rs"])
        #expect(narrow["decision"]?["reason"] == "scope_insufficient", "\(narrow.text)")
        #expect(words(narrow)?.hasPrefix("reader/labs would allow") == true)
        #expect(await explain(["request": "DELETE Observation/1"])["decision"]?["reason"] == "no_role")
        try await server.administer(.post, "/admin/v1/users/nurse/disable")
        #expect(await explain([:])["decision"]?["reason"] == "token_inactive")

        for wrong in [
            ["user": "no"], ["app": "no"], ["scopes": "user/Observation.rrs"], ["purpose": "FUN"], ["acr": "1"],
            ["patient": "a b"], ["filtering": "x"], ["address": "10.0.0.0/8"], ["colour": "red"], ["request": 1],
            ["client": "ehr"],
        ] as [JSONObject] {
            let errors = await explain(wrong)["errors"]?.arrayValue
            #expect(errors?.isEmpty == false, "\(wrong)")
        }
    }

    @Test func `AD-05: over the network it is for bearers of auth/RolePolicy.r alone`() async throws {
        let server = try await TestServer.withRoles(["reader"])
        defer { server.stop() }
        try await server.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "console", "client_name": "Console", "client_secret": "console-secret-0123456789",
                "grant_types": ["client_credentials"], "response_types": [], "scope": "auth/RolePolicy.r auth/Launch.c",
            ])
        func token(_ scope: String) throws -> String {
            let form = [("grant_type", "client_credentials"), ("scope", scope)]
            let answer = try server.post("/token", form, headers: [App.basic("console", "console-secret-0123456789")])
            return try #require(answer.json["access_token"]?.stringValue, "\(answer.text)")
        }
        let question: JSON = ["user": "nurse", "app": "public-app", "request": "GET Observation/1"]
        func explain(_ bearer: String?) throws -> ClientResponse {
            let headers = bearer.map { [("Authorization", "Bearer " + $0)] } ?? []
            return try server.send(.post, "/explain", headers: headers, body: question.text)
        }
        let answer = try explain(try token("auth/RolePolicy.r"))
        #expect(answer.status == 200 && answer.json["decision"]?["permit"] == true, "\(answer.text)")
        #expect(answer.headers["cache-control"] == "no-store")
        expectRefusal(try explain(nil), 401, "invalid_token")
        expectRefusal(try explain(try token("auth/Launch.c")), 403, "insufficient_scope")
        expectRefusal(try explain(try server.nurseToken("user/Observation.rs")), 401, "invalid_token")
    }
}
