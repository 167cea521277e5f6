import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/clients/{client_id}/secrets`: one secret replaces another without a moment in which neither works (TK-05,
/// checklist CLA-5). Always one of a client's secrets is without an end, the current one; the earlier ones have theirs.
struct ClientSecretAdministration: Sendable {
    let server: AuthorizationServer

    /// Makes a new current secret, or takes a chosen one; those before it end after the overlap, or earlier where they would
    /// have. The only time that the secret is shown.
    @Sendable func rotate(_ request: AdministrationRequest) async throws -> Response {
        let client = try requireClient(request)
        guard client.metadata.tokenEndpointAuthMethod.usesSecret else {
            throw Problem(
                status: 409, title: "The client has no use for a secret",
                detail: "Its token_endpoint_auth_method is \(client.metadata.tokenEndpointAuthMethod.rawValue).")
        }
        let rotation = try SecretRotation(request.body.isEmpty ? .object([:]) : try request.json())
        let (secret, verifier) = try await newSecret(rotation.chosen, of: client)
        let (id, now, address) = (client.id.value, server.clock.now, request.peer.address)
        let secrets = try await request.write(server.database) { transaction in
            // Nothing stays for a client that was removed in the meantime.
            guard try transaction.client(id) != nil else { throw ClientAdministration.unknown(id) }
            // Whoever has the secret acts as the client.
            try request.caller.requireRights(client.metadata.ownRights, transaction)
            try transaction.endSecrets(of: id, at: now.adding(seconds: rotation.overlap), now: now)
            let new = try transaction.addClientSecret(clientID: id, verifier: verifier, expiresAt: nil, now: now)
            try transaction.audit(
                .clientSecretRotated, actor: request.caller.name, client: id, address: address, detail: "secret \(new)",
                at: now)
            return try transaction.clientSecrets(id).map(ClientSecret.init)
        }
        server.clients.forget(id)
        var body = Self.list(id, secrets)
        body["client_secret"] = .string(secret)
        return .json(201, .object(body))
    }

    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let client = try requireClient(request)
        return .json(200, .object(Self.list(client.id.value, client.secrets)))
    }

    /// Ends a secret at once. The current one cannot be revoked: that is what replacing it without overlap is for, and
    /// leaving a client without any, what removing or disabling the client is for.
    @Sendable func revoke(_ request: AdministrationRequest) async throws -> Response {
        let client = try requireClient(request)
        let (id, now, address) = (client.id.value, server.clock.now, request.peer.address)
        let text = request.pathParameter("secret_id")
        guard let secretID = Int64(text), client.secrets.contains(where: { $0.id == secretID }) else {
            throw Self.unknownSecret(text)
        }
        try await request.write(server.database) { transaction in
            let others = try transaction.clientSecrets(id).filter { $0.id != secretID }
            guard others.contains(where: { $0.expiresAt == nil }) else { throw Self.currentSecret }
            guard try transaction.deleteClientSecret(secretID, clientID: id) else { throw Self.unknownSecret(text) }
            try transaction.audit(
                .clientSecretRevoked, actor: request.caller.name, client: id, address: address,
                detail: "secret \(secretID)", at: now)
        }
        server.clients.forget(id)
        return Response(status: 204)
    }

    private func requireClient(_ request: AdministrationRequest) throws -> Client {
        let id = request.pathParameter("client_id")
        guard let client = try server.clients.client(id) else { throw ClientAdministration.unknown(id) }
        return client
    }

    private func newSecret(_ chosen: String?, of client: Client) async throws -> (secret: String, verifier: String) {
        guard let chosen else { return try ClientSecrets.generate(server.random) }
        let (secrets, credentials, now) = (server.clientSecrets, Secret(Array(chosen.utf8)), server.clock.now)
        if case .authentic = secrets.verdict(credentials, of: client, now: now) { throw SecretRotation.sameSecret }
        if try await secrets.isAuthentic(credentials, of: client, now: now) { throw SecretRotation.sameSecret }
        return (chosen, try await secrets.verifier(choosing: chosen))
    }

    /// Never a verifier.
    private static func list(_ clientID: String, _ secrets: [ClientSecret]) -> JSONObject {
        let items = secrets.map { secret -> JSON in
            [
                "id": .integer(secret.id), "created_at": .integer(secret.createdAt),
                "expires_at": secret.expiresAt.map { .integer($0) } ?? .null,
            ]
        }
        return ["client_id": .string(clientID), "secrets": .array(items)]
    }

    private static func unknownSecret(_ id: String) -> Problem {
        Problem(
            status: 404, title: "No such secret", detail: "The client has no secret \(OAuthError.safe(id)).")
    }

    private static let currentSecret = Problem(
        status: 409, title: "The client would be without a secret",
        detail: "This is its current secret. Replace it with overlap_seconds 0, or remove or disable the client.")
}

/// What a rotation asks for: `{"overlap_seconds"?, "client_secret"?}`.
private struct SecretRotation: Sendable {
    /// How long the secrets before go on working, in seconds.
    let overlap: Int64
    let chosen: String?

    /// A day, in which every instance of a client can be given the new one.
    private static let usualOverlap: Int64 = 86_400
    /// Who needs the old secret for longer has not rotated.
    private static let longestOverlap: Int64 = 90 * 86_400

    init(_ json: JSON) throws {
        var errors: [(member: String, reason: String)] = []
        if json.objectValue == nil { errors.append(("", "must be a JSON object")) }
        for name in json.objectValue?.names ?? [] where !["overlap_seconds", "client_secret"].contains(name) {
            errors.append((name, "is not a member of a rotation"))
        }
        let overlap = json["overlap_seconds"] ?? .integer(Self.usualOverlap)
        self.overlap = overlap.integerValue ?? -1
        if !(0...Self.longestOverlap).contains(self.overlap) {
            errors.append(("overlap_seconds", "must be a number from 0 to \(Self.longestOverlap)"))
        }
        chosen = json["client_secret"]?.stringValue
        if let reason = json["client_secret"].flatMap(ClientSecrets.objection) {
            errors.append(("client_secret", reason))
        }
        guard errors.isEmpty else { throw Self.problem(errors) }
    }

    /// A secret that has leaked must not be carried over by mistake.
    static let sameSecret = problem([("client_secret", "is one of the client's secrets already")])

    private static func problem(_ errors: [(member: String, reason: String)]) -> Problem {
        Problem(
            status: 422, title: "The rotation is not valid", detail: "See the members named in errors.",
            errors: errors)
    }
}

extension WriteTransaction {
    /// Each old secret is one more that can be guessed or leak.
    private static var maximumLive: Int { 5 }

    /// Lets the secrets of a client work until `end`, or until their own end where that is earlier. Those that are over by
    /// `now` go. Throws if there is no room for one more beside the rest.
    fileprivate borrowing func endSecrets(of clientID: String, at end: Int64, now: Int64) throws {
        var live = 0
        for secret in try clientSecrets(clientID) {
            let secretEnd = min(secret.expiresAt ?? .max, end)
            if secretEnd <= now {
                _ = try deleteClientSecret(secret.id, clientID: clientID)
            } else {
                live += 1
                _ = try expireClientSecret(secret.id, clientID: clientID, expiresAt: secretEnd)
            }
        }
        guard live < Self.maximumLive else {
            throw Problem(
                status: 409, title: "The client has too many secrets",
                detail: "\(live) would work beside the new one. Revoke one, or replace all with overlap_seconds 0.")
        }
    }
}
