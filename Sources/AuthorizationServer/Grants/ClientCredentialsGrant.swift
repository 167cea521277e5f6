import Encoding
import Policy
import SMART
import Storage

/// `client_credentials` (RFC 6749 §4.4): a client on its own, with no user, no launch context and no refresh token (TK-22).
///
/// For a FHIR server: SMART Backend Services, `system/` scopes for clients with a key (checklist §9). For this server's own
/// API: `auth/` scopes, by which an EHR opens launches and a gateway introspects, or, with `resource` naming it, for the
/// administration. A token has one audience, so it has scopes of one kind.
struct ClientCredentialsGrant: TokenGrant {
    let type = GrantType.clientCredentials

    func decision(
        _ request: TokenRequest, _ server: AuthorizationServer
    ) throws -> @Sendable (borrowing WriteTransaction) throws -> Grant {
        let registered = try Self.scope(request)
        let audience = try Self.audience(of: registered, request, server)
        let isAdministration = audience == server.configuration.administrationAudience
        // The server's other API has nothing but these; an administrator's right says nothing there.
        let isOwn = audience == server.configuration.issuer.value
        let asked = isOwn ? registered.intersection(Self.openRights, reading: .ceiling) : registered
        let (clientID, now, address) = (request.client.id.value, request.now, request.address)
        let (rights, servers, issuer) = (server.holderRights, server.fhirServers, server.configuration.issuer.value)
        let purpose = try request.parameters["purpose_of_use"].map { try PurposeOfUse.requested($0) }
        let end = now.adding(seconds: server.configuration.lifetimes.accessToken)
        return { transaction in
            let holder = RoleHolder(clientID: clientID, purpose: purpose, address: address)
            let scope = try rights.carried(asked, by: holder, isAdministration: isAdministration, transaction, now: now)
            guard !scope.isEmpty else {
                throw OAuthError(.invalidScope, "scope holds nothing that a role of this client carries")
            }
            guard try audience == issuer || isAdministration || servers.isServed(audience, transaction) else {
                throw Self.unknownResource
            }
            let id = try transaction.insertGrant(
                userID: nil, clientID: clientID, audience: audience, scope: scope.text, context: "{}", sessionID: nil,
                nonce: nil, authTime: nil, refresh: .none, now: now, expiresAt: end, purpose: purpose?.rawValue,
                address: address)
            try transaction.audit(.tokenIssued, client: clientID, address: address, at: now)
            return Grant(id: id, clientID: clientID, audience: audience, scope: scope)
        }
    }

    func answer(
        _ grant: Grant, _ request: TokenRequest, _ server: AuthorizationServer
    ) async throws -> JSONObject {
        let client = request.client
        let subject = TokenIssuer.Subject(sub: client.id.value, sid: nil, fhirUser: nil, fhirBase: nil)
        return try await server.tokens.tokenResponse(grant, to: client, scope: grant.scope, subject, now: request.now)
    }

    /// What of the scope the client is registered for, and may have on its own (checklist BS-3, BS-4). What else was asked
    /// for is left out, and the answer's `scope` says so.
    private static func scope(_ request: TokenRequest) throws -> ScopeSet {
        let asked = ScopeSet(parsing: try request.require("scope"))
        let client = request.client.metadata
        let scope = asked.intersection(client.scope, reading: .ceiling).removing { scope in
            switch scope.resource?.level {
            case .auth: false
            // A secret that two parties share is not for whole populations (checklist BS-1).
            case .system: client.tokenEndpointAuthMethod != .privateKeyJWT
            default: true
            }
        }
        guard !scope.isEmpty else {
            throw OAuthError(.invalidScope, "scope holds nothing that this client may have by client_credentials")
        }
        return scope
    }

    /// What of this server's own API is not the administration: introspection, launches, explanations.
    private static let openRights = ScopeSet(parsing: "auth/Token.cruds auth/Launch.cruds auth/RolePolicy.r")

    /// The FHIR server that `resource` (RFC 8707), or SMART's own word `aud`, names; where there is but one it need not be
    /// named, nor need this server's own API.
    private static func audience(
        of scope: ScopeSet, _ request: TokenRequest, _ server: AuthorizationServer
    ) throws -> String {
        let administration = server.configuration.administrationAudience
        let named = request.parameters["resource"] ?? request.parameters["aud"]
        let isForRecords = !scope.resources(level: .system).isEmpty
        guard !isForRecords || scope.resources(level: .auth).isEmpty else {
            throw OAuthError(.invalidScope, "scope mixes system/ and auth/: each needs a token of its own")
        }
        if let named, named.hasSameOctets(as: administration) {
            guard !isForRecords else {
                throw OAuthError(.invalidScope, "scope holds system/, which is not for the administration")
            }
            return administration
        }
        guard isForRecords else {
            // RFC 8707 §2: a token is for the resource that was named, or there is none.
            let issuer = server.configuration.issuer.value
            guard named?.hasSameOctets(as: issuer) ?? true else {
                throw OAuthError(.invalidTarget, "resource is not an API of this server, and scope holds only auth/")
            }
            return issuer
        }
        let edition = try server.fhirServers.edition()
        let servers = edition.servers
        guard let named else {
            guard servers.count == 1, let only = servers.first else { throw OAuthError.missing("resource") }
            return only.base.value
        }
        guard let base = FHIRBaseURL(named).flatMap(edition.server(base:))?.base else { throw unknownResource }
        return base.value
    }

    private static var unknownResource: OAuthError {
        OAuthError(.invalidTarget, "resource is not a FHIR server that is served here")
    }
}
