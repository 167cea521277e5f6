import Encoding
import HTTP
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// Administrators who would like to be more than they are.
@Suite struct `AD-07 nobody gives a right that they do not hold` {
    private let server: TestServer

    init() async throws { server = try await TestServer.withAdministrators() }

    private func expectBeyond(
        _ user: String, _ method: HTTP.Method, _ path: String, _ json: JSON, scope: String = TestServer.allOwnScopes,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let answer = try ask(user, method, path, json, scope: scope)
        #expect(answer.status == 403, "\(answer.text)", sourceLocation: sourceLocation)
        #expect(answer.json["reason"] == "beyond_own_rights", "\(answer.text)", sourceLocation: sourceLocation)
        #expect(try server.auditRecords("administration-refused").last?.outcome == "beyond_own_rights")
    }

    private func ask(
        _ user: String, _ method: HTTP.Method, _ path: String, _ json: JSON, scope: String = TestServer.allOwnScopes
    ) throws -> ClientResponse {
        try server.administer(
            method, "/admin/v1" + path, authorization: try server.bearer(user, scope: scope), body: json.text)
    }

    private func policy(_ role: String, _ allow: String) -> JSON {
        [
            "role": .string(role), "version": 1, "title": .string(role), "description": "For tests",
            "rules": [["id": "all", "allow": .string(allow)]],
        ]
    }

    @Test func `by an assignment, to themselves or to another`() async throws {
        defer { server.stop() }
        for (subject, role) in [("policy-admin", "administrator"), ("nobody", "user-admin"), ("nobody", "key-admin")] {
            try expectBeyond(
                "policy-admin", .post, "/role-assignments", ["user": .string(subject), "role": .string(role)])
        }
        #expect(
            try ask("policy-admin", .post, "/role-assignments", ["user": "nobody", "role": "policy-admin"]).status
                == 201)
        // Less than the person has: what the app was not given it cannot give.
        try expectBeyond(
            "administrator", .post, "/role-assignments", ["user": "nobody", "role": "key-admin"],
            scope: "auth/RoleAssignment.cruds")
        #expect(
            try ask("administrator", .post, "/role-assignments", ["user": "nobody", "role": "key-admin"]).status == 201)
    }

    @Test func `by a policy that they write, change or bring back`() async throws {
        defer { server.stop() }
        try expectBeyond(
            "policy-admin", .put, "/role-policies/mine?reason=x", policy("mine", "auth/Key.cruds"))
        #expect(
            try ask("policy-admin", .put, "/role-policies/mine?reason=x", policy("mine", "user/Patient.r")).status
                == 201)
        let heir: JSON = [
            "role": "heir", "version": 1, "title": "heir", "description": "x", "extends": ["key-admin"], "rules": [],
        ]
        try expectBeyond("policy-admin", .put, "/role-policies/heir?reason=x", heir)
        let file: JSON = ["files": [["name": "k.json", "content": .string(policy("k", "auth/Key.r").text)]]]
        try expectBeyond("policy-admin", .post, "/role-policies/apply", file)
        // What takes rights from others is not lifted by who has not got them.
        let halt: JSON = [
            "role": "halt", "version": 1, "title": "halt", "description": "x",
            "rules": [["id": "all", "deny": "auth/Key.cruds", "because": "x"]],
        ]
        try await server.administer(.put, "/admin/v1/role-policies/halt", halt, query: "reason=x")
        let headers = [
            ("Authorization", try server.bearer("policy-admin")), ("If-Match", "*"),
            ("Content-Type", "application/json"),
        ]
        let lifted = try HTTPClient(timeoutSeconds: 20).send(
            .put, "/admin/v1/role-policies/halt?reason=x",
            to: .tcp(host: "127.0.0.1", port: server.administrationPort), headers: headers,
            body: policy("halt", "user/Patient.r").serialized())
        #expect(lifted.status == 403, "\(lifted.text)")
    }

    @Test func `by an end to what denies it`() async throws {
        defer { server.stop() }
        func suspend(_ user: String) async throws -> Int64 {
            let assignment = try await server.administer(
                .post, "/admin/v1/role-assignments", ["user": .string(user), "role": "suspended", "reason": "x"])
            return try #require(assignment["id"]?.integerValue)
        }
        let (key, nobody) = (try await suspend("key-admin"), try await suspend("nobody"))
        try expectBeyond("policy-admin", .post, "/role-assignments/\(key)/revoke", ["reason": "x"])
        #expect(try ask("policy-admin", .post, "/role-assignments/\(nobody)/revoke", ["reason": "x"]).status == 200)
        #expect(try ask("administrator", .post, "/role-assignments/\(key)/revoke", ["reason": "x"]).status == 200)
    }

    @Test func `by an account that can do more`() async throws {
        defer { server.stop() }
        let password: JSON = ["password": "another horse battery"]
        for user in ["administrator", "policy-admin", "key-admin"] {
            try expectBeyond("user-admin", .put, "/users/\(user)/password", password)
        }
        #expect(try ask("user-admin", .put, "/users/nobody/password", password).status == 200)
        try await server.administer(.post, "/admin/v1/users/key-admin/disable")
        try expectBeyond("user-admin", .post, "/users/key-admin/enable", .null)
        let user: JSON = ["username": "new", "password": "another horse battery", "roles": ["one-record"]]
        try expectBeyond("user-admin", .post, "/users", user)
        #expect(try ask("user-admin", .post, "/users", user.without("roles")).status == 201)
    }

    @Test func `by a group that has roles`() async throws {
        defer { server.stop() }
        try await server.administer(.post, "/admin/v1/groups", ["name": "keys"])
        #expect(try ask("user-admin", .put, "/groups/keys/members/nobody", .null).status == 204)
        try await server.administer(.post, "/admin/v1/role-assignments", ["group": "keys", "role": "key-admin"])
        try expectBeyond("user-admin", .put, "/groups/keys/members/user-admin", .null)
        try expectBeyond("policy-admin", .post, "/role-assignments", ["group": "keys", "role": "user-admin"])
        #expect(try ask("administrator", .put, "/groups/keys/members/physician", .null).status == 204)
    }

    @Test func `by a client`() async throws {
        defer { server.stop() }
        func client(_ scope: String) -> JSON {
            [
                "client_name": "New", "grant_types": ["client_credentials"], "response_types": [],
                "token_endpoint_auth_method": "client_secret_basic", "scope": .string(scope),
            ]
        }
        try expectBeyond("client-admin", .post, "/clients", client("auth/Key.cruds"))
        try expectBeyond("client-admin", .post, "/clients", client("auth/Client.r auth/Launch.c"))
        #expect(try ask("client-admin", .post, "/clients", client("auth/Client.r")).status == 201)
        let withRole = client("auth/Client.r").with("roles", ["service"])
        try expectBeyond("client-admin", .post, "/clients", withRole)
        #expect(try ask("administrator", .post, "/clients", withRole).status == 201)
        try expectBeyond("client-admin", .post, "/clients/console/secrets", [:])
        let records: JSON = ["name": "R", "audiences": [.string(TestServer.fhirBase)]]
        #expect(try ask("client-admin", .post, "/resource-servers", records).status == 201)
        try await server.administer(.post, "/admin/v1/clients/ehr/disable")
        try expectBeyond("client-admin", .post, "/clients/ehr/enable", .null)
    }

    @Test func `and the operator of the system, at its socket, may give everything`() async throws {
        defer { server.stop() }
        try await server.administer(
            .post, "/admin/v1/role-assignments", ["user": "nobody", "role": "administrator", "reason": "the first"])
        let records = try server.auditRecords("role-assigned")
        #expect(records.last?.actor == "operator")
    }
}

