import Encoding
import Foundation
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer
@testable import lanyard

/// The administration API's way from one server's configuration to another's, with the files as `export` writes them.
@Suite struct `Configuration as files` {
    private typealias Files = [String: String]
    private static let path = "/admin/v1/configuration"

    private static func empty() throws -> TestServer {
        try TestServer({ (configuration: inout Configuration) in
            configuration.fhirServers = []
            configuration.policies = []
            configuration.defaultRoles = [:]
        })
    }

    private static func demo() async throws -> TestServer {
        let policies = try DemoPolicies.files(in: "Policies")
        let server = try TestServer({ (configuration: inout Configuration) in
            configuration.policies = policies
            configuration.defaultRoles = [:]
        })
        _ = try await DemoSeed(site: site, administration: server.administration).run(SampleData())
        let reads: JSON = ["group": "night-shift", "role": "nurse", "reason": "they watch"]
        try await server.administer(.post, "/admin/v1/groups", ["name": "night-shift", "title": "At night"])
        try await server.administer(.post, "/admin/v1/role-assignments", reads)
        try await server.administer(.post, "/admin/v1/clients/growth-chart/disable")
        return server
    }

    /// The address of every test server.
    private static let site = DemoSite(port: 9400)

    private static func ask(
        _ server: TestServer, _ method: HTTP.Method, _ operation: String = "", _ json: JSON? = nil, query: String = ""
    ) async -> (status: Int, json: JSON, text: String) {
        let request = Request(
            method: method, path: path + operation, query: Array(query.utf8),
            headers: Headers([("Content-Type", "application/json")]), body: json?.serialized() ?? [])
        let response = await server.administration.respond(to: request)
        let text = String(decoding: response.body, as: UTF8.self)
        return (response.status, (try? JSON(parsing: response.body)) ?? .null, text)
    }

    private static func exported(_ server: TestServer, query: String = "") async throws -> Files {
        let answer = await ask(server, .get, query: query)
        #expect(answer.status == 200, "\(answer.text)")
        var files: Files = [:]
        for file in answer.json["files"]?.arrayValue ?? [] {
            files[try #require(file["name"]?.stringValue)] = PrettyJSON.text(try #require(file["json"])) + "\n"
        }
        return files
    }

    private static func body(_ files: Files, _ more: JSONObject = [:]) -> JSON {
        var object = more
        object["files"] = .array(
            files.sorted { $0.key < $1.key }.map { ["name": .string($0.key), "content": .string($0.value)] })
        return .object(object)
    }

    /// As the command does it: what was planned, and nothing else.
    @discardableResult
    private static func apply(_ files: Files, to server: TestServer, _ more: JSONObject = [:]) async throws -> JSON {
        var planned = JSONObject()
        planned["prune"] = more["prune"]
        let plan = await ask(server, .post, "/plan", body(files, planned))
        try #require(plan.status == 200, "\(plan.text)")
        var object = more
        object["fingerprint"] = plan.json["fingerprint"]
        let applied = await ask(server, .post, "/apply", body(files, object))
        try #require(applied.status == 200, "\(applied.text)")
        #expect(applied.json["fingerprint"] == plan.json["fingerprint"])
        #expect(applied.json["changes"] == plan.json["changes"])
        return applied.json
    }

    /// How many audit records there are.
    private static func records(_ server: TestServer) throws -> Int {
        try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(after: nil, limit: 500)
        }.count
    }

    private static func client(_ id: String, _ more: String = "") -> String {
        #"{"client_id": "\#(id)", "client_name": "App \#(id)", "redirect_uris": ["https://\#(id).example/cb"], "#
            + #""token_endpoint_auth_method": "none", "scope": "openid launch/patient patient/*.rs"\#(more)}"#
    }

    private static func secretClient(_ id: String) -> String {
        #"{"client_id": "\#(id)", "redirect_uris": ["https://\#(id).example/cb"], "scope": "openid", "#
            + #""client_secret": {"reference": "the-\#(id)"}}"#
    }

