import Encoding
import HTTP
import SMART
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// A grant as no sign-in of the samples makes it: with a second factor, from another network, for a purpose.
struct MintedGrant {
    /// Nil: a client on its own.
    var user: String?
    var client = "public-app"
    var scope: String
    var context: JSONObject = [:]
    var audience = TestServer.fhirBase
    var purpose: String?
    var acr: String?
    var address: String?
}

extension TestServer {
    /// The access token of a grant that is written straight into the database.
    func mint(_ minted: MintedGrant) async throws -> String {
        let server = authorization
        let now = clock.now
        let user = try minted.user.map { name in
            try #require(
                try server.database.read { (transaction) throws(StorageError) in
                    try transaction.user(usernameKey: Username.key(name))
                })
        }
        let client = try #require(try server.clients.client(minted.client))
        let context = JSON.object(minted.context).text
        let id = try await server.database.write { transaction in
            try transaction.insertGrant(
                userID: user?.id, clientID: minted.client, audience: minted.audience, scope: minted.scope,
                context: context, sessionID: nil, nonce: nil, authTime: user == nil ? nil : now - 10, refresh: .none,
                now: now, expiresAt: now + 3600, purpose: minted.purpose, acr: minted.acr, address: minted.address)
        }
        let stored = try #require(
            try server.database.read { (transaction) throws(StorageError) in try transaction.grant(id) })
        let grant = try Grant(stored)
        let response = try await server.tokens.tokenResponse(
            grant, to: client, scope: grant.scope, try server.subject(of: grant, user: user), now: now)
        return try #require(response["access_token"]?.stringValue)
    }

    /// Somebody with these roles, or none.
    func addUser(_ name: String, _ fhirUser: String?, roles: [JSON] = []) async throws {
        var user: JSONObject = [
            "username": .string(name), "password": .string(Self.password), "roles": .array(roles),
        ]
        if let fhirUser { user["fhirUser"] = .string(fhirUser) }
        try await administer(.post, "/admin/v1/users", .object(user))
    }

    static let resourceServer = App.basic("fhir-server", "fhir-server-secret-0123456789")

    /// Introspection with whatever parameters.
    func ask(_ form: [(String, String)], _ headers: [(String, String)] = []) throws -> ClientResponse {
        try post("/introspect", form, headers: [Self.resourceServer] + headers)
    }

    /// What introspection decides of a request.
    func decision(_ token: String, _ request: String, filtering: String = "", _ more: [(String, String)] = []) throws
        -> JSON
    {
        let response = try ask([("token", token), ("request", request), ("filtering", filtering)] + more)
        return try #require(response.json["decision"], "\(response.status) \(response.text)")
    }
}
