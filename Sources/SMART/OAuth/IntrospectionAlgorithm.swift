/// `introspection_signed_response_alg` (RFC 9701 §6): how a caller of introspection wants signed answers. Those that this
/// server has keys for; never `none` (§8.1).
package enum IntrospectionAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RFC 9701 §6: the default.
    case rs256 = "RS256"
    case es256 = "ES256"
}
