import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `IN-01, IN-02 introspection tells nothing of what is not the caller's or not live` {
    @Test func `every reason has one answer, to the octet`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let tokens = try App.secretApp.tokens(server, as: "patient", scope: App.scope)
        let access = tokens["access_token"]?.stringValue ?? ""
        let code = try App.publicApp.code(server)
        let reused = try App.publicApp.code(server)
        let revoked = try App.publicApp.redeem(reused, server).json["access_token"]?.stringValue ?? ""
        _ = try App.publicApp.redeem(reused, server)
        let inactive = [
            "x", "..", "a.b.c", String(repeating: "x", count: 16_000), revoked, code,
            tokens["refresh_token"]?.stringValue ?? "",
            tokens["id_token"]?.stringValue ?? "", access + "x", String(access.dropLast(3)), "\u{1F512}", "{}", "null",
            "0",
            try server.ehrToken(), try server.openLaunch(["client_id": "public-app"]).json["launch"]?.stringValue ?? "",
            App.secretApp.secret ?? "", "' OR 1=1 --", "%00",
        ]
        for token in inactive { expectInactive(try server.introspected(token)) }
        #expect(try server.introspect(access)["active"] == true)
        // Twice, so that no kept answer is older than the token: IN-04.
        server.clock.advance(3599)
        #expect(try server.introspect(access)["active"] == true)
        server.clock.advance(1)
        expectInactive(try server.introspected(access))
    }

    @Test func `IN-01: a client sees its own tokens and no other's`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let (own, other) = (
            try App.secretApp.tokens(server, as: "patient", scope: App.scope)["access_token"]?.stringValue ?? "",
            try App.publicApp.tokens(server, as: "patient", scope: App.scope)["access_token"]?.stringValue ?? ""
        )
        let credentials = App.basic("secret-app", App.secretApp.secret ?? "")
        #expect(try server.post("/introspect", [("token", own)], headers: [credentials]).json["active"] == true)
        expectInactive(try server.post("/introspect", [("token", other)], headers: [credentials]))
        // By a bearer token the same; the EHR has no more right to them than any client.
        let bearer = ("Authorization", "Bearer " + (try server.ehrToken(scope: "auth/Token.r")))
        for token in [own, other] {
            expectInactive(try server.post("/introspect", [("token", token)], headers: [bearer]))
        }
        let lacking = ("Authorization", "Bearer " + (try server.ehrToken(scope: "auth/Launch.c")))
        expectRefused(try server.post("/introspect", [("token", own)], headers: [lacking]), 403, "insufficient_scope")
        let user = ("Authorization", "Bearer " + own)
        expectRefused(try server.post("/introspect", [("token", own)], headers: [user]), 401, "invalid_token")
    }

    @Test func `IN-01: a resource server sees the tokens for its own FHIR base only`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let other: JSON = ["base": "https://other.example/fhir", "name": "Other records", "id": "other"]
        try await server.administer(.post, "/admin/v1/fhir-servers", other)
        try await server.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "other-server", "client_secret": "other-server-secret-0123", "grant_types": [],
                "response_types": [],
                "token_endpoint_auth_method": "client_secret_basic",
                "resource_server_audiences": ["https://other.example/fhir"],
            ])
        let token = try App.publicApp.tokens(server, as: "patient", scope: App.scope)["access_token"]?.stringValue ?? ""
        let answer = try server.post(
            "/introspect", [("token", token)], headers: [App.basic("other-server", "other-server-secret-0123")])
        expectInactive(answer)
        #expect(try server.introspect(token)["active"] == true)
    }

    @Test func `nobody asks without saying who they are`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let token = try App.publicApp.tokens(server, as: "patient", scope: App.scope)["access_token"]?.stringValue ?? ""
        let right = App.basic("fhir-server", "fhir-server-secret-0123456789")
        let strangers: [[(String, String)]] = [
            [], [App.basic("fhir-server", "wrong-secret-wrong-secret")], [App.basic("public-app", "")],
            [App.basic("", "x")],
            [("Authorization", "Basic !!!")], [("Authorization", "Basic")], [("Authorization", "Negotiate x")],
            [("Authorization", right.1.replacing("Basic ", with: "Bearer "))],
        ]
        for headers in strangers {
            let response = try server.post("/introspect", [("token", token)], headers: headers)
            #expect(response.status == 401, "\(headers)")
            #expect(response.json["active"] == nil)
            #expect(response.headers["cache-control"] == "no-store")
        }
        expectRefused(
            try server.post("/introspect", [("token", token), ("client_id", "public-app")]), 401, "invalid_client")
        // IN-05: by POST and in the body alone.
        let query = "?" + FormParameters([("token", token)]).serialized()
        #expect(try server.send(.get, "/introspect" + query, headers: [right]).status == 405)
        expectRefused(try server.post("/introspect" + query, [], headers: [right]), 400, "invalid_request")
        let two = try server.send(
            .post, "/introspect",
            headers: [
                right, ("Authorization", "Bearer " + token), ("Content-Type", "application/x-www-form-urlencoded"),
            ],
            body: FormParameters([("token", token)]).serialized())
        expectRefused(two, 400, "invalid_request")
        expectRefused(
            try server.post(
                "/introspect", [("token", token), ("client_secret", "fhir-server-secret-0123456789")], headers: [right]),
            400, "invalid_request")
    }
}
