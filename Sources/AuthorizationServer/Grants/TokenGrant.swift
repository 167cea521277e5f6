import Encoding
import SMART
import Storage

/// One `grant_type`. The token endpoint has authenticated the client and checked that it may use this grant; a grant fills
/// in only what is its own. One file each, listed once below, read by the endpoint and by the discovery documents.
///
/// What a grant decides, it decides in one transaction, which the dispatcher opens: there it claims the client's assertion
/// first, so that no grant can forget to (TK-17).
protocol TokenGrant: Sendable {
    /// What the transaction has come to: kept, also where it is a refusal.
    associatedtype Decision: Sendable
    var type: GrantType { get }
    /// Reads the request, and answers with what is to be done in the transaction.
    func decision(
        _ request: TokenRequest, _ server: AuthorizationServer
    ) throws -> @Sendable (borrowing WriteTransaction) throws -> Decision
    /// The members of the answer (RFC 6749 §5.1), or the refusal. After the commit: what is answered is on disk, and the
    /// writer waits for no signature.
    func answer(
        _ decision: Decision, _ request: TokenRequest, _ server: AuthorizationServer
    ) async throws -> JSONObject
}

extension TokenGrant {
    func issue(_ request: TokenRequest, _ server: AuthorizationServer) async throws -> JSONObject {
        let decide = try decision(request, server)
        try server.roles.prepare()
        let decision = try await server.database.write { transaction in
            try request.authenticated.claim(transaction, server.clock)
            return try decide(transaction)
        }
        return try await answer(decision, request, server)
    }
}

/// A token request of a known client.
struct TokenRequest: Sendable {
    let authenticated: AuthenticatedClient
    let parameters: FormParameters
    let address: String
    let now: Int64

    var client: Client { authenticated.client }

    func require(_ name: String) throws -> String {
        guard let value = parameters[name] else { throw OAuthError.missing(name) }
        return value
    }
}

extension Grant {
    /// RFC 8707 §2.2: what a token request names is what was granted, or there is no token. `resource`: nil where it names
    /// nothing; a FHIR server with or without a slash at its end, as in the authorization request (AUTHZ-7).
    func isFor(resource: String?) -> Bool {
        guard let resource, !resource.hasSameOctets(as: audience) else { return true }
        return FHIRBaseURL(resource)?.value.hasSameOctets(as: audience) == true
    }
}

extension OAuthError {
    static let otherTarget = OAuthError(.invalidTarget, "resource is not what was granted")
}

/// The grants that this server offers.
let tokenGrants: [any TokenGrant] = [AuthorizationCodeGrant(), RefreshTokenGrant(), ClientCredentialsGrant()]
