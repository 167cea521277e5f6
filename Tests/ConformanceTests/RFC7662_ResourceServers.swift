import Crypto
import Encoding
import HTTP
import JOSE
import SMART
import TestSupport
import Testing

@testable import AuthorizationServer

/// Two FHIR servers, each with a resource server registered for it (lessons I2).
@Suite struct `RFC 7662 §4: resource servers` {
    let server: TestServer
    static let elsewhere = "https://fhir.example/labs/r5"
    static let path = "/admin/v1/resource-servers"
    private let secrets = ["fhir-server": "fhir-server-secret-0123456789", "labs": "labs-secret-0123456789"]

    init() async throws {
        server = try await TestServer.withSamples { configuration in
            guard let base = FHIRBaseURL(Self.elsewhere) else { return }
            configuration.fhirServers.append(FHIRServer(base: base, name: "Laboratory"))
        }
        try await register([
            "client_id": "labs", "name": "Labs", "audiences": [.string(Self.elsewhere)],
            "client_secret": .string(secrets["labs"] ?? ""),
        ])
    }

    @discardableResult
    private func register(_ json: JSON) async throws -> JSON { try await server.administer(.post, Self.path, json) }

    private func basic(_ id: String) -> (String, String) { App.basic(id, secrets[id] ?? "") }

