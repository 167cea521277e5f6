/// How a client proves at the token endpoint who it is (RFC 7591 §2, OpenID Connect Core §9).
package enum TokenEndpointAuthMethod: String, Sendable, Hashable, CaseIterable {
    case none
    case clientSecretBasic = "client_secret_basic"
    case clientSecretPost = "client_secret_post"
    case privateKeyJWT = "private_key_jwt"

    package var usesSecret: Bool { self == .clientSecretBasic || self == .clientSecretPost }
}
