import Encoding
import Foundation
import HTTP
import SMART
import Storage
import TestSupport

@testable import AuthorizationServer

/// The roles for the administration as they ship.
enum ShippedAdministration {
    static let roles = [
        "administrator", "client-admin", "key-admin", "policy-admin", "security-auditor", "user-admin",
    ]

    /// Without the tests of `suspended`, which name roles that are not here.
    static let files: [PolicyFile] = (roles + ["suspended"]).compactMap { role in
        guard let content = try? Data(contentsOf: folder.appendingPathComponent(role + ".json")),
            var policy = (try? JSON(parsing: Array(content)))?.objectValue
        else { return nil }
        if role == "suspended" { policy["tests"] = nil }
        return PolicyFile(name: role + ".json", content: JSON.object(policy).serialized())
    }

    /// What a role allows, read from its file and those that it extends, by no code of the server's.
    static func rights(of role: String) throws -> ScopeSet {
        guard let file = files.first(where: { $0.name == role + ".json" }) else { throw TestFailure("no file \(role)") }
        let policy = try JSON(parsing: file.content)
        var rights = ScopeSet.empty
        for rule in policy["rules"]?.arrayValue ?? [] {
            let allow = rule["allow"]?.strings ?? [rule["allow"]?.stringValue ?? ""]
            rights = rights.union(ScopeSet(parsing: allow.joined(separator: " ")))
        }
        for parent in policy["extends"]?.strings ?? [] { rights = rights.union(try Self.rights(of: parent)) }
        return rights
    }

    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Policies")
}

extension App {
    static let console = App(
        clientID: "console", secret: "console-secret-0123456789", redirectURI: "https://console.example/cb")
}

extension TestServer {
    static let allOwnScopes = ScopeResourceType.ownTypes.sorted().map { "auth/\($0).cruds" }.joined(separator: " ")

    /// A server with the samples, an app for administrators, and one person of each role, named as the role.
    static func withAdministrators() async throws -> TestServer {
        let server = try await started { $0.policies += ShippedAdministration.files }
        try await server.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "console", "client_name": "Console", "client_secret": "console-secret-0123456789",
                "grant_types": ["authorization_code", "refresh_token"], "redirect_uris": ["https://console.example/cb"],
                "scope": .string("openid fhirUser offline_access online_access user/*.cruds " + allOwnScopes),
            ])
        for role in ShippedAdministration.roles { try await server.addUser(role, roles: [role]) }
        return server
    }

    func addUser(_ name: String, roles: [String]) async throws {
        try await administer(
            .post, "/admin/v1/users",
            [
                "username": .string(name), "password": .string(Self.password), "name": .string(name),
                "roles": .array(roles.map { .string($0) }),
            ])
    }

    /// What the console is given for somebody.
    func administrationTokens(of user: String, scope: String = TestServer.allOwnScopes) throws -> JSON {
        try App.console.tokens(self, as: user, scope: scope, [("aud", nil), ("resource", Self.administrationAudience)])
    }

    func bearer(_ user: String, scope: String = TestServer.allOwnScopes) throws -> String {
        guard let token = try administrationTokens(of: user, scope: scope)["access_token"]?.stringValue else {
            throw TestFailure("no access token")
        }
        return "Bearer " + token
    }
}

extension TestServer {
    /// What the audit record has of one kind, oldest first.
    func auditRecords(_ action: String) throws -> [AuditRecord] {
        try authorization.database.read { (transaction) throws(StorageError) in
            try transaction.auditRecords(after: nil, limit: 1000).map(\.record)
        }.filter { $0.action == action }
    }
}
