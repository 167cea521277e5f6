/// `application_type` (OpenID Connect Dynamic Client Registration §2): what redirect URIs a client may have.
package enum ApplicationType: String, Sendable, Hashable, CaseIterable {
    case web
    case native
}
