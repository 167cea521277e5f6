/// Why a redirect URI can't be registered (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §4.1).
package enum RedirectURIError: Error, Equatable {
    case malformed
    case fragment
    case userInformation
    case wildcard
    case upperCaseScheme
    case schemeNotAllowed(String)
    case plainHTTP
    case privateUseSchemeOfWebApplication
    case responseParameter(String)

    /// One line for the client's developer.
    package var reason: String {
        switch self {
        case .malformed: "is not an absolute URI of at most \(AbsoluteURI.maximumLength) characters"
        case .fragment: "must not have a fragment"
        case .userInformation: "must not hold a user name or password"
        case .wildcard: "must not hold '*': redirect URIs are compared character by character"
        case .upperCaseScheme: "must have its scheme in lower case"
        case .schemeNotAllowed(let scheme): "must not have the scheme '\(scheme)'"
        case .plainHTTP: "must be https; http only on the loopback addresses 127.0.0.1 and [::1]"
        case .privateUseSchemeOfWebApplication: "may have a private-use scheme only if application_type is native"
        case .responseParameter(let name): "must not have the response parameter '\(name)' in its query"
        }
    }
}
