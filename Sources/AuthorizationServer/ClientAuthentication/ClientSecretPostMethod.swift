import Encoding
import SMART

/// `client_secret_post`, RFC 6749 §2.3.1: id and secret in the body, for clients that are registered for it (CLA-4).
struct ClientSecretPostMethod: ClientSecretMethod {
    let name = TokenEndpointAuthMethod.clientSecretPost
    let challenge: OAuthError.Challenge? = nil

    func presented(_ authorization: AuthorizationHeader?, _ parameters: FormParameters) -> PresentedClient? {
        guard authorization == nil, let clientID = parameters["client_id"], let secret = parameters["client_secret"]
        else { return nil }
        return PresentedClient(readings: [.init(clientID: clientID, credentials: .secret(Secret(Array(secret.utf8))))])
    }
}
