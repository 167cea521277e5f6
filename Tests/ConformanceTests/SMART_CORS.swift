import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `SMART §13: CORS` {
    let server: TestServer
    private static let own = "https://app.example"

    init() async throws {
        server = try await TestServer.withSamples()
    }

    private func preflight(_ path: String, _ origin: String) throws -> ClientResponse {
        try server.send(
            .options, path,
            headers: [
                ("Origin", origin), ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "content-type"),
            ])
    }

    @Test(arguments: ["/token", "/revoke", "/userinfo"])
    func `CORS-3, REV-6: preflight for the origin of any enabled client`(path: String) throws {
        defer { server.stop() }
        for origin in [Self.own, "https://secret.example"] {
            let response = try preflight(path, origin)
            #expect(response.status == 204)
            #expect(response.headers["access-control-allow-origin"] == origin)
            #expect(response.headers["vary"] == "Origin")
            #expect(response.headers["access-control-allow-methods"]?.hasSuffix("POST, OPTIONS") == true)
            #expect(response.headers["access-control-allow-headers"] == "content-type, authorization")
            #expect(response.headers["access-control-max-age"] != nil)
            #expect(response.headers["access-control-allow-credentials"] == nil)
        }
    }

    @Test(arguments: [
        "https://evil.example", "null", "https://app.example.evil.example", "https://xapp.example",
        "http://app.example",
        "https://app.example:8443", "https://APP.example", "https://app.example/", "*", "https://app.exampl",
        "https://app.example, https://evil.example", "https://app.example%00",
    ])
    func `SE-15: no other origin, however like one it looks`(origin: String) throws {
        defer { server.stop() }
        for path in ["/token", "/revoke", "/userinfo"] {
            let response = try preflight(path, origin)
            #expect(response.headers["access-control-allow-origin"] == nil && response.headers["vary"] == "Origin")
            let form = [("client_id", "public-app"), ("grant_type", "authorization_code")]
            let answer = try server.post(path, form, headers: [("Origin", origin)])
            #expect(answer.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test func `CORS-2: the answers carry it, errors too`() throws {
        defer { server.stop() }
        let origin = [("Origin", Self.own)]
        let code = try App.publicApp.code(server, scope: "openid offline_access")
        let form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", App.publicApp.redirectURI),
            ("code_verifier", App.verifier), ("client_id", "public-app"),
        ]
        let good = try server.post("/token", form, headers: origin)
        #expect(good.status == 200)
        let token = try #require(good.json["access_token"]?.stringValue)
        let refresh = try #require(good.json["refresh_token"]?.stringValue)
        let answers = [
            good, try server.post("/token", form, headers: origin),
            try server.post("/token", [("grant_type", "x"), ("client_id", "public-app")], headers: origin),
            try server.post("/token", [], headers: origin), try server.post("/token", [("a", "%")], headers: origin),
            try server.post("/token", [("grant_type", "refresh_token"), ("refresh_token", refresh)], headers: origin),
            try server.post("/token", [("client_id", "unknown"), ("grant_type", "x")], headers: origin),
            try server.send(.get, "/userinfo", headers: origin + [("Authorization", "Bearer " + token)]),
            try server.send(.get, "/userinfo", headers: origin),
            try server.post("/revoke", [("token", "x"), ("client_id", "public-app")], headers: origin),
            try server.send(.post, "/revoke", headers: origin),
        ]
        for answer in answers {
            #expect(answer.headers.values("access-control-allow-origin") == [Self.own], "\(answer.text)")
            #expect(answer.headers["vary"] == "Origin")
            #expect(answer.headers["access-control-expose-headers"]?.contains("WWW-Authenticate") == true)
            #expect(answer.headers["access-control-allow-credentials"] == nil)
        }
    }

    @Test func `CORS-3: on the request itself, the origin must be that client's own`() throws {
        defer { server.stop() }
        let foreign = [("Origin", "https://secret.example")]
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: "openid offline_access")
        let refresh = try #require(tokens["refresh_token"]?.stringValue)
        let bearer = ("Authorization", "Bearer " + (try #require(tokens["access_token"]?.stringValue)))
        let answers = [
            try server.post("/token", [("grant_type", "x"), ("client_id", "public-app")], headers: foreign),
            try server.post("/token", [("grant_type", "refresh_token"), ("refresh_token", refresh)], headers: foreign),
            try server.send(.get, "/userinfo", headers: foreign + [bearer]),
            try server.post("/revoke", [("token", "x"), ("client_id", "public-app")], headers: foreign),
            try server.post("/revoke", [("token", "x")], headers: foreign + [App.basic("public-app", "x")]),
        ]
        for answer in answers { #expect(answer.headers["access-control-allow-origin"] == nil, "\(answer.text)") }
    }

    @Test func `CORS-2: origins can be registered, and changes of clients count at once`() async throws {
        defer { server.stop() }
        let new = "https://scripts.example"
        #expect(try preflight("/token", new).headers["access-control-allow-origin"] == nil)
        try await server.register("late", ["token_endpoint_auth_method": "none", "allowed_origins": [.string(new)]])
        #expect(try preflight("/token", new).headers["access-control-allow-origin"] == new)
        #expect(
            try preflight("/token", "https://late.example").headers["access-control-allow-origin"] == nil,
            "the redirect URI's origin counts only where none is declared")
        let now = server.clock.now
        #expect(
            try await server.authorization.database.write { try $0.setClientDisabled("late", true, now: now) })
        server.authorization.clients.forget("late")
        #expect(try preflight("/token", new).headers["access-control-allow-origin"] == nil)
        try await server.administer(.delete, "/admin/v1/clients/public-app")
        #expect(try preflight("/token", Self.own).headers["access-control-allow-origin"] == nil)
    }

    @Test(arguments: ["/authorize", "/sign-in", "/consent", "/introspect", "/launches", "/logout", "/logout/confirm"])
    func `CORS-4: none for pages, introspection and the rest`(path: String) throws {
        defer { server.stop() }
        for method in [HTTP.Method.options, .get, .post] {
            let response = try server.send(method, path, headers: [("Origin", Self.own)])
            #expect(response.headers["access-control-allow-origin"] == nil, "\(method.name)")
        }
    }
}
