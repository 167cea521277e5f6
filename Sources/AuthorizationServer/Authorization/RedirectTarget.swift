import SMART

/// Where an error may be sent: only `requireRegisteredRedirectURI` makes one, so that no error leaves for an address that
/// was not registered (AZ-04).
struct RedirectTarget: Sendable {
    let registered: RedirectURI
    /// As presented; equal to the registered one but for a native app's port.
    let presented: String

    fileprivate init(_ registered: RedirectURI, _ presented: String) {
        self.registered = registered
        self.presented = presented
    }

    /// The app's address with the response parameters; `iss` in every one (RFC 9207, AZ-11).
    func url(_ parameters: [(String, String)], state: State?, issuer: Issuer) -> String {
        let state = state.map { [("state", $0.value)] } ?? []
        return registered.appending(parameters + state + [("iss", issuer.value)], to: presented)
    }
}

extension RedirectTarget {
    /// The target of an address that was registered; nil for any other (AZ-01).
    init?(_ client: Client, presented: String) {
        guard let registered = client.metadata.redirectURIs.first(where: { $0.matches(presented) }) else { return nil }
        self.init(registered, presented)
    }
}

/// Why an authorization request goes no further.
enum AuthorizationRefusal: Error, Sendable {
    /// Told to the person on a page: the client or its address is not known (RFC 6749 §4.1.2.1).
    case page(OAuthError)
    /// Told to the app.
    case redirect(OAuthError, RedirectTarget, State?)
}
