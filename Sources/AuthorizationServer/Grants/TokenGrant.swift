import Encoding
import SMART

/// One `grant_type`. The token endpoint has authenticated the client and checked that it may use this grant; a grant fills
/// in only what is its own. One file each, listed once below, read by the endpoint and by the discovery documents.
protocol TokenGrant: Sendable {
    var type: GrantType { get }
    /// The members of the answer (RFC 6749 §5.1).
    func issue(_ request: TokenRequest, _ server: AuthorizationServer) async throws -> JSONObject
}

/// A token request of a known client.
struct TokenRequest: Sendable {
    let client: Client
    let parameters: FormParameters
    let address: String
    let now: Int64

    func require(_ name: String) throws -> String {
        guard let value = parameters[name] else { throw OAuthError.missing(name) }
        return value
    }
}

/// The grants that this server offers.
let tokenGrants: [any TokenGrant] = [AuthorizationCodeGrant(), RefreshTokenGrant(), ClientCredentialsGrant()]
