import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/resource-servers`: clients that may introspect the tokens of their own audiences, and nothing else (lessons
/// I2): with their credentials, or with a bearer token that they get with them (checklist INT-6).
struct ResourceServerAdministration: Sendable {
    let server: AuthorizationServer

    /// What a resource server says of itself, and which member of client metadata that is.
    private static let members: [(name: String, metadata: String)] = [
        ("name", "client_name"), ("audiences", "resource_server_audiences"), ("client_id", "client_id"),
        ("client_secret", "client_secret"), ("jwks", "jwks"), ("jwks_uri", "jwks_uri"),
        ("introspection_signed_response_alg", "introspection_signed_response_alg"),
    ]

    /// `{"name", "audiences": [base, …], "client_id"?, "client_secret"?, "jwks"?, "jwks_uri"?,
    /// "introspection_signed_response_alg"?}`. Where there are keys it
    /// authenticates with them and has no secret.
    @Sendable func register(_ request: AdministrationRequest) async throws -> Response {
        let json = try request.json()
        try requireKnownMembers(json)
        let hasKeys = json["jwks"] != nil || json["jwks_uri"] != nil
        var object: JSONObject = [
            "grant_types": ["client_credentials"], "response_types": [], "scope": "auth/Token.r",
            "token_endpoint_auth_method": hasKeys ? "private_key_jwt" : "client_secret_basic",
        ]
        for member in Self.members { object[member.metadata] = json[member.name] }
        let registration = try Registration(.object(object))
        return .json(201, .object(try await registration.store(server, request)))
    }

    @Sendable func show(_ request: AdministrationRequest) async throws -> Response {
        .json(200, .object(try requireResourceServer(request).checkedRegistration))
    }

    /// As any client is removed; what is no resource server is not removed by mistake.
    @Sendable func remove(_ request: AdministrationRequest) async throws -> Response {
        _ = try requireResourceServer(request)
        return try await ClientAdministration(server: server).remove(request)
    }

    private func requireResourceServer(_ request: AdministrationRequest) throws -> Client {
        let id = request.pathParameter("client_id")
        guard let client = try server.clients.client(id), client.metadata.isResourceServer else {
            throw Problem(
                status: 404, title: "No such resource server",
                detail: "There is no resource server \(OAuthError.safe(id)).")
        }
        return client
    }

    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request)
        let stored = try server.database.read { (transaction) throws(StorageError) in
            // AD-08: chosen before they are counted off.
            try transaction.clients(withMember: "resource_server_audiences", after: query.after, limit: query.limit)
        }
        let servers = stored.compactMap(Client.init).filter { $0.metadata.isResourceServer }
        var body: JSONObject = ["resource_servers": .array(servers.map { .object($0.registration) })]
        if stored.count == query.limit, let last = stored.last { body["next"] = .string(last.id) }
        return .json(200, .object(body))
    }

    private func requireKnownMembers(_ json: JSON) throws {
        var errors: [(member: String, reason: String)] = []
        for name in json.objectValue?.names ?? [] where !Self.members.contains(where: { $0.name == name }) {
            errors.append((name, "is not a member of a resource server"))
        }
        let audiences = json["audiences"]?.strings ?? []
        if audiences.isEmpty { errors.append(("audiences", "must be a list of FHIR base URLs")) }
        let known = try server.fhirServers.edition()
        for audience in audiences where FHIRBaseURL(audience).flatMap(known.server(base:)) == nil {
            errors.append(("audiences", "\(OAuthError.safe(audience)) is not one of the FHIR servers"))
        }
        guard errors.isEmpty else {
            throw Problem(
                status: 422, title: "The resource server is not valid", detail: "See the members named in errors.",
                errors: errors)
        }
    }
}
