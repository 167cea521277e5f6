import Crypto
import Encoding
import HTTP
import JOSE
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `RFC 7591: dynamic client registration` {
    private static func server(
        _ policy: RegistrationPolicy = TestServer.registrationPolicy()
    ) async throws -> TestServer {
        try await TestServer.withSamples { $0.registration = policy }
    }

    private func count(_ server: TestServer) throws -> Int {
        try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.selfRegisteredClientCount()
        }
    }

    @Test func `off by default: no route, and no document tells of one`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        #expect(try server.register(TestServer.application()).status == 404)
        #expect(try server.send(.get, "/register/public-app").status == 404)
        for name in ["openid-configuration", "oauth-authorization-server", "smart-configuration"] {
            #expect(try server.send(.get, "/.well-known/\(name)").json["registration_endpoint"] == nil)
        }
        #expect(try !server.send(.get, "/fhir-servers/fhir/capability-security").text.contains("register"))
    }

    @Test func `REG-2: where it is on, every discovery document tells of it`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let endpoint = JSON.string(TestServer.issuer + "/register")
        for name in ["openid-configuration", "oauth-authorization-server", "smart-configuration"] {
            #expect(try server.send(.get, "/.well-known/\(name)").json["registration_endpoint"] == endpoint)
        }
        let fragment = try server.send(.get, "/fhir-servers/fhir/capability-security").text
        #expect(fragment.contains("\"register\"") && fragment.contains(TestServer.issuer + "/register"))
    }

    @Test func `§3.2.1: everything as it is registered, and what opens it again`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        var metadata = TestServer.application(["software_version": "4.1.0"])
        metadata["tos_uri"] = .null
        let response = try server.register(metadata)
        #expect(response.status == 201, "\(response.text)")
        #expect(response.headers["content-type"] == "application/json")
        #expect(response.headers["cache-control"] == "no-store" && response.headers["pragma"] == "no-cache")
        let answer = response.json
        let clientID = try #require(answer["client_id"]?.stringValue)
        // A letter first: a hyphen would make it an option on a command line.
        #expect(clientID.hasPrefix("c_") && clientID.utf8.count == 24)
        #expect(answer["client_id_issued_at"] == .integer(server.clock.now))
        #expect(answer["client_secret"] == nil && answer["client_secret_expires_at"] == nil, "a public client has none")
        for member in TestServer.application().members {
            #expect(answer[member.name] == member.value, "\(member.name)")
        }
        #expect(answer["response_types"] == ["code"], "defaults are told too")
        #expect(answer["software_version"] == nil, "§2: what is not understood is ignored")
        #expect(answer["registration_access_token"]?.stringValue?.utf8.count == 54)
        #expect(answer["registration_client_uri"] == .string(TestServer.issuer + "/register/" + clientID))
        #expect(answer["standing"] == "unreviewed")
    }

    @Test func `REG-1: the app launches with what it got`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let app = try App(try server.register(TestServer.application()).json)
        let tokens = try app.tokens(
            server, as: "patient", scope: "openid launch/patient patient/Patient.rs offline_access")
        #expect(tokens["patient"] == "1")
        #expect(tokens["refresh_token"]?.stringValue != nil)
    }

    @Test func `§3.2.1: a secret is made here, shown once, and works`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let answer = try server.register(
            TestServer.application(["token_endpoint_auth_method": .null, "client_secret": "chosen-by-the-registrant"])
        ).json
        #expect(answer["token_endpoint_auth_method"] == "client_secret_basic", "§2: the default")
        let secret = try #require(answer["client_secret"]?.stringValue)
        #expect(secret.utf8.count == 43 && answer["client_secret_expires_at"] == 0)
        let app = try App(answer)
        #expect(
            try app.tokens(server, as: "patient", scope: "openid launch/patient patient/Patient.rs")["patient"] == "1")
        let guess = App(clientID: app.clientID, secret: "chosen-by-the-registrant", redirectURI: app.redirectURI)
        expectRefusal(try guess.refresh("x", server), 401, "invalid_client")
        #expect(try server.manage(.get, answer).json["client_secret"] == nil)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let changes: JSONObject
        let error: String
        let names: String
        var testDescription: String { "\(names): \(error)" }
    }

    @Test(arguments: [
        Refused(changes: ["redirect_uris": .null], error: "invalid_redirect_uri", names: "redirect_uris"),
        Refused(changes: ["redirect_uris": []], error: "invalid_redirect_uri", names: "redirect_uris"),
        Refused(changes: ["redirect_uris": "https://a.example"], error: "invalid_redirect_uri", names: "redirect_uris"),
        Refused(
            changes: ["redirect_uris": ["https://a.example/#f"]], error: "invalid_redirect_uri",
            names: "redirect_uris[0]"),
        Refused(
            changes: ["redirect_uris": ["https://a.example/", "http://a.example/"]], error: "invalid_redirect_uri",
            names: "redirect_uris[1]"),
        Refused(
            changes: ["redirect_uris": ["http://127.0.0.1/cb"]], error: "invalid_redirect_uri", names: "redirect_uris"),
        Refused(
            changes: ["redirect_uris": ["com.example.app:/cb"], "application_type": "native"],
            error: "invalid_redirect_uri", names: "redirect_uris"),
        Refused(changes: ["grant_types": ["implicit"]], error: "invalid_client_metadata", names: "grant_types[0]"),
        Refused(
            changes: ["response_types": ["token"]], error: "invalid_client_metadata", names: "response_types[0]"),
        Refused(
            changes: ["token_endpoint_auth_method": "tls_client_auth"], error: "invalid_client_metadata",
            names: "token_endpoint_auth_method"),
        Refused(
            changes: [
                "grant_types": ["authorization_code", "client_credentials"], "token_endpoint_auth_method": .null,
            ],
            error: "invalid_client_metadata", names: "grant_types"),
        Refused(changes: ["scope": "patient/*.rs everything"], error: "invalid_client_metadata", names: "scope"),
        Refused(changes: ["scope": "user/*.cruds"], error: "invalid_client_metadata", names: "scope"),
        Refused(changes: ["scope": 5], error: "invalid_client_metadata", names: "scope"),
        Refused(changes: ["client_uri": "http://127.0.0.1/"], error: "invalid_client_metadata", names: "client_uri"),
        Refused(
            changes: ["launch_uris": ["http://127.0.0.1/l"]], error: "invalid_client_metadata", names: "launch_uris"),
        Refused(
            changes: ["allowed_origins": ["http://127.0.0.1"]], error: "invalid_client_metadata",
            names: "allowed_origins"),
        Refused(
            changes: ["jwks": ["keys": [["kty": "oct", "k": "AAAA"]]]], error: "invalid_client_metadata", names: "jwks"),
        Refused(
            changes: ["token_endpoint_auth_method": "private_key_jwt"], error: "invalid_client_metadata", names: "jwks"),
        Refused(changes: ["jwks": ["keys": [["kty": "EC"]]]], error: "invalid_client_metadata", names: "jwks"),
    ])
    func `§3.2.2: what cannot be registered is named, and nothing is kept`(refused: Refused) async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let response = try server.register(TestServer.application(refused.changes))
        expectRefusal(response, 400, refused.error)
        #expect(
            response.json["error_description"]?.stringValue?.hasPrefix(refused.names) == true, "\(response.text)"
        )
        #expect(try count(server) == 0)
    }

    @Test func `all that is wrong is told at once`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let text = try server.register(["redirect_uris": ["http://a.example"], "scope": "x y", "tos_uri": 1]).text
        for name in ["redirect_uris[0]", "scope", "tos_uri"] { #expect(text.contains(name), "\(text)") }
    }

    @Test(arguments: ["", "[]", "{", #"{"client_name":"a","client_name":"b"}"#, "\"a\"", "null"])
    func `§3.1: the body is one JSON object`(body: String) async throws {
        let server = try await Self.server()
        defer { server.stop() }
        expectRefusal(
            try server.send(.post, "/register", headers: [("Content-Type", "application/json")], body: body), 400,
            "invalid_client_metadata")
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"])
    func `§3.1: no form of a web page registers anything`(type: String) async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let body = JSON.object(TestServer.application()).text
        let response = try server.send(.post, "/register", headers: [("Content-Type", type)], body: body)
        expectRefusal(response, 400, "invalid_request")
        #expect(response.headers["access-control-allow-origin"] == nil)
        #expect(try server.send(.post, "/register", body: body).status == 400)
        #expect(try count(server) == 0)
    }

    // MARK: Initial access tokens

    @Test func `§3: without an initial access token nobody registers, and with one as often as it says`() async throws {
        let server = try await Self.server(TestServer.registrationPolicy(.token))
        defer { server.stop() }
        let missing = try server.register(TestServer.application())
        expectRefusal(missing, 401, "invalid_token")
        #expect(missing.headers["www-authenticate"] == "Bearer realm=\"\(TestServer.issuer)\"")
        for token in ["x", Base64URL.encode([UInt8](repeating: 0, count: 40)), try server.ehrToken()] {
            let wrong = try server.register(TestServer.application(), token: token)
            expectRefusal(wrong, 401, "invalid_token")
            #expect(wrong.headers["www-authenticate"]?.contains("error=\"invalid_token\"") == true)
        }
        let token = try await server.registrationToken(["uses": 2])
        #expect(try server.register(TestServer.application(["client_name": "A"]), token: token).status == 201)
        // What comes to nothing uses nothing up.
        #expect(try server.register(TestServer.application(["scope": "x"]), token: token).status == 400)
        #expect(try server.register(TestServer.application(["client_name": "a"]), token: token).status == 400)
        #expect(try server.register(TestServer.application(["client_name": "B"]), token: token).status == 201)
        expectRefusal(
            try server.register(TestServer.application(["client_name": "C"]), token: token), 401, "invalid_token")
        #expect(try count(server) == 2)
    }

    @Test func `an initial access token expires, and is revoked`() async throws {
        let server = try await Self.server(TestServer.registrationPolicy(.token))
        defer { server.stop() }
        let expiring = try await server.registrationToken(["uses": 5, "expires_in": 60])
        let revoked = try await server.registrationToken(["uses": 5])
        #expect(try server.register(TestServer.application(["client_name": "A"]), token: expiring).status == 201)
        #expect(try server.register(TestServer.application(["client_name": "B"]), token: revoked).status == 201)
        let listed = try await server.administer(.get, "/admin/v1/registration-tokens")
        #expect(listed["registration_tokens"]?.arrayValue?.map { $0["uses_left"] } == [4, 4])
        #expect(!listed.text.contains(expiring) && !listed.text.contains("hash"))
        try await server.administer(.delete, "/admin/v1/registration-tokens/2")
        expectRefusal(try server.register(TestServer.application(), token: revoked), 401, "invalid_token")
        server.clock.advance(60)
        expectRefusal(try server.register(TestServer.application(), token: expiring), 401, "invalid_token")
    }

    @Test func `where nobody needs a token, one that is shown must still be right`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        expectRefusal(try server.register(TestServer.application(), token: "x"), 401, "invalid_token")
        let token = try await server.registrationToken(["scope": "openid launch/patient patient/Patient.r"])
        let answer = try server.register(TestServer.application(["scope": .null]), token: token).json
        #expect(answer["scope"] == "openid launch/patient patient/Patient.r")
    }

    @Test func `an administrator's wish for a token is checked`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        for members in [
            ["uses": 0], ["uses": "5"], ["expires_in": 1], ["scope": ""], ["scope": "auth/Token.r"],
            ["scope": "user/*.rs"], ["scope": "nonsense"], ["use": 1],
        ] as [JSON] {
            await #expect(throws: TestFailure.self, "\(members.text)") {
                try await server.administer(.post, "/admin/v1/registration-tokens", members)
            }
        }
    }

    // MARK: Software statements

    private static let issuer = "https://store.example"

    /// A statement with these claims, signed by `key`.
    private func statement(_ claims: JSONObject, _ signer: JWSSigner) throws -> JSON {
        .string(try signer.sign(JSON.object(claims).serialized(), type: "JWT"))
    }

    private func signer(_ algorithm: Algorithm = .es256) throws -> (JWSSigner, SoftwareStatementIssuer) {
        let key = try SigningKey.generate(algorithm == .es384 ? .p384 : algorithm == .es256 ? .p256 : .rsa(bits: 2048))
        let jwk = JWK(keyID: "k1", algorithm: nil, parameters: key.publicKey.parameters)
        return (
            try JWSSigner(key: key, algorithm: algorithm, keyID: "k1"),
            SoftwareStatementIssuer(issuer: Self.issuer, keys: JWKSet(keys: [jwk]))
        )
    }

    @Test(arguments: SoftwareStatementIssuer.algorithms)
    func `§2.3: what the statement says counts over what the client says, and opens the door`(
        algorithm: Algorithm
    ) async throws {
        let (signer, issuer) = try signer(algorithm)
        let server = try await Self.server(
            TestServer.registrationPolicy(.token) { $0.softwareStatementIssuers = [issuer] })
        defer { server.stop() }
        let text = try statement(
            [
                "iss": .string(Self.issuer), "iat": .integer(server.clock.now), "software_id": "4NRB1",
                "client_name": "Approved Chart", "redirect_uris": ["https://approved.example/cb"],
                "client_id": "chosen", "resource_server_audiences": [.string(TestServer.fhirBase)],
            ], signer)
        let response = try server.register(TestServer.application(["software_statement": text]))
        #expect(response.status == 201, "\(response.text)")
        #expect(response.json["client_name"] == "Approved Chart")
        #expect(response.json["redirect_uris"] == ["https://approved.example/cb"])
        #expect(response.json["token_endpoint_auth_method"] == "none", "what it does not say is the client's")
        #expect(response.json["software_statement"] == text, "§3.2.1: unmodified")
        #expect(response.json["client_id"] != "chosen" && response.json["resource_server_audiences"] == nil)
        #expect(try server.manage(.get, response.json).json["software_statement"] == text)
    }

    @Test func `§3.2.2: a statement of a stranger is unapproved, one that does not hold is invalid`() async throws {
        let (signer, issuer) = try signer()
        let (stranger, _) = try self.signer()
        let server = try await Self.server(
            TestServer.registrationPolicy(.token) { $0.softwareStatementIssuers = [issuer] })
        defer { server.stop() }
        let (now, name) = (server.clock.now, JSON.string(Self.issuer))
        func expect(_ statement: JSON, _ error: String, _ comment: Comment) throws {
            expectRefusal(
                try server.register(TestServer.application(["software_statement": statement])), 400, error, comment)
        }
        try expect(try statement(["iss": "https://other.example"], signer), "unapproved_software_statement", "issuer")
        try expect(try statement(["client_name": "x"], signer), "unapproved_software_statement", "no issuer")
        try expect(try statement(["iss": name], stranger), "invalid_software_statement", "signature")
        try expect(
            try statement(["iss": name, "exp": .integer(now - 61)], signer), "invalid_software_statement", "expired")
        try expect(
            try statement(["iss": name, "nbf": .integer(now + 61)], signer), "invalid_software_statement", "not yet")
        try expect(
            try statement(["iss": name, "aud": "https://other.example"], signer), "invalid_software_statement", "aud")
        try expect("not.a.jws", "invalid_software_statement", "malformed")
        try expect(5, "invalid_software_statement", "no text")
        let none = Base64URL.encode(Array(#"{"alg":"none"}"#.utf8))
        let claims = Base64URL.encode(JSON.object(["iss": name]).serialized())
        try expect(.string("\(none).\(claims)."), "invalid_software_statement", "alg none")
        #expect(try count(server) == 0)
        let good = try statement(
            ["iss": name, "exp": .integer(now + 60), "aud": [.string(TestServer.issuer), "https://b.example"]], signer)
        #expect(try server.register(TestServer.application(["software_statement": good])).status == 201)
    }

    @Test(arguments: [
        ("JWT", true), ("jwt", true), ("application/jwt", true), ("software-statement+jwt", true), ("at+jwt", false),
        ("logout+jwt", false), ("dpop+jwt", false), ("application/at+jwt", false), ("", false),
    ])
    func `TK-13: a token that its issuer signed for something else is no statement`(
        type: String, isTaken: Bool
    ) async throws {
        let (signer, issuer) = try signer()
        let server = try await Self.server(
            TestServer.registrationPolicy(.token) { $0.softwareStatementIssuers = [issuer] })
        defer { server.stop() }
        let claims: JSON = ["iss": .string(Self.issuer)]
        let statement = JSON.string(try signer.sign(claims.serialized(), type: type))
        let response = try server.register(TestServer.application(["software_statement": statement]))
        if isTaken {
            #expect(response.status == 201, "\(response.text)")
        } else {
            expectRefusal(response, 400, "invalid_software_statement")
            #expect(try count(server) == 0)
        }
    }

    @Test func `RFC 7592 §2.2: a statement that is null is one that is left out`() async throws {
        let (signer, issuer) = try signer()
        let server = try await Self.server(
            TestServer.registrationPolicy { $0.softwareStatementIssuers = [issuer] })
        defer { server.stop() }
        let text = try statement(["iss": .string(Self.issuer), "client_name": "Stated Chart"], signer)
        let answer = try server.register(TestServer.application(["software_statement": text])).json
        var null = TestServer.application(["client_name": "Own Chart"])
        null["client_id"] = answer["client_id"]
        null["software_statement"] = .null
        let changed = try server.manage(.put, answer, null)
        #expect(changed.status == 200, "\(changed.text)")
        #expect(changed.json["software_statement"] == text && changed.json["client_name"] == "Stated Chart")
        null = TestServer.application(["client_name": "Third"])
        null["software_statement"] = .null
        #expect(try server.register(null).status == 201)
    }

    @Test func `§3: in the mode token a statement stands in for the token, and a wrong token is not healed by it`()
        async throws
    {
        let (signer, issuer) = try signer()
        let server = try await Self.server(
            TestServer.registrationPolicy(.token) { $0.softwareStatementIssuers = [issuer] })
        defer { server.stop() }
        let text = try statement(["iss": .string(Self.issuer)], signer)
        let metadata = TestServer.application(["software_statement": text])
        expectRefusal(try server.register(metadata, token: "x"), 401, "invalid_token")
        #expect(try server.register(metadata).status == 201)
    }

    // MARK: Approval

    @Test func `a client that waits can do nothing until an administrator approves it`() async throws {
        let server = try await Self.server(TestServer.registrationPolicy(approval: true))
        defer { server.stop() }
        let answer = try server.register(
            TestServer.application([
                "token_endpoint_auth_method": .null, "launch_uris": ["https://growth.example/launch"],
            ])
        ).json
        #expect(answer["standing"] == "waiting")
        #expect(answer["warnings"]?.text.contains("approve") == true)
        let app = try App(answer)
        let id = app.clientID

        let place = try Browser(server).get(app.authorizePath(scope: "openid launch/patient"))
        expectRefusalOnPage(place, 403)
        #expect(place.html.contains("This app has not been approved yet"))
        expectRefusal(try app.refresh("x", server), 401, "invalid_client")
        #expect(try server.openLaunch(["client_id": .string(id)]).status == 422)
        #expect(try server.send(.get, "/admin/v1/clients").status == 404, "not on the public listener")
        try await server.administer(.post, "/admin/v1/clients/\(id)/enable")
        expectRefusal(try app.refresh("x", server), 401, "invalid_client", "enabling approves nothing")

        let waiting = await server.administration.respond(
            to: Request(method: .get, path: "/admin/v1/clients", query: Array("waiting=true".utf8)))
        #expect(try JSON(parsing: waiting.body)["clients"]?.arrayValue?.map { $0["client_id"] } == [.string(id)])
        let approved = try await server.approve(id)
        #expect(approved["standing"] == "approved" && approved["client_name"] == "Growth Chart")
        #expect(
            try app.tokens(server, as: "patient", scope: "openid launch/patient patient/Patient.rs")["patient"] == "1")
    }

    @Test func `what an administrator registers has no standing to approve`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let answer = try await server.approve("public-app")
        #expect(answer["standing"] == nil)
        await #expect(throws: TestFailure.self) {
            try await server.administer(.post, "/admin/v1/clients/none/approve", ["version": "x"])
        }
    }

    @Test(arguments: ["disable", "enable"])
    func `an administrator disables and enables a client, and its grants end`(last: String) async throws {
        let server = try await Self.server()
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: "openid launch/patient patient/Patient.rs")
        #expect(try server.isActive(tokens))
        let disabled = try await server.administer(.post, "/admin/v1/clients/public-app/disable")
        #expect(disabled["disabled"] == true)
        #expect(try !server.isActive(tokens))
        expectRefusalOnPage(try Browser(server).get(App.publicApp.authorizePath(scope: "openid")))
        guard last == "enable" else { return }
        try await server.administer(.post, "/admin/v1/clients/public-app/enable")
        #expect(try !server.isActive(tokens))
        #expect(try App.publicApp.tokens(server, as: "patient", scope: "openid")["id_token"] != nil)
    }

    @Test func `AU-01: who registered, updated, approved and removed is on record`() async throws {
        let server = try await Self.server(TestServer.registrationPolicy(.token, approval: true))
        defer { server.stop() }
        let token = try await server.registrationToken()
        let answer = try server.register(TestServer.application(), token: token).json
        let id = try #require(answer["client_id"]?.stringValue)
        try await server.approve(id)
        let updated = try server.manage(
            .put, answer, TestServer.application(["client_id": .string(id), "client_name": "Other"]))
        #expect(updated.status == 200)
        #expect(try server.manage(.delete, updated.json).status == 204)
        let records = try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(before: nil, limit: 5).map(\.record)
        }
        #expect(
            records.map(\.action) == [
                "client-removed", "client-updated", "client-approved", "client-registered",
                "registration-token-created",
            ])
        #expect(
            records.map(\.actor) == [
                "registration", "registration", "operator", "registration-token 1", "operator",
            ])
        #expect(records.prefix(4).allSatisfy { $0.client == id })
    }
}