    @Test func `the demo goes into files and onto an empty server, comes back octet for octet, and apps launch there`()
        async throws
    {
        let demo = try await Self.demo()
        defer { demo.stop() }
        let files = try await Self.exported(demo)
        for name in [
            "clients/health-diary.json", "clients/lab-trends.json", "fhir-servers/fhir.json",
            "role-policies/nurse.json", "groups/night-shift.json",
        ] {
            #expect(files[name] != nil, "\(name) of \(files.keys.sorted())")
        }
        #expect(files.keys.contains { $0.hasPrefix("resource-servers/") })
        #expect(files["clients/growth-chart.json"]?.contains(#""disabled": true"#) == true)
        #expect(files["clients/lab-trends.json"]?.contains(#""reference": "lab-trends""#) == true)
        #expect(files["groups/night-shift.json"]?.contains("they watch") == true)
        #expect(files.values.allSatisfy { $0.hasSuffix("}\n") })

        let other = try Self.empty()
        defer { other.stop() }
        let answer = try await Self.apply(files, to: other, ["generate_secrets": true])
        #expect(answer["counts"]?["create"] == .integer(Int64(files.count)))
        #expect(try await Self.exported(other) == files)
        #expect(try await Self.apply(files, to: other)["counts"]?["unchanged"] == .integer(Int64(files.count)))
        #expect(try await Self.exported(other) == files)

        try await other.administer(.post, "/admin/v1/patients", SampleData().importBundle)
        try await other.administer(
            .post, "/admin/v1/users",
            [
                "username": "patient", "password": .string(TestServer.password), "name": "Pat",
                "fhirUser": .string("Patient/\(SamplePatient.amira.id)"), "roles": ["patient"],
            ])
        for (id, secret) in [("health-diary", nil), ("lab-trends", answer["generated_secrets"]?["lab-trends"])] {
            let sample = try #require(SampleApp.named(id))
            let app = App(
                clientID: id, secret: secret?.stringValue, redirectURI: Self.site.redirectURI(of: sample))
            let place = try app.launch(
                Browser(other), as: "patient", scope: "openid launch/patient patient/Patient.r",
                patient: SamplePatient.amira.id)
            // The demo's apps are at the server's own address, so that the browser has gone there.
            let query = Array((place.address.split(separator: "?").last ?? "").utf8)
            let tokens = try app.redeem(try #require(try FormParameters(parsing: query)["code"]), other).json
            #expect(tokens["patient"] == .string(SamplePatient.amira.id), "\(id)")
            #expect(tokens["scope"]?.stringValue?.contains("patient/Patient.r") == true)
        }
        #expect(try other.send(.get, "/fhir/.well-known/smart-configuration").status == 200)
    }

    @Test func `a plan says what would change, member by member, and changes nothing`() async throws {
        let server = try await Self.demo()
        defer { server.stop() }
        var files = try await Self.exported(server)
        let before = (files, try Self.records(server))
        files["clients/health-diary.json"] = files["clients/health-diary.json"]?
            .replacing("Health Diary", with: "Diary of Health").replacing(" offline_access", with: "")
        files["clients/new.json"] = Self.client("new")
        files["groups/night-shift.json"] = #"{"name": "night-shift", "title": "At night", "roles": []}"#
        let plan = await Self.ask(server, .post, "/plan", Self.body(files))
        let changes = (plan.json["changes"]?.arrayValue ?? []).filter { $0["step"] != "unchanged" }
        #expect(
            changes.map { $0["file"] } == ["clients/health-diary.json", "clients/new.json", "groups/night-shift.json"])
        #expect(changes.map { $0["step"] } == ["update", "create", "update"])
        let members = changes.first?["changes"]?.arrayValue ?? []
        #expect(members.map { $0["member"] } == ["client_name", "scope"])
        #expect(members.first?["from"] == "Health Diary" && members.first?["to"] == "Diary of Health")
        #expect(changes.last?["changes"]?.arrayValue?.map { $0["member"] } == ["roles"])
        #expect(try await Self.exported(server) == before.0)
        #expect(try Self.records(server) == before.1)
    }

