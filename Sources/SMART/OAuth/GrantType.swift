/// The values of `grant_type` this vocabulary knows (RFC 6749 §4.1.3, §4.4.2, §6).
package enum GrantType: String, Sendable, Hashable, CaseIterable {
    case authorizationCode = "authorization_code"
    case refreshToken = "refresh_token"
    case clientCredentials = "client_credentials"
}
