/// A page or document on the web that a client names: https, or http on the machine itself for development (AZ-06).
package struct WebURL: Sendable, Hashable {
    package let value: String

    package init?(_ text: String) {
        guard let uri = AbsoluteURI(text), let authority = uri.authority, !authority.hasUserInformation,
            uri.scheme == "https" || (uri.scheme == "http" && (uri.isLoopbackLiteral || authority.host == "localhost"))
        else { return nil }
        value = text
    }
}
