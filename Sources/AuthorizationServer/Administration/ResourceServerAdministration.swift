import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/resource-servers`: clients that may introspect the tokens of their own audiences, and nothing else.
struct ResourceServerAdministration: Sendable {
    let server: AuthorizationServer

    /// `{"name", "audiences": [base, …], "client_id"?, "client_secret"?}`.
    @Sendable func register(_ request: Request) async throws -> Response {
        let json = try request.json()
        try requireKnownAudiences(json)
        var object: JSONObject = [
            "grant_types": [], "response_types": [], "token_endpoint_auth_method": "client_secret_basic",
        ]
        object["client_name"] = json["name"]
        object["resource_server_audiences"] = json["audiences"]
        object["client_id"] = json["client_id"]
        object["client_secret"] = json["client_secret"]
        let registration = try Registration(.object(object))
        return .json(201, .object(try await registration.store(server, address: request.peer.address)))
    }

    @Sendable func list(_ request: Request) async throws -> Response {
        let (limit, after) = try request.paging()
        let stored = try server.database.read { (transaction) throws(StorageError) in
            try transaction.clients(after: after, limit: limit)
        }
        let servers = stored.compactMap(Client.init).filter { $0.metadata.isResourceServer }
        var body: JSONObject = ["resource_servers": .array(servers.map { .object($0.registration) })]
        if stored.count == limit, let last = stored.last { body["next"] = .string(last.id) }
        return .json(200, .object(body))
    }

    private func requireKnownAudiences(_ json: JSON) throws {
        var errors: [(member: String, reason: String)] = []
        for name in json.objectValue?.members.map(\.name) ?? []
        where !["name", "audiences", "client_id", "client_secret"].contains(name) {
            errors.append((name, "is not a member of a resource server"))
        }
        let audiences = json["audiences"]?.strings ?? []
        if audiences.isEmpty { errors.append(("audiences", "must be a list of FHIR base URLs")) }
        for audience in audiences where FHIRBaseURL(audience).flatMap(server.configuration.fhirServer) == nil {
            errors.append(("audiences", "\(OAuthError.safe(audience)) is not one of the configured FHIR servers"))
        }
        guard errors.isEmpty else {
            throw Problem(
                status: 422, title: "The resource server is not valid", detail: "See the members named in errors.",
                errors: errors)
        }
    }
}
