/// What an access token looks like. Both say the same at introspection.
package enum AccessTokenFormat: String, Sendable, Hashable, CaseIterable {
    /// RFC 9068: a resource server can read it.
    case jwt
    /// A handle that means nothing to anybody but this server.
    case opaque
}
