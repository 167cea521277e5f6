import Encoding
import SMART
import Storage

/// `client_credentials`: RFC 6749 §4.4, for this server's own API: an EHR opens launches, a gateway introspects. Only
/// scopes of the level `auth/`, within what the client is registered for; no refresh token, no user, no launch context
/// (TK-22). `system/` scopes are for clients with a key (checklist BS-1), never for a shared secret.
struct ClientCredentialsGrant: TokenGrant {
    let type = GrantType.clientCredentials

    func issue(_ request: TokenRequest, _ server: AuthorizationServer) async throws -> JSONObject {
        let asked = ScopeSet(parsing: try request.require("scope"))
        let scope = asked.intersection(request.client.metadata.scope, reading: .ceiling)
            .removing { $0.resource?.level != .auth }
        guard !scope.isEmpty else {
            throw OAuthError(.invalidScope, "scope holds nothing that this client may have by client_credentials")
        }
        let (clientID, now, address) = (request.client.id.value, request.now, request.address)
        let issuer = server.configuration.issuer.value
        let end = now.adding(seconds: server.configuration.lifetimes.accessToken)
        let stored = try await server.database.write { transaction -> StoredGrant? in
            // A client that was removed while its request was under way gets nothing any more.
            guard let client = try transaction.client(clientID), client.disabledAt == nil else { return nil }
            let id = try transaction.insertGrant(
                userID: nil, clientID: clientID, audience: issuer, scope: scope.text, context: "{}", sessionID: nil,
                nonce: nil, authTime: nil, refresh: .none, now: now, expiresAt: end)
            try transaction.audit(.tokenIssued, client: clientID, address: address, at: now)
            return try transaction.grant(id)
        }
        guard let stored else { throw ClientAuthentication.failure(detail: "client \(clientID) was removed") }
        let subject = TokenIssuer.Subject(sub: clientID, sid: nil, fhirUser: nil, fhirBase: nil)
        return try await server.tokens.tokenResponse(
            try Grant(stored), to: request.client, scope: scope, subject, now: now)
    }
}
