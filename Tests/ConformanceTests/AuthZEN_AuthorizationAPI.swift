import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

private let policies = [
    TestPolicies.file(
        "lab",
        [
            "holders": ["Practitioner"],
            "rules": [
                ["id": "labs", "allow": "user/Observation.cruds?category=http://example.org/cat|laboratory"],
                ["id": "patients", "allow": "user/Patient.rs", "operations": ["$everything"]],
                ["id": "lists", "allow": "user/List.r?category=http://example.org/cat|laboratory"],
                ["id": "sealed", "deny": "user/*.cruds?_security=V"],
            ],
        ]),
    TestPolicies.file(
        "stepped",
        ["holders": ["Practitioner"], "requires": ["mfa": true], "rules": [["id": "all", "allow": "user/*.rs"]]]),
]

@Suite struct `AuthZEN Authorization API 1.0` {
    static let laboratory = "http://example.org/cat|laboratory"
    let server: TestServer

    init() async throws {
        server = try await TestServer.withSamples { $0.policies += policies }
        try await server.addUser("lab", "Practitioner/30", roles: ["lab"])
        try await server.addUser("idle", "Practitioner/31")
        try await server.addUser("stepped", "Practitioner/32", roles: ["stepped"])
    }

    private func post(
        _ path: String, _ json: JSON, _ headers: [(String, String)] = [TestServer.resourceServer]
    ) throws -> ClientResponse {
        try server.send(
            .post, "/access/v1/" + path, headers: headers + [("Content-Type", "application/json")], body: json.text)
    }

    private func evaluate(_ json: JSON) throws -> JSON {
        let response = try post("evaluation", json)
        return response.status == 200 ? response.json : try #require(nil, "\(response.status) \(response.text)")
    }

    private func token(_ user: String = "lab", _ scope: String = "user/*.cruds") async throws -> JSON {
        ["type": "token", "id": .string(try await server.mint(MintedGrant(user: user, scope: scope)))]
    }

    private func request(
        _ subject: JSON, _ action: String, _ resource: JSON, _ context: JSON? = nil
    ) -> JSON {
        var object: JSONObject = ["subject": subject, "action": ["name": .string(action)], "resource": resource]
        object["context"] = context
        return .object(object)
    }

    private func lab(_ properties: JSON? = nil, _ id: String? = "1") -> JSON {
        var resource: JSONObject = ["type": "Observation"]
        resource["id"] = id.map { .string($0) }
        resource["properties"] = properties
        return .object(resource)
    }

    private func person(_ id: String, _ changes: JSONObject = [:]) -> JSON {
        var properties: JSONObject = ["client_id": "public-app"]
        for member in changes.members { properties[member.name] = member.value.isNull ? nil : member.value }
        return ["type": "user", "id": .string(id), "properties": .object(properties)]
    }