    /// A bearer token of the resource server's own.
    private func bearer(_ id: String) throws -> (String, String) {
        let form = [("grant_type", "client_credentials"), ("scope", "auth/Token.r")]
        let answer = try server.post("/token", form, headers: [basic(id)]).json
        return ("Authorization", "Bearer " + (try #require(answer["access_token"]?.stringValue)))
    }

    private func token(for audience: String) throws -> String {
        let tokens = try App.publicApp.tokens(
            server, as: "patient", scope: "launch/patient patient/Patient.rs", [("aud", audience)])
        return try #require(tokens["access_token"]?.stringValue)
    }

    @Test func `IN-01, INT-6: each sees the tokens of its own audience only, with Basic and with bearer`() throws {
        defer { server.stop() }
        let tokens = ["fhir-server": try token(for: TestServer.fhirBase), "labs": try token(for: Self.elsewhere)]
        for caller in tokens.keys {
            for header in [basic(caller), try bearer(caller)] {
                for (owner, token) in tokens {
                    let response = try server.post("/introspect", [("token", token)], headers: [header])
                    #expect(response.status == 200)
                    if owner == caller {
                        #expect(response.json["active"] == true)
                    } else {
                        #expect(response.text == #"{"active":false}"#, "\(caller) asks for a token of \(owner)")
                    }
                }
            }
        }
    }

    @Test func `IN-01, INT-6: so does one that signs, with an assertion and with the bearer token got by one`()
        async throws
    {
        defer { server.stop() }
        let key = try ClientKey(.es384, .p384, keyID: "k")
        try await register([
            "client_id": "keyed", "name": "Keyed", "audiences": [.string(Self.elsewhere)], "jwks": ClientKey.set([key]),
        ])
        func assertion() throws -> [(String, String)] {
            ClientKey.form(try key.assertion("keyed", now: server.clock.now))
        }
        let form = [("grant_type", "client_credentials"), ("scope", "auth/Token.r")]
        let answer = try server.post("/token", form + assertion()).json
        let bearer = ("Authorization", "Bearer " + (try #require(answer["access_token"]?.stringValue)))
        for (audience, isSeen) in [(Self.elsewhere, true), (TestServer.fhirBase, false)] {
            let token = [("token", try token(for: audience))]
            for response in [
                try server.post("/introspect", token + assertion()),
                try server.post("/introspect", token, headers: [bearer]),
            ] {
                #expect(response.status == 200)
                #expect(isSeen ? response.json["active"] == true : response.text == #"{"active":false}"#)
            }
        }
    }

    @Test func `TK-22: it gets nothing by client_credentials but the right to introspect`() throws {
        defer { server.stop() }
        for scope in ["auth/Launch.c", "auth/Token.d", "system/Patient.rs", "openid"] {
            let form = [("grant_type", "client_credentials"), ("scope", scope)]
            expectRefusal(try server.post("/token", form, headers: [basic("labs")]), 400, "invalid_scope")
        }
        let form = [("grant_type", "client_credentials"), ("scope", "auth/Token.cruds auth/Launch.c")]
        #expect(try server.post("/token", form, headers: [basic("labs")]).json["scope"] == "auth/Token.r")
    }

    @Test func `a removed one introspects nothing any more, with neither`() async throws {
        defer { server.stop() }
        let (token, bearer) = (try token(for: Self.elsewhere), try bearer("labs"))
        #expect(try server.post("/introspect", [("token", token)], headers: [basic("labs")]).json["active"] == true)
        try await server.administer(.delete, Self.path + "/labs")
        expectRefusal(
            try server.post("/introspect", [("token", token)], headers: [basic("labs")]), 401, "invalid_client")
        expectRefusal(try server.post("/introspect", [("token", token)], headers: [bearer]), 401, "invalid_token")
    }

    @Test func `SE-06: a stopped one introspects nothing, with neither, until it goes on`() async throws {
        defer { server.stop() }
        let (token, bearer) = (try token(for: Self.elsewhere), try bearer("labs"))
        #expect(try server.post("/introspect", [("token", token)], headers: [basic("labs")]).json["active"] == true)
        try await server.administer(.post, "/admin/v1/clients/labs/disable")
        expectRefusal(
            try server.post("/introspect", [("token", token)], headers: [basic("labs")]), 401, "invalid_client")
        expectRefusal(try server.post("/introspect", [("token", token)], headers: [bearer]), 401, "invalid_token")
        try await server.administer(.post, "/admin/v1/clients/labs/enable")
        #expect(try server.post("/introspect", [("token", token)], headers: [basic("labs")]).json["active"] == true)
    }

    @Test func `its secret is rotated as any client's, also where it is remembered`() async throws {
        defer { server.stop() }
        let token = try token(for: Self.elsewhere)
        let answer = try await server.administer(.post, "/admin/v1/clients/labs/secrets", ["overlap_seconds": 60])
        let new = App.basic("labs", try #require(answer["client_secret"]?.stringValue))
        for header in [basic("labs"), new, basic("labs"), new] {
            #expect(try server.post("/introspect", [("token", token)], headers: [header]).json["active"] == true)
        }
        server.clock.advance(60)
        expectRefusal(
            try server.post("/introspect", [("token", token)], headers: [basic("labs")]), 401, "invalid_client")
        #expect(try server.post("/introspect", [("token", token)], headers: [new]).json["active"] == true)
    }

    @Test func `a registration is shown with audience and method, and without a warning`() async throws {
        defer { server.stop() }
        let shown = try await server.administer(.get, Self.path + "/labs")
        #expect(shown["resource_server_audiences"] == [.string(Self.elsewhere)])
        #expect(shown["token_endpoint_auth_method"] == "client_secret_basic")
        #expect(shown["grant_types"] == ["client_credentials"] && shown["scope"] == "auth/Token.r")
        #expect(shown["warnings"] == [] && shown["problems"] == nil)
        let listed = try await server.administer(.get, Self.path)["resource_servers"]?.arrayValue ?? []
        #expect(listed.compactMap { $0["client_id"]?.stringValue } == ["fhir-server", "labs"])
        // What is no resource server is neither shown nor removed as one.
        for method in [HTTP.Method.get, .delete] {
            for id in ["public-app", "nobody"] {
                await #expect(throws: TestFailure.self) { try await server.administer(method, "\(Self.path)/\(id)") }
            }
        }
        _ = try await server.administer(.get, "/admin/v1/clients/public-app")
    }

    /// Among the samples are many clients that are none.
    @Test(arguments: [1, 2, 3])
    func `AD-08: they are listed in full pages, whatever clients are between them`(limit: Int) async throws {
        defer { server.stop() }
        var (found, after): ([String], String?) = ([], nil)
        repeat {
            let query = "limit=\(limit)" + (after.map { "&after=\($0)" } ?? "")
            let response = await server.administration.respond(
                to: Request(method: .get, path: Self.path, query: Array(query.utf8)))
            #expect(response.status == 200)
            let page = try JSON(parsing: response.body)
            let ids = page["resource_servers"]?.arrayValue?.compactMap { $0["client_id"]?.stringValue } ?? []
            found += ids
            after = page["next"]?.stringValue
            #expect(after == nil || ids.count == limit && after == ids.last)
        } while after != nil && found.count < 10
        #expect(found == ["fhir-server", "labs"])
    }

    @Test(arguments: ["jwks", "jwks_uri"])
    func `CAS-10: with keys it is registered for private_key_jwt and has no secret`(member: String) async throws {
        defer { server.stop() }
        let jwks = ClientKey.set([try ClientKey(.es384, .p384, keyID: "k")])
        var json: JSONObject = ["client_id": "keyed", "name": "Keyed", "audiences": [.string(Self.elsewhere)]]
        json[member] = member == "jwks" ? jwks : "https://fhir.example/jwks"
        let response = await server.administration.respond(
            to: Request(method: .post, path: Self.path, body: JSON.object(json).serialized()))
        let answer = try JSON(parsing: response.body)
        #expect(response.status == 201)
        #expect(answer["token_endpoint_auth_method"] == "private_key_jwt")
        #expect(answer["client_secret"] == nil && answer["client_secret_expires_at"] == nil)
        #expect(answer[member] == json[member])
        #expect(answer["resource_server_audiences"] == [.string(Self.elsewhere)])
        #expect(answer["grant_types"] == ["client_credentials"] && answer["scope"] == "auth/Token.r")
    }

    @Test func `TK-21: with bad keys, or with a secret beside them, it is not registered`() async throws {
        defer { server.stop() }
        let cases: [(JSONObject, String)] = [
            (["jwks": ["keys": [["kty": "oct", "kid": "a", "k": "AQ"]]]], "jwks.keys[0]"),
            (["jwks": [:]], "jwks"), (["jwks_uri": "http://fhir.example/jwks"], "jwks_uri"),
            (["jwks_uri": "https://fhir.example/jwks", "client_secret": "0123456789abcdef"], "client_secret"),
            (["jwks_uri": "https://fhir.example/jwks", "jwks": ["keys": []]], "jwks"), (["scope": "x"], "scope"),
        ]
        for (changes, member) in cases {
            var json: JSONObject = ["client_id": "keyed", "name": "Keyed", "audiences": [.string(Self.elsewhere)]]
            for change in changes.members { json[change.name] = change.value }
            let response = await server.administration.respond(
                to: Request(method: .post, path: Self.path, body: JSON.object(json).serialized()))
            let members = try JSON(parsing: response.body)["errors"]?.arrayValue?.compactMap {
                $0["member"]?.stringValue
            }
            #expect(response.status == 422 && members?.contains(member) == true, "\(member): \(members ?? [])")
        }
        await #expect(throws: TestFailure.self) { try await server.administer(.get, Self.path + "/keyed") }
    }
}