    @Test func `one wrong file changes nothing, and every problem is told with file and member`() async throws {
        let server = try await Self.demo()
        defer { server.stop() }
        let before = try await Self.exported(server)
        var files = before
        files["clients/good.json"] = Self.client("good")
        let wrong: [(name: String, content: String, places: [String])] = [
            ("clients/a.json", "{", ["clients/a.json"]),
            (
                "clients/b.json", Self.client("b", #", "grant_types": ["magic"], "roles": [{"role": 1}]"#),
                ["clients/b.json: grant_types[0]", "clients/b.json: roles[0].role"]
            ),
            ("clients/c.json", Self.client("other"), ["clients/c.json"]),
            (
                "clients/d.json", Self.client("d", #", "client_secret": "a-secret-of-sixteen""#),
                ["clients/d.json: client_secret"]
            ),
            ("groups/e.json", #"{"name": "e", "colour": 1}"#, ["groups/e.json: colour"]),
            ("fhir-servers/f.json", #"{"base": "ftp://x", "id": "f"}"#, ["fhir-servers/f.json: base"]),
            (
                "role-policies/g.json", #"{"role": "g", "version": 1}"#,
                ["role-policies/g.json: title", "role-policies/g.json: description", "role-policies/g.json: rules"]
            ),
            ("notes/h.json", "{}", ["notes/h.json"]),
        ]
        for file in wrong { files[file.name] = file.content }
        let refused = await Self.ask(server, .post, "/plan", Self.body(files))
        #expect(refused.status == 422)
        let places = refused.json["errors"]?.arrayValue?.compactMap { $0["member"]?.stringValue } ?? []
        for place in wrong.flatMap(\.places) { #expect(places.contains(place), "\(place) in \(places)") }
        #expect(Set(places.map { $0.prefix { $0 != ":" } }) == Set(wrong.map { Substring($0.name) }))
        #expect(!refused.text.contains("a-secret-of-sixteen"))

        for (name, content, place) in [
            ("clients/x.json", Self.client("x", #", "roles": [{"role": "none"}]"#), "clients/x.json: roles[0].role"),
            ("groups/x.json", #"{"name": "x", "roles": [{"role": "none"}]}"#, "groups/x.json: roles[0].role"),
            (
                "resource-servers/x.json",
                #"{"client_id": "x", "grant_types": ["client_credentials"], "response_types": [], "scope": "auth/Token.r", "#
                    + #""resource_server_audiences": ["https://none.example"]}"#,
                "resource-servers/x.json: resource_server_audiences"
            ),
            (
                "fhir-servers/fhir.json", #"{"base": "\#(TestServer.fhirBase)", "id": "fhir", "name": "Mine"}"#,
                "fhir-servers/fhir.json"
            ),
        ] {
            var files = before
            files["clients/good.json"] = Self.client("good")
            files[name] = content
            let refused = await Self.ask(
                server, .post, "/apply", Self.body(files, ["fingerprint": "x", "generate_secrets": true]))
            #expect(refused.status == 422, "\(name) \(refused.text)")
            #expect(refused.json["errors"]?.arrayValue?.map { $0["member"] } == [.string(place)], "\(refused.text)")
        }
        #expect(try await Self.exported(server) == before)
    }

    @Test func `prune removes what has no file, and neither what came by itself nor what is needed`() async throws {
        let server = try TestServer({ (configuration: inout Configuration) in
            configuration.registration = TestServer.registrationPolicy()
        })
        defer { server.stop() }
        try await server.addSamples()
        let registered = try #require(try server.register(TestServer.application()).json["client_id"]?.stringValue)
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: "launch/patient patient/Patient.rs")
        var files = try await Self.exported(server)
        #expect(files["clients/\(registered).json"] == nil)
        #expect(try await Self.exported(server, query: "registered=true")["clients/\(registered).json"] != nil)
        files["clients/public-app.json"] = nil
        files["fhir-servers/fhir.json"] = nil
        try await Self.apply(files, to: server)
        #expect(try server.introspect(try #require(tokens["access_token"]?.stringValue))["active"] == true)

        let all: JSON = ["fhir-servers", "role-policies", "groups", "clients", "resource-servers"]
        let pruned = try await Self.apply(files, to: server, ["prune": all])
        let removed = pruned["changes"]?.arrayValue?.filter { $0["step"] == "remove" }.map { $0["file"] }
        #expect(removed == ["clients/public-app.json"])
        #expect(try server.introspect(try #require(tokens["access_token"]?.stringValue)) == ["active": false])
        let known = try await server.administer(.get, "/admin/v1/clients/\(registered)")
        #expect(known["client_id"] == .string(registered))

        // People have these roles.
        let policies = files.filter { !$0.key.hasPrefix("role-policies/") }
        let refused = await Self.ask(server, .post, "/plan", Self.body(policies, ["prune": ["role-policies"]]))
        #expect(refused.status == 422 && refused.text.contains("somebody has the role"), "\(refused.text)")
        #expect(try await Self.exported(server).count == files.count + 1)
    }

    @Test func `AD-09: what changed since the plan is not written over`() async throws {
        let server = try await Self.demo()
        defer { server.stop() }
        let files: Files = [
            "clients/new.json": Self.client("new"), "groups/night-shift.json": #"{"name": "night-shift"}"#,
        ]
        #expect(await Self.ask(server, .post, "/apply", Self.body(files)).status == 428)
        let plan = await Self.ask(server, .post, "/plan", Self.body(files)).json
        let named: JSONObject = ["fingerprint": try #require(plan["fingerprint"])]
        try await server.administer(
            .post, "/admin/v1/clients", try JSON(parsing: Array(Self.client("new").utf8)))
        #expect(await Self.ask(server, .post, "/apply", Self.body(files, named)).status == 412)
        #expect(try await Self.exported(server)["groups/night-shift.json"]?.contains("At night") == true)
    }

    @Test func `TK-05: secrets are taken for clients that have none, and are in no file and no answer but that one`()
        async throws
    {
        let server = try Self.empty()
        defer { server.stop() }
        let markers = ["marker-of-the-first-secret", "marker-of-the-second-secret"]
        let files: Files = ["clients/a.json": Self.secretClient("a"), "clients/b.json": Self.secretClient("b")]
        let none = await Self.ask(server, .post, "/plan", Self.body(files))
        #expect(
            none.json["changes"]?.arrayValue?.compactMap { $0["needs_secret"]?["reference"] } == ["the-a", "the-b"])
        let fingerprint = try #require(none.json["fingerprint"])
        let missing = await Self.ask(
            server, .post, "/apply",
            Self.body(files, ["fingerprint": fingerprint, "secrets": ["the-a": .string(markers[0])]]))
        #expect(missing.status == 422 && missing.text.contains("clients/b.json: client_secret"))
        #expect(try await Self.exported(server).isEmpty)

        let secrets: JSONObject = ["secrets": ["the-a": .string(markers[0])], "generate_secrets": true]
        let applied = try await Self.apply(files, to: server, secrets)
        let made = try #require(applied["generated_secrets"]?.objectValue)
        #expect(made.names == ["b"])
        // Another value for the same client: what it has stays.
        let again = try await Self.apply(files, to: server, ["secrets": ["the-a": .string(markers[1])]])
        #expect(again["generated_secrets"] == [:] && again["counts"]?["unchanged"] == 2)
        for (id, secret, status) in [
            ("a", markers[0], 400), ("a", markers[1], 401), ("b", made["b"]?.stringValue ?? "", 400),
        ] {
            let answer = try server.post(
                "/token", [("grant_type", "client_credentials"), ("scope", "openid")], headers: [App.basic(id, secret)])
            #expect(answer.status == status, "\(id) \(answer.text)")
        }
        let everything = try await Self.exported(server).values.joined() + missing.text + none.text + again.text
        for secret in markers + [made["b"]?.stringValue ?? "?"] { #expect(!everything.contains(secret)) }
        #expect(!everything.contains("scrypt") && !everything.contains("sha256:"))
    }

    @Test func `AU-01: each object that an apply changes has its record, which says what of it`() async throws {
        let server = try Self.empty()
        defer { server.stop() }
        try await Self.apply(["clients/a.json": Self.client("a")], to: server)
        let changed = Self.client("a").replacing("App a", with: "Another").replacing("openid ", with: "")
        try await Self.apply(["clients/a.json": changed, "groups/new.json": #"{"name": "new"}"#], to: server)
        let records = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(after: nil, limit: 500).map(\.record)
        }
        func details(_ action: String) -> [String] {
            records.filter { $0.action == action && $0.actor == "operator" }
                .map { "\($0.client ?? "-") \($0.detail ?? "-")" }
        }
        #expect(details("client-registered") == ["a apply: registered"])
        #expect(details("client-updated") == ["a apply: updated client_name, scope"])
        #expect(details("group-changed") == ["- apply: new made"])
    }

    @Test func `roles that a file lists are all there are, and those that it is silent of stay`() async throws {
        let server = try await Self.demo()
        defer { server.stop() }
        let (silent, other) = (#"{"name": "night-shift", "title": "At night"}"#, #"[{"role": "auditor"}]"#)
        try await Self.apply(["groups/night-shift.json": silent], to: server)
        #expect(try await Self.exported(server)["groups/night-shift.json"]?.contains("they watch") == true)
        let listed = silent.replacing("}", with: #", "roles": \#(other)}"#)
        try await Self.apply(["groups/night-shift.json": listed], to: server)
        let group = try await Self.exported(server)["groups/night-shift.json"] ?? ""
        #expect(group.contains("auditor") && !group.contains("nurse"))
    }

    @Test func `the last role by which roles are assigned is not taken away`() async throws {
        let server = try Self.empty()
        defer { server.stop() }
        let keeper =
            #"{"role": "keeper", "version": 1, "title": "Keeper", "description": "Assigns roles", "holders": ["Client"], "#
            + #""rules": [{"id": "all", "allow": "auth/RoleAssignment.cruds"}]}"#
        let files: Files = [
            "role-policies/keeper.json": keeper,
            "clients/a.json": Self.client("a", #", "roles": [{"role": "keeper"}]"#),
        ]
        try await Self.apply(files, to: server)
        let none: Files = ["clients/a.json": Self.client("a", #", "roles": []"#)]
        let refused = await Self.ask(server, .post, "/plan", Self.body(none))
        #expect(refused.status == 422 && refused.text.contains("nobody would be left"), "\(refused.text)")
        #expect(await Self.ask(server, .post, "/plan", Self.body([:], ["prune": ["clients"]])).status == 422)
        let other = none.merging(["clients/b.json": Self.client("b", #", "roles": [{"role": "keeper"}]"#)]) { $1 }
        #expect(await Self.ask(server, .post, "/plan", Self.body(other)).status == 200)
    }

    @Test(.timeLimit(.minutes(2))) func `two thousand clients are planned and applied in bounded time`() async throws {
        let server = try Self.empty()
        defer { server.stop() }
        var files: Files = [:]
        for number in 0..<2000 { files["clients/app-\(number).json"] = Self.client("app-\(number)") }
        let time = try await ContinuousClock().measure { try await Self.apply(files, to: server) }
        #expect(time < .seconds(60), "\(time)")
        #expect(try await Self.exported(server).count == 2000)
        #expect(try await Self.apply(files, to: server)["counts"]?["unchanged"] == 2000)
    }
}
