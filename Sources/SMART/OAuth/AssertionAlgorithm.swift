/// `token_endpoint_auth_signing_alg` (OpenID Connect Dynamic Client Registration 1.0 §2): how a client signs its assertions.
package enum AssertionAlgorithm: String, Sendable, Hashable, CaseIterable {
    case rs384 = "RS384"
    case es384 = "ES384"
    case rs256 = "RS256"
    case es256 = "ES256"
    case ps256 = "PS256"
    case edDSA = "EdDSA"

    /// What a client may use that has registered none: the two of SMART App Launch 2.2 (checklist CAS-1).
    package static let usual: [AssertionAlgorithm] = [.rs384, .es384]
}
