/// RFC 8414 §2: the authorization server's own name, an absolute URL without query, fragment or trailing slash. Every
/// published URL is this text and a path; it is compared octet for octet.
package struct Issuer: Sendable, Hashable {
    package let value: String
    /// False for http, which only development can want.
    package let isHTTPS: Bool
    /// Empty, or `/path`.
    package let path: String
    /// RFC 6454 §6.2; what a browser sends as `Origin`.
    package let origin: String

    package init?(_ text: String) {
        guard let uri = AbsoluteURI(text), let authority = uri.authority, !authority.hasUserInformation,
            uri.scheme == "https" || uri.scheme == "http", uri.query == nil, uri.fragment == nil,
            text.utf8.last != UInt8(ascii: "/")
        else { return nil }
        value = text
        isHTTPS = uri.scheme == "https"
        path = uri.path
        origin = RedirectURI.origin(of: text) ?? text
    }
}
