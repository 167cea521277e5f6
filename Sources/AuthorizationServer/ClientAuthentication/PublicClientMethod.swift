import Encoding
import SMART

/// `none`: a public client names itself in the body and relies on PKCE and its redirect URI (checklist CLA-1).
struct PublicClientMethod: ClientAuthenticationMethod {
    let name = TokenEndpointAuthMethod.none
    let challenge: OAuthError.Challenge? = nil

    func presented(_ authorization: AuthorizationHeader?, _ parameters: FormParameters) -> PresentedClient? {
        guard authorization == nil, parameters["client_secret"] == nil, parameters["client_assertion"] == nil,
            parameters["client_assertion_type"] == nil, let clientID = parameters["client_id"]
        else { return nil }
        return PresentedClient(readings: [.init(clientID: clientID, credentials: .nothing)])
    }

    func verdict(
        _ credentials: PresentedCredentials, of client: Client, _ server: AuthorizationServer
    ) -> CredentialVerdict {
        .authentic
    }

    func finding(
        _ credentials: PresentedCredentials, of client: Client, audiences: [String], _ server: AuthorizationServer
    ) -> CredentialFinding {
        .authentic(nil)
    }
}
