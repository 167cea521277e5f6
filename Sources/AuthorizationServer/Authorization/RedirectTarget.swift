import SMART

/// Where an error may be sent: only `requireRegisteredRedirectURI` makes one, so that no error leaves for an address that
/// was not registered (AZ-04).
struct RedirectTarget: Sendable {
    let registered: RedirectURI
    /// As presented; equal to the registered one but for a native app's port.
    let presented: String

    /// How the app wants its answer.
    var mode: ResponseMode

    fileprivate init(_ registered: RedirectURI, _ presented: String, _ mode: ResponseMode) {
        self.registered = registered
        self.presented = presented
        self.mode = mode
    }

    /// The app's address with the response parameters in its query.
    func url(_ parameters: [(String, String)]) -> String { registered.appending(parameters, to: presented) }
}

extension RedirectTarget {
    /// The target of an address that was registered; nil for any other (AZ-01).
    init?(_ client: Client, presented: String, mode: ResponseMode) {
        guard let registered = client.metadata.redirectURIs.first(where: { $0.matches(presented) }) else { return nil }
        self.init(registered, presented, mode)
    }
}

/// Why an authorization request goes no further.
enum AuthorizationRefusal: Error, Sendable {
    /// Told to the person on a page: the client or its address is not known (RFC 6749 §4.1.2.1).
    case page(OAuthError)
    /// Told to the person: the client registered itself, and no administrator has approved it yet.
    case clientWaits
    /// Told to the app.
    case redirect(OAuthError, RedirectTarget, State?)
}
