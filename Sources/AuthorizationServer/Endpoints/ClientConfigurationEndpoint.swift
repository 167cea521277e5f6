import Encoding
import HTTP
import SMART
import Storage

/// `/register/{client_id}` (RFC 7592 §2): a client that registered itself reads, replaces or deletes its registration.
struct ClientConfigurationEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        let registrant = try Registrant(request, server)
        var response: Response
        switch request.method {
        case .put: response = try await replace(registrant, request)
        case .delete: response = try await delete(registrant, request)
        default:
            // The token is not shown again but echoed: only its hash is kept.
            response = .json(
                200,
                .object(
                    try server.registrationAnswer(
                        registrant.client.id.value, registrant.accessToken,
                        softwareStatement: registrant.registration.softwareStatement)))
        }
        response.forbidStoring()
        return response
    }

    /// §2.2: the whole is replaced, and goes through every check again.
    private func replace(_ registrant: Registrant, _ request: Request) async throws -> Response {
        let (body, policy, clientID) = (
            try request.clientMetadata(), server.configuration.registration, registrant.client.id.value
        )
        try requireSameClient(registrant.client, body)
        // A statement binds the client for as long as it stands on it.
        let kept = registrant.registration.softwareStatement.map { JSON.string($0) }
        let statement = try (body["software_statement"] ?? kept).map { try server.softwareStatement($0) }
        let allowance = RegistrationAllowance(
            policy: policy, scopeLimit: registrant.registration.scopeLimit.map(ScopeSet.init(parsing:)),
            softwareStatement: statement)
        let change = RegistrationChange(
            registrant: registrant, request: try RegistrationRequest(body, allowance),
            softwareStatement: statement?.text, policy: policy, address: request.peer.address, now: server.clock.now,
            accessSecret: try HandleSecret(server.random))
        let accessToken = try await server.database.write { try change.store($0) }
        server.clients.forget(clientID)
        return .json(
            200,
            .object(
                try server.registrationAnswer(
                    clientID, accessToken, softwareStatement: statement?.text, warnings: change.request.warnings)))
    }

    /// §2.2: the client MUST name itself; a secret may come along and MUST be the present one, never a new one of the
    /// client's choice.
    private func requireSameClient(_ client: Client, _ body: JSONObject) throws {
        guard let named = body["client_id"]?.stringValue, named.hasSameOctets(as: client.id.value) else {
            throw OAuthError(.invalidClientMetadata, "client_id must be there and be that of this client")
        }
        guard let secret = body["client_secret"] else { return }
        let credentials = Secret(Array((secret.stringValue ?? "").utf8))
        guard case .authentic = server.clientSecrets.verdict(credentials, of: client, now: server.clock.now) else {
            throw OAuthError(.invalidClientMetadata, "client_secret must be the present one, or be left out")
        }
    }

    /// §2.3: its grants, codes and launches end with it, as when an administrator removes it.
    private func delete(_ registrant: Registrant, _ request: Request) async throws -> Response {
        let (id, now, address) = (registrant.client.id.value, server.clock.now, request.peer.address)
        try await server.database.write { transaction in
            _ = try registrant.requireUnchanged(transaction)
            guard try transaction.deleteClient(id, now: now) else { throw BearerToken.invalid() }
            try transaction.audit(.clientRemoved, actor: "registration", client: id, address: address, at: now)
        }
        server.clients.forget(id)
        return Response(status: 204)
    }
}
