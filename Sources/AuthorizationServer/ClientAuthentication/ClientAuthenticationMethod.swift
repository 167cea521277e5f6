import Encoding
import SMART

/// One `token_endpoint_auth_method`: it reads what was presented; whether that is right is asked afterwards. One file
/// each, listed once below, read by the authentication and by the discovery documents.
protocol ClientAuthenticationMethod: Sendable {
    var name: TokenEndpointAuthMethod { get }
    /// How a failure is challenged (RFC 6749 §5.2).
    var challenge: OAuthError.Challenge? { get }
    /// What this request presents by this method; nil if it presents nothing of the kind.
    func presented(_ authorization: AuthorizationHeader?, _ parameters: FormParameters) throws -> PresentedClient?
    /// What can be said of the credentials without waiting.
    func verdict(
        _ credentials: PresentedCredentials, of client: Client, _ server: AuthorizationServer
    ) -> CredentialVerdict
    /// Says it for good where `verdict` could not, off the event loop. `audiences`: the names by which a client may address
    /// this server.
    func finding(
        _ credentials: PresentedCredentials, of client: Client, audiences: [String], _ server: AuthorizationServer
    ) async throws -> CredentialFinding
}

/// Who a request says that it is from, before anything is believed: possible readings of the same credentials, for Basic
/// comes raw and form-encoded (lessons, What real client libraries do).
struct PresentedClient: Sendable {
    let readings: [Reading]

    struct Reading: Sendable {
        let clientID: String
        let credentials: PresentedCredentials
    }
}

enum PresentedCredentials: Sendable {
    case nothing
    case secret(Secret)
    case assertion(ClientAssertion)
}

enum CredentialVerdict: Sendable {
    case authentic, wrong, needsWork
}

enum CredentialFinding: Sendable {
    /// With what is to be claimed, if it is right for one request only.
    case authentic(AssertionUse?)
    /// Why, for the log.
    case wrong(String)
}

/// The methods that this server speaks.
let clientAuthenticationMethods: [any ClientAuthenticationMethod] = [
    PublicClientMethod(), ClientSecretBasicMethod(), ClientSecretPostMethod(), PrivateKeyJWTMethod(),
]
