import Encoding
import HTTP
import Policy
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// Between the door, where a request was let in, and the writer, who it waits for, the caller may have been stopped.
@Suite struct `AD-07 a change asks for its right in its own transaction` {
    /// Also what gives nobody anything: each ends, removes or stops something that is there.
    private static let changes: [(method: HTTP.Method, path: String, parameters: [String: String], body: JSON)] = [
        (.delete, "/clients/{client_id}", ["client_id": "public-app"], .null),
        (.post, "/clients/{client_id}/disable", ["client_id": "public-app"], .null),
        (.post, "/users/{username}/disable", ["username": "physician"], .null),
        (.post, "/users/{username}/unlock", ["username": "physician"], .null),
        (.delete, "/users/{username}", ["username": "physician"], .null),
        (.post, "/groups", [:], ["name": "new"]),
        (.delete, "/groups/{name}", ["name": "nights"], .null),
        (.delete, "/groups/{name}/members/{username}", ["name": "nights", "username": "physician"], .null),
        (.delete, "/grants/{id}", ["id": "1"], .null),
        (.post, "/grants/revoke", [:], ["all": true]),
        (.delete, "/sessions/{id}", ["id": "1"], .null),
        (.delete, "/patients/{id}", ["id": "1"], .null),
        (.post, "/launches", [:], ["client_id": "public-app", "patient": "1"]),
        (.post, "/registration-tokens", [:], [:]),
        (.delete, "/registration-tokens/{id}", ["id": "1"], .null),
        (.post, "/keys/rotate", [:], ["algorithm": "ES256"]),
        (.post, "/backups", [:], ["file": "copy"]),
    ]

    @Test(arguments: [true, false])
    func `whoever has lost it since they were let in changes nothing`(isPersonStopped: Bool) async throws {
        let server = try await TestServer.withAdministrators()
        defer { server.stop() }
        try await server.administer(.post, "/admin/v1/groups", ["name": "nights"])
        try await server.administer(.put, "/admin/v1/groups/nights/members/physician")
        try await server.addUser("second", roles: ["administrator"])
        _ = try App.publicApp.tokens(server, as: "physician", scope: "openid fhirUser")
        let authorization = try server.bearer("second")
        let rows = Self.changes.compactMap { change in
            server.authorization.administrationTable.first { row in
                row.operation.method == change.method && row.operation.path == change.path
            }
            .map { ($0, change) }
        }
        #expect(rows.count == Self.changes.count)
        let admitted = try rows.map { row, change in
            var request = Request(
                method: change.method, path: "/admin/v1" + change.path,
                headers: Headers([("Authorization", authorization), ("Content-Type", "application/json")]),
                body: change.body == .null ? [] : change.body.serialized())
            request.pathParameters = change.parameters
            let (holder, decision) = try AdministrationToken(request).holder(
                asking: row.operation.right, server.authorization)
            #expect(decision.reason == nil, "\(row.operation.path)")
            return (
                row, AdministrationRequest(request: request, caller: .holder(holder), right: row.operation.right)
            )
        }
        if isPersonStopped {
            try await server.administer(.post, "/admin/v1/users/second/disable")
        } else {
            let roles = try await server.administer(.get, "/admin/v1/users/second/roles")
            let id = try #require(roles["roles"]?.arrayValue?.first?["id"]?.integerValue)
            try await server.administer(.post, "/admin/v1/role-assignments/\(id)/revoke", ["reason": "test"])
        }
        let before = try count(server)
        for (row, request) in admitted {
            await #expect(throws: AdministrationRefusal.self, "\(row.operation.method.name) \(row.operation.path)") {
                _ = try await row.answer(request)
            }
        }
        #expect(try count(server) == before)
    }

    /// Of all that ever happened.
    private func count(_ server: TestServer) throws -> Int {
        try server.authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(after: nil, limit: 1000).count
        }
    }
}