    @Test func `§9: the metadata name the decision point and its endpoints, each of which answers`() throws {
        defer { server.stop() }
        let response = try server.send(.get, "/.well-known/authzen-configuration")
        #expect(response.status == 200 && response.headers["content-type"] == "application/json")
        #expect(
            response.json == [
                "policy_decision_point": .string(TestServer.issuer),
                "access_evaluation_endpoint": .string(TestServer.issuer + "/access/v1/evaluation"),
                "access_evaluations_endpoint": .string(TestServer.issuer + "/access/v1/evaluations"),
            ])
        let openID = try server.send(.get, "/.well-known/openid-configuration").json
        #expect(openID["access_evaluation_endpoint"] == nil)
    }

    @Test func `§5.5: each interaction by its code, with what is known of the resource`() async throws {
        defer { server.stop() }
        let token = try await token()
        let own: JSON = ["category": .string(Self.laboratory), "_security": []]
        let cases: [(String, JSON, Bool, String?)] = [
            ("read", lab(own), true, nil), ("vread", lab(own), true, nil), ("delete", lab(own), true, nil),
            ("history-instance", lab(own), true, nil), ("create", lab(own, nil), true, nil),
            ("create", lab(own, "*"), true, nil), ("create", lab(own, ""), true, nil),
            ("read", lab(["category": ["x", .string(Self.laboratory)], "_security": "http://a|N"]), true, nil),
            ("read", lab(["category": .string(Self.laboratory), "_security": "N"]), false, "needs_filter"),
            ("read", lab(["category": "http://example.org/cat|vital-signs", "_security": []]), false, nil),
            ("read", lab(["category": [], "_security": []]), false, nil),
            ("read", lab(["_security": []]), false, "needs_filter"),
            ("read", lab(["category": .string(Self.laboratory)]), false, "needs_filter"),
            ("read", lab(), false, "needs_filter"), ("search", lab(nil, nil), false, "needs_filter"),
            ("read", lab(["category": .string(Self.laboratory), "_security": "V"]), false, "denied_by_rule"),
            ("read", ["type": "Patient", "id": "1", "properties": ["_security": []]], true, nil),
            ("$everything", ["type": "Patient", "id": "1", "properties": ["_security": []]], false, "needs_filter"),
            ("$export", ["type": "Patient"], false, nil), ("update", ["type": "Patient", "id": "1"], false, nil),
            ("search-system", ["type": "*"], false, nil), ("history-system", ["type": "*", "id": "*"], false, nil),
            ("history-type", lab(nil, nil), false, "needs_filter"),
        ]
        for (action, resource, isPermitted, reason) in cases {
            let answer = try evaluate(request(token, action, resource))
            #expect(answer["decision"] == .bool(isPermitted), "\(action) \(resource.text) \(answer.text)")
            if let reason { #expect(answer["context"]?["reason"] == .string(reason), "\(action) \(resource.text)") }
            #expect(isPermitted || answer["context"]?["reason"] != nil, "\(answer.text)")
            #expect(answer["context"]?["permit"] == nil)
        }
    }

    /// A deny of `V` finds `system|V` on a FHIR server, whatever octets the caller knows it by.
    @Test(arguments: ["V", "http://example.org/conf|V", "|V", "v"])
    func `a deny that is spelt differently is not taken for one that does not apply`(label: String) async throws {
        defer { server.stop() }
        let resource = lab(["category": .string(Self.laboratory), "_security": [.string(label)]])
        let answer = try evaluate(request(try await token(), "read", resource))
        #expect(answer["decision"] == false, "\(answer.text)")
        let others: JSON = ["http://example.org/conf|VIP", "http://example.org/conf|R"]
        let unlike = lab(["category": .string(Self.laboratory), "_security": others])
        #expect(try evaluate(request(try await token(), "read", unlike))["decision"] == true)
    }

    @Test func `a search is narrowed by its parameters, of which a list means any, and permits no more than they say`()
        async throws
    {
        defer { server.stop() }
        let token = try await token()
        func search(_ properties: JSON, _ context: JSON? = nil) throws -> JSON {
            try evaluate(request(token, "search", lab(properties, nil), context))
        }
        let both: JSON = ["category": [.string(Self.laboratory), "http://example.org/cat|vital-signs"]]
        for filtering in ["search", ["search"], "search rows"] as [JSON] {
            let either = try search(both, ["filtering": filtering])
            #expect(either["decision"] == true)
            #expect(either["context"]?["criteria"] == .string("category=" + Self.laboratory), "\(either.text)")
            #expect(either["context"]?["except"] == ["_security=V"])
        }
        #expect(try search(both)["context"]?["reason"] == "needs_filter")
        let exact = try search(["category": .string(Self.laboratory)], ["filtering": ["search"]])
        #expect(exact["decision"] == true && exact["context"]?["criteria"] == nil, "\(exact.text)")
        #expect(try search(["_security": []], nil)["decision"] == false, "what is found is not known to lack it")
        #expect(try search(["_has:x": "1"], nil)["context"]?["reason"] == "request_not_understood")
    }

    @Test func `policy: an update must pass on the old version and on the new one`() async throws {
        defer { server.stop() }
        let token = try await token()
        let own: JSON = ["category": .string(Self.laboratory), "_security": []]
        let other: JSON = ["category": "http://example.org/cat|vital-signs", "_security": []]
        let sealed: JSON = ["category": .string(Self.laboratory), "_security": ["V"]]
        let cases: [(JSON?, JSON?, Bool)] = [
            (own, own, true), (own, other, false), (other, own, false), (own, sealed, false), (sealed, own, false),
            (own, nil, false), (nil, own, false), (nil, nil, false),
        ]
        for action in ["update", "patch"] {
            for (stored, next, isPermitted) in cases {
                let context: JSON? = next.map { ["resource": ["properties": $0]] }
                let answer = try evaluate(request(token, action, lab(stored), context))
                #expect(answer["decision"] == .bool(isPermitted), "\(action) \(stored?.text ?? "") \(next?.text ?? "")")
            }
            let filtered = try evaluate(request(token, action, lab(own), ["filtering": "rows"]))
            #expect(filtered["decision"] == true, "who holds each version to the criteria may")
            #expect(filtered["context"]?["criteria"] == .string("category=" + Self.laboratory))
        }
    }

    @Test func `context.request is decided for what it is, and action and resource may not say otherwise`() async throws
    {
        defer { server.stop() }
        let token = try await token()
        func ask(_ action: String, _ resource: JSON, _ line: String) throws -> ClientResponse {
            try post("evaluation", request(token, action, resource, ["request": .string(line), "filtering": "search"]))
        }
        let search = try ask("search", lab(nil, nil), "GET Observation?code=1")
        #expect(search.json["decision"] == true && search.json["context"]?["criteria"] != nil, "\(search.text)")
        #expect(try ask("search", lab(nil, nil), "GET Patient/1/Observation").json["decision"] == true)
        #expect(try ask("read", lab(), "GET Observation//1").json["context"]?["reason"] == "request_not_understood")
        for (action, resource, line) in [
            ("read", lab(), "GET Observation/2"), ("read", lab(), "DELETE Observation/1"),
            ("search", lab(nil, nil), "GET Patient"), ("read", lab(), "GET Observation"),
            ("$everything", ["type": "Patient", "id": "1"] as JSON, "GET Patient/1/$export"),
            ("batch", ["type": "Bundle"], "GET Observation/1"),
        ] {
            let response = try ask(action, resource, line)
            #expect(response.status == 400, "\(action) \(line): \(response.text)")
            #expect(response.json["detail"]?.stringValue?.contains("action and resource") == true || action == "batch")
        }
    }

    @Test func `what is known of the resource is known of no other that the request reads`() async throws {
        defer { server.stop() }
        let token = try await token(), own: JSON = ["category": .string(Self.laboratory), "_security": []]
        func ask(_ line: String, _ filtering: JSON) throws -> JSON {
            try evaluate(
                request(token, "search", lab(own, nil), ["request": .string(line), "filtering": filtering]))
        }
        let line = "GET Observation?category=\(Self.laboratory)&_list=5"
        #expect(try ask(line, "search")["context"]?["reason"] == "needs_filter", "List/5 is another resource")
        let filtered = try ask(line, "rows")
        #expect(filtered["decision"] == true)
        let included = filtered["context"]?["included"]?.arrayValue?.first
        #expect(included?["criteria"] == .string("category=" + Self.laboratory), "\(filtered.text)")
    }

    @Test func `a person is decided by their roles, within what the app may ask for`() async throws {
        defer { server.stop() }
        let own: JSON = ["category": .string(Self.laboratory), "_security": []]
        func decide(_ subject: JSON, _ resource: JSON, _ action: String = "read") throws -> (JSON?, JSON?) {
            let answer = try evaluate(request(subject, action, resource))
            return (answer["decision"], answer["context"]?["reason"])
        }
        let sub = try server.introspect(try await server.mint(MintedGrant(user: "lab", scope: "user/*.rs")))["sub"]
        for id in ["lab", "LAB", sub?.stringValue ?? ""] {
            #expect(try decide(person(id), lab(own)) == (true, nil), "\(id)")
        }
        #expect(try decide(person("lab", ["scope": "user/Patient.rs"]), lab(own)) == (false, "scope_insufficient"))
        #expect(
            try decide(person("lab", ["client_id": "ehr"]), lab(own)) == (false, "scope_insufficient"), "an app without"
        )
        #expect(try decide(person("lab", ["client_id": "unknown"]), lab(own)) == (false, "scope_insufficient"))
        for id in ["idle", "who-is-that"] { #expect(try decide(person(id), lab(own)) == (false, "no_role"), "\(id)") }
        #expect(try decide(person("stepped"), ["type": "Patient", "id": "1"]) == (false, "needs_step_up"))
        try await server.administer(.post, "/admin/v1/users/lab/disable")
        #expect(try decide(person("lab"), lab(own)) == (false, "no_role"))
    }

    /// Somebody who is not known, somebody without a role, and somebody who is disabled: of each the same is told.
    @Test func `whom there is, no answer tells`() async throws {
        defer { server.stop() }
        try await server.addUser("gone", "Practitioner/33", roles: ["lab"])
        try await server.administer(.post, "/admin/v1/users/gone/disable")
        let patient: JSON = ["type": "Patient", "id": "1"]
        let asked: [(JSONObject, String, JSON, JSON?)] = [
            ([:], "read", lab(), nil), ([:], "search", lab(nil, nil), ["filtering": "search"]),
            (["client_id": "unknown"], "read", lab(), nil), (["client_id": "ehr"], "read", lab(), nil),
            (["patient": "1"], "read", patient, nil), (["scope": "user/Patient.r"], "read", lab(), nil),
            (["purpose": "TREAT"], "read", lab(), nil),
            (["client_id": "unknown", "patient": "1"], "read", patient, nil),
            ([:], "read", lab(), ["request": "GET Observation//1"]),
            (["client_id": "unknown"], "read", lab(), ["request": "GET Observation//1"]),
            ([:], "$everything", patient, nil),
            ([:], "batch", ["type": "Bundle"], ["request": "POST ", "request_body": .string(Self.batch)]),
        ]
        for (changes, action, resource, context) in asked {
            let answers = try ["who-is-that", "idle", "gone"].map { id in
                try evaluate(request(person(id, changes), action, resource, context)).text
            }
            #expect(Set(answers).count == 1, "\(changes) \(action) \(context?.text ?? ""): \(answers)")
        }
        let unreadable = request(person("who-is-that"), "read", lab(), ["request": "GET Observation//1"])
        #expect(try evaluate(unreadable)["context"]?["reason"] == "request_not_understood")
        let clientless = request(person("who-is-that", ["client_id": "unknown"]), "read", lab())
        #expect(try evaluate(clientless)["context"]?["reason"] == "scope_insufficient")
        let batch: JSON = ["request": "POST ", "request_body": .string(Self.batch)]
        let entries = try evaluate(request(person("who-is-that"), "batch", ["type": "Bundle"], batch))["context"]?[
            "entries"]
        #expect(entries?.arrayValue?.map { $0["permit"] == true } == [true, false], "what is public, and no more")
    }

    private static let batch = """
        {"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"metadata"}},\
        {"request":{"method":"GET","url":"Patient/1"}}]}
        """

    @Test func `JW-04: nobody gets the record of a patient by a question whom no launch would give them`() async throws
    {
        defer { server.stop() }
        func decide(_ user: String, _ patient: String?, _ id: String) throws -> JSON? {
            let subject = person(user, patient.map { ["patient": .string($0)] } ?? [:])
            return try evaluate(request(subject, "read", ["type": "Patient", "id": .string(id)]))["decision"]
        }
        #expect(try decide("patient", "1", "1") == true)
        #expect(try decide("patient", "2", "2") == false, "another's")
        #expect(try decide("patient", "1", "2") == false)
        #expect(try decide("patient", nil, "1") == false, "no patient, no patient/ scope")
        #expect(try decide("parent", "2", "2") == true, "represented")
        #expect(try decide("parent", "1", "1") == false)
        #expect(try decide("physician", "3", "3") == true)
    }

    @Test func `IN-01: the callers are those of introspection, and see no more`() async throws {
        defer { server.stop() }
        let own = try App.secretApp.tokens(server, as: "patient", scope: "launch/patient patient/Patient.rs")
        let live: JSON = ["type": "access_token", "id": own["access_token"] ?? ""]
        let read = request(live, "read", ["type": "Patient", "id": "1"])
        let app = App.basic("secret-app", App.secretApp.secret ?? "")
        #expect(try post("evaluation", read, [app]).json["decision"] == true, "its own token")
        let foreign = request(try await token(), "read", lab())
        let answer = try post("evaluation", foreign, [app])
        #expect(answer.json == ["decision": false, "context": ["reason": "token_inactive"]])
        #expect(try evaluate(request(["type": "token", "id": "x"], "read", lab())) == answer.json)
        for subject in [person("lab"), person("who-is-that")] {
            #expect(try post("evaluation", request(subject, "read", lab()), [app]).status == 403)
        }
        let elsewhere = person("lab", ["audience": "https://other.example/fhir"])
        #expect(try post("evaluation", request(elsewhere, "read", lab())).status == 403)
        for headers in [[], [App.basic("fhir-server", "wrong")], [App.basic("public-app", "")]] {
            let refused = try post("evaluation", read, headers)
            expectRefusal(refused, 401, "invalid_client")
            #expect(refused.headers["www-authenticate"] != nil)
        }
        let bearer = ("Authorization", "Bearer " + (own["access_token"]?.stringValue ?? ""))
        expectRefusal(try post("evaluation", read, [bearer]), 401, "invalid_token")
        let launcher = ("Authorization", "Bearer " + (try server.ehrToken()))
        expectRefusal(try post("evaluation", read, [launcher]), 403, "insufficient_scope")
    }

    @Test(arguments: [
        "", "[]", "null", "{", "{}", #"{"subject":{}}"#,
        #"{"subject":"x","action":{"name":"read"},"resource":{"type":"Patient","id":"1"}}"#,
    ])
    func `§10.1.2: what is no question is 400`(body: String) throws {
        defer { server.stop() }
        for path in ["evaluation", "evaluations"] {
            let response = try server.send(
                .post, "/access/v1/" + path,
                headers: [TestServer.resourceServer, ("Content-Type", "application/json")], body: body)
            #expect(response.status == 400 && response.headers["cache-control"] == "no-store", "\(body)")
            #expect(response.json["decision"] == nil)
        }
    }

    @Test func `§10.1.2: and so is a member that is missing or wrong, by its name`() async throws {
        defer { server.stop() }
        let subject = try await token()
        let good = request(subject, "read", lab())
        let cases: [(String, JSON?, String)] = [
            ("subject", nil, "subject"), ("action", nil, "action"), ("resource", nil, "resource"),
            ("subject", ["type": "token"], "subject.id"), ("subject", ["id": "x"], "subject.type"),
            ("subject", ["type": "robot", "id": "x"], "subject.type"), ("action", [:], "action.name"),
            ("action", ["name": "steal"], "action.name"), ("action", ["name": 1], "action.name"),
            ("resource", ["id": "1"], "resource.type"),
            ("resource", ["type": "Patient/1", "id": "2"], "resource.type"),
            ("resource", ["type": "Patient"], "resource.id"),
            ("resource", ["type": "Patient", "id": "a/b"], "resource.id"),
            ("resource", ["type": "Patient", "id": "1?x=y"], "resource.id"),
            ("resource", ["type": "Patient", "id": ".."], "resource.id"),
            ("resource", ["type": "*", "id": "1"], "resource.id"), ("resource", ["type": "*"], "resource.id"),
            ("resource", ["type": "Observation", "id": "1", "properties": [1]], "resource.properties"),
            ("resource", ["type": "Observation", "id": "1", "properties": ["a": ["b": 1]]], "resource.properties.a"),
            ("resource", ["type": "Observation", "id": "1", "properties": ["a": .null]], "resource.properties.a"),
            ("context", "x", "context"), ("context", ["filtering": "columns"], "context.filtering"),
            ("context", ["request": 1], "context.request"),
            ("subject", ["type": "user", "id": "lab"], "subject.properties.client_id"),
            ("subject", person("lab", ["scope": "user/Observation.read-only"]), "scope"),
            ("subject", person("lab", ["patient": "a/b"]), "patient"),
            ("subject", person("lab", ["purpose": "BTG"]), "purpose"),
        ]
        for (member, value, named) in cases {
            var object = good.objectValue ?? [:]
            object[member] = value
            let response = try post("evaluation", .object(object))
            #expect(response.status == 400, "\(member) \(value?.text ?? "") \(response.text)")
            #expect(response.json["detail"]?.stringValue?.contains(named) == true, "\(response.text)")
        }
        let form = try server.post("/access/v1/evaluation", [("subject", "x")], headers: [TestServer.resourceServer])
        #expect(form.status == 400)
    }

    @Test func `§7: a batch with defaults, in order, and errors of an item in its own context`() async throws {
        defer { server.stop() }
        let own: JSON = ["category": .string(Self.laboratory), "_security": []]
        let batch: JSON = [
            "subject": try await token(), "action": ["name": "read"], "context": ["filtering": "rows"],
            "resource": lab(own),
            "evaluations": [
                [:], ["resource": ["type": "Patient", "id": "1"]], ["action": ["name": "steal"]],
                ["resource": ["type": "Binary", "id": "1"]], ["subject": person("idle")],
                ["context": [:], "resource": lab()],
            ],
        ]
        let response = try post("evaluations", batch)
        #expect(response.status == 200)
        let answers = try #require(response.json["evaluations"]?.arrayValue, "\(response.text)")
        #expect(answers.map { $0["decision"] == true } == [true, true, false, false, false, false])
        #expect(answers[2]["context"]?["error"]?["status"] == 400)
        #expect(answers[2]["context"]?["error"]?["message"]?.stringValue?.contains("action.name") == true)
        #expect(answers[4]["context"]?["reason"] == "no_role")
        #expect(answers[5]["context"]?["reason"] == "needs_filter", "the default context is replaced, whole")
        let app = try post("evaluations", batch, [App.basic("secret-app", App.secretApp.secret ?? "")])
        #expect(app.json["evaluations"]?.arrayValue?[4]["context"]?["error"]?["status"] == 403)
    }

    @Test(
        arguments: [
            (nil, ["read", "steal", "read"], 3), ("execute_all", ["read", "delete", "read"], 3),
            ("deny_on_first_deny", ["read", "delete", "read"], 2),
            ("deny_on_first_deny", ["read", "steal", "read"], 2),
            ("permit_on_first_permit", ["delete", "read", "read"], 2),
            ("permit_on_first_permit", ["delete", "steal"], 2),
        ] as [(String?, [String], Int)])
    func `§7.1.2: the semantics say where to stop`(semantic: String?, actions: [String], answered: Int) async throws {
        defer { server.stop() }
        var batch: JSONObject = [
            "subject": try await token(), "resource": ["type": "Patient", "id": "1", "properties": ["_security": []]],
            "evaluations": .array(actions.map { ["action": ["name": .string($0)]] }),
        ]
        batch["options"] = semantic.map { ["evaluations_semantic": .string($0)] }
        let answers = try post("evaluations", .object(batch)).json["evaluations"]?.arrayValue
        #expect(answers?.count == answered)
        for (answer, action) in zip(answers ?? [], actions) { #expect(answer["decision"] == .bool(action == "read")) }
    }

    @Test func `§7.1: without items it is a single question; too many, and unknown semantics, are 400`() async throws {
        defer { server.stop() }
        let single = request(
            try await token(), "read", ["type": "Patient", "id": "1", "properties": ["_security": []]])
        for evaluations in [nil, []] as [JSON?] {
            var object = single.objectValue ?? [:]
            object["evaluations"] = evaluations
            #expect(try post("evaluations", .object(object)).json == ["decision": true])
        }
        func status(_ evaluations: JSON, _ options: JSON? = nil) throws -> Int {
            var object = single.objectValue ?? [:]
            object["evaluations"] = evaluations
            object["options"] = options
            return try post("evaluations", .object(object)).status
        }
        #expect(try status(.array(Array(repeating: [:], count: 100))) == 200)
        #expect(try status(.array(Array(repeating: [:], count: 101))) == 400)
        #expect(try status([1]) == 400)
        #expect(try status("x") == 400)
        #expect(try status([[:]], ["evaluations_semantic": "maybe"]) == 400)
        #expect(try status([[:]], "x") == 400)
        #expect(try status([[:]], ["other": true]) == 200)
    }

    @Test func `§10.1.3: X-Request-ID comes back, if it is one`() async throws {
        defer { server.stop() }
        let good = request(try await token(), "read", lab())
        for (json, status) in [(good, 200), (["x": 1] as JSON, 400)] {
            let response = try post("evaluation", json, [TestServer.resourceServer, ("X-Request-ID", "bfe9-1_a")])
            #expect(response.status == status && response.headers["x-request-id"] == "bfe9-1_a")
        }
        #expect(try post("evaluation", good, [("X-Request-ID", "1")]).headers["x-request-id"] == "1", "401 too")
        for bad in [String(repeating: "a", count: 129), "a b", "\u{e9}", "a\tb"] {
            let response = try post("evaluation", good, [TestServer.resourceServer, ("X-Request-ID", bad)])
            #expect(response.status == 200 && response.headers["x-request-id"] == nil, "\(bad)")
        }
        let two = [TestServer.resourceServer, ("X-Request-ID", "1"), ("X-Request-ID", "2")]
        #expect(try post("evaluation", good, two).headers["x-request-id"] == nil)
    }
}