@Suite struct `AD-07 the last administrator stays` {
    /// Two can assign roles: the administrator, and the policy administrator, who goes first.
    @Test func `who can assign roles is not disabled or stripped, but by an operator who insists`() async throws {
        let server = try await TestServer.withAdministrators()
        defer { server.stop() }
        try await server.administer(.post, "/admin/v1/users/policy-admin/disable")
        let roles = try await server.administer(.get, "/admin/v1/users/administrator/roles")
        let id = try #require(roles["roles"]?.arrayValue?.first?["id"]?.integerValue)
        let requests: [(HTTP.Method, String, JSON)] = [
            (.post, "/admin/v1/users/administrator/disable", .null),
            (.post, "/admin/v1/role-assignments/\(id)/revoke", ["reason": "x"]),
            (.post, "/admin/v1/role-assignments", ["user": "administrator", "role": "suspended"]),
        ]
        let administrator = try server.bearer("administrator")
        for (method, path, json) in requests {
            for path in [path, path + "?force=true"] {
                let answer = try server.administer(method, path, authorization: administrator, body: json.text)
                // Suspending takes rights that nobody else has: whoever denies is not asked for them.
                #expect(answer.status == 409, "\(path): \(answer.text)")
                #expect(answer.json["title"] == "The last administrator", "\(path): \(answer.text)")
            }
            #expect(await server.administered(method, path, json).status == 409, "\(path)")
        }
        let heirless = await server.administration.respond(
            to: Request(
                method: .put, path: "/admin/v1/role-policies/policy-admin", query: Array("reason=x".utf8),
                headers: Headers([("Content-Type", "application/json"), ("If-Match", "*")]),
                body: JSON.object([
                    "role": "policy-admin", "version": 2, "title": "x", "description": "x",
                    "rules": [["id": "x", "allow": "auth/RolePolicy.r"]],
                ]).serialized()))
        // Its own tests, and those of the role that extends it, would fail first.
        #expect(heirless.status == 409 || heirless.status == 422)
        let forced = await server.administration.respond(
            to: Request(
                method: .post, path: "/admin/v1/users/administrator/disable", query: Array("force=true".utf8)))
        #expect(forced.status == 200)
        // Where there is none, nobody is missed.
        try await server.administer(.post, "/admin/v1/users/user-admin/disable")
    }

    @Test func `nor is a group that made them one taken away`() async throws {
        let server = try await TestServer.withAdministrators()
        defer { server.stop() }
        try await server.administer(.post, "/admin/v1/groups", ["name": "heads"])
        try await server.administer(.put, "/admin/v1/groups/heads/members/physician")
        try await server.administer(.post, "/admin/v1/role-assignments", ["group": "heads", "role": "administrator"])
        for user in ["policy-admin", "administrator"] {
            try await server.administer(.post, "/admin/v1/users/\(user)/disable")
        }
        #expect(await server.administered(.delete, "/admin/v1/groups/heads/members/physician", .null).status == 409)
        #expect(await server.administered(.delete, "/admin/v1/groups/heads", .null).status == 409)
        #expect(await server.administered(.post, "/admin/v1/users/physician/disable", .null).status == 409)
        try await server.administer(.post, "/admin/v1/users/administrator/enable")
        try await server.administer(.delete, "/admin/v1/groups/heads")
    }
}

extension JSON {
    fileprivate func with(_ name: String, _ value: JSON) -> JSON {
        guard var object = objectValue else { return self }
        object[name] = value
        return .object(object)
    }

    fileprivate func without(_ name: String) -> JSON {
        guard var object = objectValue else { return self }
        object[name] = nil
        return .object(object)
    }
}
