import Encoding
import HTTP
import TestSupport
import Testing

@Suite struct `RFC 6749 §3.2, §4.1.3: token endpoint` {
    let server: TestServer
    let scope = "openid fhirUser launch/patient patient/Patient.rs offline_access"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func form(_ code: String) -> [(String, String)] {
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", App.publicApp.redirectURI),
            ("code_verifier", App.verifier), ("client_id", App.publicApp.clientID),
        ]
    }

    @Test(arguments: ["GET", "PUT", "DELETE", "PATCH"])
    func `TOK-1, TK-01: POST only`(method: String) throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        let response = try server.send(Method(method), "/token?" + FormParameters(form(code)).serialized())
        #expect(response.status == 405)
        #expect(response.headers["allow"]?.contains("POST") == true)
        #expect(!response.text.contains("access_token"))
        #expect(try App.publicApp.redeem(code, server).status == 200, "the code is untouched")
    }

    @Test(arguments: [
        nil, "text/plain", "application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded2",
    ])
    func `TOK-1, TK-01: forms only`(type: String?) throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        let response = try server.send(
            .post, "/token", headers: type.map { [("Content-Type", $0)] } ?? [],
            body: FormParameters(form(code)).serialized())
        expectRefusal(response, 400, "invalid_request")
        #expect(try App.publicApp.redeem(code, server).status == 200, "the code is untouched")
    }

    @Test(arguments: [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-Urlencoded;charset=utf-8",
    ])
    func `TOK-1: the media type may carry a charset`(type: String) throws {
        defer { server.stop() }
        let response = try server.send(
            .post, "/token", headers: [("Content-Type", type)],
            body: FormParameters(form(try App.publicApp.code(server))).serialized())
        #expect(response.status == 200)
    }

    @Test func `TOK-1: parameters of the query are not read`() throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        let all = FormParameters(form(code)).serialized()
        expectRefusal(try server.post("/token?" + all, []), 400, "invalid_request")
        let address = FormParameters([("redirect_uri", App.publicApp.redirectURI)]).serialized()
        let rest = form(code).filter { $0.0 != "redirect_uri" }
        expectRefusal(try server.post("/token?" + address, rest), 400, "invalid_request")
        #expect(try App.publicApp.redeem(code, server).status == 200)
    }

    @Test(arguments: ["grant_type", "code", "redirect_uri", "code_verifier", "client_id", "unknown"])
    func `AZ-07: a repeated parameter is invalid_request and changes nothing`(name: String) throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        let value = form(code).first { $0.0 == name }?.1 ?? "1"
        for second in [value, "", "other"] {
            let base = name == "unknown" ? form(code) + [(name, value)] : form(code)
            let response = try server.post("/token", base + [(name, second)])
            expectRefusal(response, 400, "invalid_request")
            #expect(response.json["error_description"]?.stringValue?.contains(name) == true)
        }
        #expect(try App.publicApp.redeem(code, server).status == 200)
    }

    @Test(arguments: ["grant_type", "code", "redirect_uri"])
    func `TOK-2: a missing or empty parameter is named`(name: String) throws {
        defer { server.stop() }
        for value in [nil, ""] {
            let code = try App.publicApp.code(server)
            let response = try App.publicApp.redeem(code, server, [(name, value)])
            expectRefusal(response, 400, "invalid_request")
            #expect(response.json["error_description"]?.stringValue?.contains(name) == true)
        }
    }

    @Test func `TOK-3: a confidential client may leave client_id out, and must not name another`() throws {
        defer { server.stop() }
        let app = App.secretApp
        #expect(try app.redeem(try app.code(server), server).status == 200)
        #expect(try app.redeem(try app.code(server), server, [("client_id", "secret-app")]).status == 200)
        let code = try app.code(server)
        expectRefusal(try app.redeem(code, server, [("client_id", "public-app")]), 400, "invalid_request")
    }

    @Test(arguments: [
        "https://app.example/cb/", "https://app.example/cb?x=1", "https://app.example/", "https://APP.example/cb",
        "https://secret.example/cb?own=1", "x",
    ])
    func `TOK-5, AZ-24, AZ-27: the redirect_uri of the request, or none, and the code is burnt`(address: String) throws
    {
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        expectRefusal(try App.publicApp.redeem(code, server, [("redirect_uri", address)]), 400, "invalid_grant")
        expectRefusal(try App.publicApp.redeem(code, server), 400, "invalid_grant", "with the right one")
    }

    @Test func `AZ-23: a code is its client's; in another's hands it dies`() throws {
        defer { server.stop() }
        for (owner, thief) in [(App.publicApp, App.secretApp), (App.secretApp, App.publicApp)] {
            let code = try owner.code(server)
            let response = try thief.redeem(code, server, [("redirect_uri", owner.redirectURI)])
            expectRefusal(response, 400, "invalid_grant")
            expectRefusal(try owner.redeem(code, server), 400, "invalid_grant", "its own client afterwards")
        }
    }

    @Test(arguments: [
        "x", "AAAA", String(repeating: "A", count: 54), String(repeating: "_", count: 54),
        String(repeating: "a", count: 5000), "' OR 1=1 --", "\u{1F3E5}", "null",
    ])
    func `TOK-5: what is no code is exactly 400 invalid_grant`(code: String) throws {
        defer { server.stop() }
        for app in [App.publicApp, App.secretApp] {
            expectRefusal(try app.redeem(code, server), 400, "invalid_grant")
        }
    }

    @Test func `TOK-5: a code with one octet changed is no code`() throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        var octets = try #require(Base64URL.decode(code))
        for index in [0, 7, 8, 20, 39] {
            octets[index] ^= 1
            expectRefusal(try App.publicApp.redeem(Base64URL.encode(octets), server), 400, "invalid_grant")
            octets[index] ^= 1
        }
        #expect(try App.publicApp.redeem(code, server).status == 200, "and the real one is untouched")
    }

    @Test func `AZ-28: a secret of another kind is no code`() throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let launch = try server.launchHandle(["client_id": "public-app", "patient": "1"])
        for other in [tokens["refresh_token"]?.stringValue, tokens["access_token"]?.stringValue, launch] {
            expectRefusal(try App.publicApp.redeem(try #require(other), server), 400, "invalid_grant")
        }
        #expect(try server.isActive(tokens))
    }

    @Test func `AZ-26, AUTHZ-34: the second use of a code is refused and revokes what the first gave`() throws {
        defer { server.stop() }
        for app in [App.publicApp, App.secretApp] {
            let code = try app.code(server, scope: scope)
            let tokens = try app.redeem(code, server).json
            #expect(try server.isActive(tokens))
            expectRefusal(try app.redeem(code, server), 400, "invalid_grant")
            #expect(try !server.isActive(tokens))
            let refreshToken = try #require(tokens["refresh_token"]?.stringValue)
            expectRefusal(try app.refresh(refreshToken, server), 400, "invalid_grant")
        }
    }

    @Test func `AZ-26: also after a refresh, and also by another client`() throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server, scope: scope)
        let first = try App.publicApp.redeem(code, server).json
        let second = try App.publicApp.refresh(try #require(first["refresh_token"]?.stringValue), server).json
        #expect(try server.isActive(second))
        expectRefusal(try App.secretApp.redeem(code, server), 400, "invalid_grant")
        #expect(try !server.isActive(first))
        #expect(try !server.isActive(second))
    }

    @Test func `a failed client authentication does not burn the code`() throws {
        defer { server.stop() }
        let code = try App.secretApp.code(server)
        let stranger = App(clientID: "secret-app", secret: "wrong", redirectURI: App.secretApp.redirectURI)
        expectRefusal(try stranger.redeem(code, server), 401, "invalid_client")
        let nameless = App(clientID: "secret-app", secret: nil, redirectURI: App.secretApp.redirectURI)
        expectRefusal(try nameless.redeem(code, server), 401, "invalid_client")
        #expect(try App.secretApp.redeem(code, server).status == 200)
    }

    @Test func `TOK-7, TOK-8, TOK-9, AUT-PAT-15, AUT-PAT-30: the answer and its headers`() throws {
        defer { server.stop() }
        let response = try App.publicApp.redeem(try App.publicApp.code(server, scope: scope), server)
        #expect(response.status == 200)
        #expect(response.headers["content-type"] == "application/json")
        #expect(response.headers["cache-control"] == "no-store")
        #expect(response.headers["pragma"] == "no-cache")
        let tokens = response.json
        #expect(tokens["access_token"]?.stringValue?.isEmpty == false)
        #expect(tokens["token_type"] == "Bearer")
        let lifetime = try #require(tokens["expires_in"]?.integerValue)
        #expect((1...3600).contains(lifetime))
        #expect(
            tokens.grantedScopes == Set(scope.split(separator: " ").map(String.init)), "also where it is the request's")
        #expect(tokens["patient"] == "1")
        server.clock.advance(lifetime - 1)
        #expect(try server.isActive(tokens))
        server.clock.advance(1)
        #expect(try !server.isActive(tokens))
    }

    @Test(arguments: [
        "password", "implicit", "urn:ietf:params:oauth:grant-type:device_code", "Authorization_Code", "\"<x>",
    ])
    func `TOK-13: an unknown grant is 400 unsupported_grant_type, whoever asks`(type: String) throws {
        defer { server.stop() }
        for headers in [[], [App.basic("secret-app", "wrong")], [App.basic("ehr", "ehr-secret-0123456789012345")]] {
            let response = try server.post("/token", [("grant_type", type)], headers: headers)
            expectRefusal(response, 400, "unsupported_grant_type")
        }
    }

    @Test func `TOK-13: then the client, then whether it may use the grant, then the parameters`() throws {
        defer { server.stop() }
        let grant = [("grant_type", "authorization_code")]
        expectRefusal(try server.post("/token", grant), 401, "invalid_client")
        expectRefusal(
            try server.post("/token", grant, headers: [App.basic("ehr", "wrong")]), 401, "invalid_client")
        let ehr = [App.basic("ehr", "ehr-secret-0123456789012345")]
        expectRefusal(try server.post("/token", grant, headers: ehr), 400, "unauthorized_client")
        expectRefusal(
            try server.post("/token", [("grant_type", "refresh_token")], headers: ehr), 400, "unauthorized_client")
        expectRefusal(
            try App.publicApp.token([("grant_type", "client_credentials")], server), 400, "unauthorized_client")
        expectRefusal(
            try App.secretApp.token([("grant_type", "client_credentials")], server), 400, "unauthorized_client")
        expectRefusal(try App.secretApp.token(grant, server), 400, "invalid_request")
    }

    @Test func `AZ-24: a user who was disabled meanwhile gets no token`() async throws {
        defer { server.stop() }
        let code = try App.publicApp.code(server)
        try await server.administer(.post, "/admin/v1/users/patient/disable")
        expectRefusal(try App.publicApp.redeem(code, server), 400, "invalid_grant")
        try await server.administer(.post, "/admin/v1/users/patient/enable")
        expectRefusal(try App.publicApp.redeem(code, server), 400, "invalid_grant")
    }

    @Test func `a client that was removed gets no token, and its tokens die`() async throws {
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: scope)
        let code = try App.publicApp.code(server)
        try await server.administer(.delete, "/admin/v1/clients/public-app")
        expectRefusal(try App.publicApp.redeem(code, server), 401, "invalid_client")
        #expect(try !server.isActive(tokens))
    }

    @Test(arguments: [
        nil, "", "system/*.rs", "patient/*.rs", "user/*.rs", "openid", "offline_access", "auth/Client.r",
        "auth/*.cruds2",
    ])
    func `TK-22: client_credentials is for scopes of this server's own API`(scope: String?) throws {
        defer { server.stop() }
        let form = [("grant_type", "client_credentials")] + (scope.map { [("scope", $0)] } ?? [])
        let response = try server.post(
            "/token", form, headers: [App.basic("ehr", "ehr-secret-0123456789012345")])
        expectRefusal(response, 400, scope.map { $0.isEmpty } ?? true ? "invalid_request" : "invalid_scope")
    }

    @Test func `TK-22: no refresh token, no user, no context, five minutes`() throws {
        defer { server.stop() }
        let response = try server.post(
            "/token",
            [
                ("grant_type", "client_credentials"),
                ("scope", "auth/Launch.c system/*.rs openid offline_access auth/Token.cruds"),
            ],
            headers: [App.basic("ehr", "ehr-secret-0123456789012345")])
        #expect(response.status == 200)
        #expect(response.headers["cache-control"] == "no-store")
        let tokens = response.json
        #expect(tokens.grantedScopes == ["auth/Launch.c", "auth/Token.r"])
        #expect(tokens["refresh_token"] == nil && tokens["id_token"] == nil && tokens["patient"] == nil)
        #expect(tokens["expires_in"] == 300)
    }
}
