import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AD-03: the registration access token opens one client, and lifts it nowhere` {
    private func server(approval: Bool = false) async throws -> TestServer {
        try await TestServer.started { $0.registration = TestServer.registrationPolicy(approval: approval) }
    }

    private func application(_ registration: JSON, _ changes: JSONObject = [:]) -> JSONObject {
        var metadata = TestServer.application(changes)
        metadata["client_id"] = registration["client_id"]
        return metadata
    }

    private func standing(_ registration: JSON, _ server: TestServer) async throws -> JSON? {
        try await server.administer(.get, "/admin/v1/clients/" + (registration["client_id"]?.stringValue ?? ""))[
            "standing"]
    }

    @Test func `another client's token, a replaced one and any other bearer are 401, and say the same`() async throws {
        let server = try await server()
        defer { server.stop() }
        let mine = try server.register(TestServer.application()).json
        let other = try server.register(TestServer.application(["client_name": "Other"])).json
        let tokens = try App(mine).tokens(server, as: "patient", scope: App.scope)
        let initial = try await server.registrationToken(["uses": 9])
        let renewed = try server.manage(.put, mine, application(mine)).json
        let wrong = [
            other["registration_access_token"], mine["registration_access_token"], tokens["access_token"],
            tokens["refresh_token"], tokens["id_token"], .string(initial), "x",
        ].map { $0?.stringValue ?? "" }
        for token in wrong {
            for method in [HTTP.Method.get, .delete, .put] {
                let body = method == .put ? application(mine, ["client_name": "Stolen"]) : nil
                let response = try server.manage(method, mine, body, token: token)
                expectRefused(response, 401, "invalid_token")
                #expect(response.json["error_description"] == "the access token is not valid here")
                #expect(response.headers["www-authenticate"]?.hasPrefix("Bearer ") == true)
            }
        }
        #expect(try server.manage(.get, renewed).json["client_name"] == "Growth Chart")
        // And it opens nothing else.
        let token = renewed["registration_access_token"]?.stringValue ?? ""
        expectRefused(
            try server.register(TestServer.application(["client_name": "X"]), token: token), 401, "invalid_token")
        expectRefused(try server.openLaunch(bearer: token), 401, "invalid_token")
        expectInactive(try server.introspected(token))
    }

    @Test func `it is stored as a hash, and is in no list`() async throws {
        let server = try await server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        let token = try #require(answer["registration_access_token"]?.stringValue)
        let handle = try #require(Handle(token))
        let stored = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.registration(handle.id)
        }
        #expect(stored?.secretHash == handle.hash && stored?.secretHash.bytes != handle.secret)
        for path in ["/admin/v1/clients", "/admin/v1/clients/" + (answer["client_id"]?.stringValue ?? "")] {
            let text = try await server.administer(.get, path).text
            #expect(!text.contains(token) && !text.contains("registration_access_token"))
        }
    }

    @Test func `it is replaced at each change, in a race of sixteen by one of them`() async throws {
        let server = try await server()
        defer { server.stop() }
        var answer = try server.register(TestServer.application()).json
        for round in 0..<10 {
            let present = answer
            let answers = try race(16) { thread in
                try server.manage(
                    .put, present, application(present, ["client_name": .string("Round \(round) of \(thread)")]))
            }
            let winners = answers.filter { $0.status == 200 }
            #expect(winners.count == 1)
            for loser in answers where loser.status != 200 { expectRefused(loser, 401, "invalid_token") }
            answer = winners.first?.json ?? .null
            #expect(try server.manage(.get, answer).json["client_name"] == answer["client_name"])
        }
    }

    @Test func `a disabled client cannot enable itself, change or go`() async throws {
        let server = try await server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        let id = answer["client_id"]?.stringValue ?? ""
        try await server.administer(.post, "/admin/v1/clients/\(id)/disable")
        for method in [HTTP.Method.get, .put, .delete] {
            let body = method == .put ? application(answer, ["disabled": false]) : nil
            expectRefused(try server.manage(method, answer, body), 403, "access_denied")
        }
        #expect(try await server.administer(.get, "/admin/v1/clients/\(id)")["disabled"] == true)
        try await server.administer(.post, "/admin/v1/clients/\(id)/enable")
        #expect(try server.manage(.get, answer).status == 200)
    }

    @Test func `a client that waits goes on waiting, whatever it changes`() async throws {
        let server = try await server(approval: true)
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        let changed = try server.manage(
            .put, answer, application(answer, ["client_name": "Another", "standing": "approved"]))
        #expect(changed.status == 200 && changed.json["standing"] == "waiting")
        #expect(try await standing(answer, server) == "waiting")
    }

    @Test func `an approval is for what was approved: another name, address, key or scope has to wait again`()
        async throws
    {
        let server = try await server(approval: true)
        defer { server.stop() }
        let changes: [JSONObject] = [
            ["client_name": "Hospital Chart"], ["redirect_uris": ["https://growth.example/other"]],
            ["scope": "openid launch/patient patient/*.rs"], ["client_uri": "https://hospital.example/"],
            ["jwks": ["keys": []]],
        ]
        for (index, change) in changes.enumerated() {
            let name: JSONObject = ["client_name": .string("Growth \(index)x")]
            let answer = try server.register(TestServer.application(name)).json
            let id = answer["client_id"]?.stringValue ?? ""
            try await server.approve(id)
            let tokens = try App(answer).tokens(server, as: "patient", scope: App.scope)
            let same = try server.manage(
                .put, answer,
                application(answer, ["client_name": .string("Growth \(index)x"), "contacts": ["a@b.example"]]))
            #expect(same.json["standing"] == "approved", "contacts change by themselves")
            expectActive(try server.introspect(tokens["access_token"]?.stringValue ?? ""))
            var all = name
            for member in change.members { all[member.name] = member.value }
            let changed = try server.manage(.put, same.json, application(answer, all))
            #expect(changed.json["standing"] == "waiting", "\(change)")
            expectInactive(try server.introspected(tokens["access_token"]?.stringValue ?? ""))
            expectPage(try server.page(App(changed.json).authorizePath(scope: App.scope)))
        }
    }

    @Test func `AD-09: an approval is of what the administrator saw, not of what the client has become since`()
        async throws
    {
        let server = try await server(approval: true)
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        let path = "/admin/v1/clients/" + (answer["client_id"]?.stringValue ?? "")
        let seen = try await server.administer(.get, path)["version"]
        #expect(seen?.stringValue?.isEmpty == false)
        let waiting = try JSON(
            parsing: await server.administration.respond(
                to: Request(method: .get, path: "/admin/v1/clients", query: Array("waiting=true".utf8))
            ).body)
        #expect(waiting["clients"]?.arrayValue?.map { $0["version"] } == [seen])
        func approve(_ body: JSON?) async -> Int {
            await server.administration.respond(
                to: Request(method: .post, path: path + "/approve", body: body?.serialized() ?? [])
            ).status
        }
        for body in [nil, [:], ["version": .null]] as [JSON?] { #expect(await approve(body) == 428) }
        let changed = try server.manage(
            .put, answer, application(answer, ["redirect_uris": ["https://evil.example/cb"]])
        ).json
        #expect(await approve(["version": seen ?? .null]) == 412)
        for body in [["version": "x"], ["version": 5]] as [JSON] { #expect(await approve(body) == 412) }
        #expect(try await standing(answer, server) == "waiting")
        expectPage(try server.page(App(changed).authorizePath(scope: App.scope)))
        let approved = try await server.approve(App(answer).clientID)
        #expect(approved["standing"] == "approved" && approved["version"] != seen)
        #expect(approved["redirect_uris"] == ["https://evil.example/cb"])
    }

    @Test func `also where the policy needs no approval, what was approved waits when it becomes another`() async throws
    {
        let server = try await server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        let unreviewed = try server.manage(.put, answer, application(answer, ["client_name": "Another"])).json
        #expect(unreviewed["standing"] == "unreviewed")
        let tokens = try App(answer).tokens(server, as: "patient", scope: App.scope)
        try await server.approve(App(answer).clientID)
        let changed = try server.manage(.put, unreviewed, application(answer, ["client_name": "A third"])).json
        #expect(changed["standing"] == "waiting")
        expectInactive(try server.introspected(tokens["access_token"]?.stringValue ?? ""))
    }

    @Test(arguments: [
        ("none", "client_secret_basic", false), ("client_secret_basic", "none", false),
        ("client_secret_basic", "client_secret_post", true), ("client_secret_post", "client_secret_basic", true),
    ])
    func `the way of authentication stays; where the secret stands may change`(
        from: String, to: String, isAllowed: Bool
    ) async throws {
        let server = try await server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application(["token_endpoint_auth_method": .string(from)])).json
        let response = try server.manage(
            .put, answer, application(answer, ["token_endpoint_auth_method": .string(to)]))
        #expect(response.status == (isAllowed ? 200 : 400), "\(response.text)")
        if !isAllowed {
            expectRefused(response, 400, "invalid_client_metadata")
            #expect(response.text.contains("token_endpoint_auth_method"))
            let kept = try server.manage(.get, answer).json
            #expect(kept["token_endpoint_auth_method"] == .string(from))
        }
    }

    @Test func `what an administrator registered has no such token`() async throws {
        let server = try await server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        let token = answer["registration_access_token"]?.stringValue ?? ""
        let response = try server.send(.get, "/register/public-app", headers: [("Authorization", "Bearer " + token)])
        expectRefused(response, 401, "invalid_token")
        expectRefused(try server.send(.get, "/register/public-app"), 401, "invalid_token")
        expectRefused(
            try server.send(
                .get, "/register/" + (answer["client_id"]?.stringValue ?? ""), headers: [App.basic("a", "b")]),
            401, "invalid_token")
    }
}

private func expectActive(_ answer: JSON, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(answer["active"] == true, sourceLocation: sourceLocation)
}
