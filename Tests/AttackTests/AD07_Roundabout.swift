import Encoding
import HTTP
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// More ways to more rights: by what another role is made of, by what a deny held back, by a name.
@Suite struct `AD-07 nobody comes to a right by a roundabout way` {
    private let server: TestServer

    init() async throws { server = try await TestServer.withAdministrators() }

    private func ask(
        _ user: String, _ method: HTTP.Method, _ path: String, _ json: JSON
    ) throws -> ClientResponse {
        try server.administer(
            method, "/admin/v1" + path, authorization: try server.bearer(user), body: json.text)
    }

    private func policy(_ role: String, _ members: JSONObject) -> JSON {
        var object: JSONObject = [
            "role": .string(role), "version": 1, "title": .string(role), "description": "For tests",
        ]
        for member in members.members { object[member.name] = member.value }
        return .object(object)
    }

    @Test func `by what a role that others extend requires`() async throws {
        defer { server.stop() }
        let base = policy("base", ["requires": ["mfa": true], "rules": []])
        let high = policy(
            "high", ["extends": ["base"], "rules": [["id": "all", "allow": "auth/Key.cruds"]]])
        for (role, json) in [("base", base), ("high", high)] {
            try await server.administer(.put, "/admin/v1/role-policies/\(role)", json, query: "reason=x")
        }
        try await server.administer(
            .post, "/admin/v1/role-assignments", ["user": "policy-admin", "role": "high", "reason": "x"])
        let answer = try server.administer(
            .put, "/admin/v1/role-policies/base?reason=x", authorization: try server.bearer("policy-admin"),
            body: policy("base", ["version": 2, "rules": []]).text, headers: [("If-Match", "*")])
        #expect(answer.status == 403 && answer.json["reason"] == "beyond_own_rights", "\(answer.text)")
    }

    @Test func `by the end of what denies a client its own`() async throws {
        defer { server.stop() }
        let deny = policy(
            "no-launch", ["holders": ["Client"], "rules": [["id": "none", "deny": "auth/Launch.c", "because": "x"]]])
        try await server.administer(.put, "/admin/v1/role-policies/no-launch", deny, query: "reason=x")
        let assigned = try await server.administer(
            .post, "/admin/v1/role-assignments", ["client": "ehr", "role": "no-launch", "reason": "x"])
        let id = try #require(assigned["id"]?.integerValue)
        let answer = try ask("policy-admin", .post, "/role-assignments/\(id)/revoke", ["reason": "x"])
        #expect(answer.status == 403 && answer.json["reason"] == "beyond_own_rights", "\(answer.text)")
        #expect(try ask("administrator", .post, "/role-assignments/\(id)/revoke", ["reason": "x"]).status == 200)
    }

    @Test(arguments: ["operator", "server", "u_someone", TestServer.issuer])
    func `no client has the name of somebody else`(id: String) throws {
        defer { server.stop() }
        let answer = try ask(
            "administrator", .post, "/clients",
            [
                "client_id": .string(id), "client_name": "Robot", "redirect_uris": ["https://robot.example/cb"],
                "scope": "openid",
            ])
        #expect(answer.status == 422, "\(answer.text)")
    }

    @Test(arguments: ["", "/admin/v1", "/admin/v1/fhir"])
    func `no FHIR server has this server's own audience`(path: String) throws {
        defer { server.stop() }
        let answer = try ask(
            "administrator", .post, "/fhir-servers",
            ["base": .string(TestServer.issuer + path), "name": "Mine", "id": "mine"])
        #expect(answer.status == 422, "\(answer.text)")
    }

    @Test func `no resource server has an audience that there is not`() throws {
        defer { server.stop() }
        let answer = try ask(
            "administrator", .post, "/clients",
            [
                "client_name": "Spy", "grant_types": ["client_credentials"], "response_types": [],
                "scope": "auth/Token.r", "resource_server_audiences": [.string(TestServer.administrationAudience)],
            ])
        #expect(answer.status == 422, "\(answer.text)")
    }

    @Test func `who was stopped meanwhile gives nothing more`() async throws {
        defer { server.stop() }
        let bearer = try server.bearer("administrator")
        let caller = try await server.caller(bearer)
        try await server.administer(.post, "/admin/v1/users/administrator/disable")
        await #expect(throws: AdministrationRefusal.self) {
            try await server.authorization.database.write { try caller.requireRights(.empty, $0) }
        }
    }
}

extension TestServer {
    /// A request of the operator with a query.
    @discardableResult
    func administer(_ method: HTTP.Method, _ path: String, _ json: JSON, query: String) async throws -> JSON {
        let request = Request(
            method: method, path: path, query: Array(query.utf8),
            headers: Headers([("Content-Type", "application/json")]),
            body: json.serialized())
        let response = await administration.respond(to: request)
        guard response.status < 300 else { throw TestFailure(String(decoding: response.body, as: UTF8.self)) }
        return try JSON(parsing: response.body)
    }

    func administer(
        _ method: HTTP.Method, _ path: String, authorization: String, body: String, headers: [(String, String)]
    ) throws -> ClientResponse {
        try HTTPClient(timeoutSeconds: 20).send(
            method, path, to: .tcp(host: "127.0.0.1", port: administrationPort),
            headers: [("Authorization", authorization), ("Content-Type", "application/json")] + headers,
            body: Array(body.utf8))
    }

    /// Who a bearer token lets in.
    func caller(_ authorization: String) async throws -> AdministrationCaller {
        let request = Request(
            method: .get, path: "/admin/v1/users", headers: Headers([("Authorization", authorization)]), body: [])
        return .holder(try AdministrationToken(request).holder(asking: "auth/User.s", self.authorization).0)
    }
}
