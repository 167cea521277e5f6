import Encoding

/// A redirect URI as a client registered it. Codes are sent to what matches it and nowhere else.
package struct RedirectURI: Sendable, Hashable {
    package let value: String
    package let isPrivateUseScheme: Bool
    /// What people are shown as the destination: the host, or the private-use scheme.
    package let displayHost: String
    /// RFC 8252 §7.3: a native app listens on whatever port the system gives it (AZ-02).
    private let hasFreePort: Bool

    /// RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §4.1; AZ-03, AZ-05, AZ-06.
    package init(registering text: String, applicationType: ApplicationType = .web) throws(RedirectURIError) {
        guard let uri = AbsoluteURI(text) else { throw .malformed }
        guard uri.fragment == nil else { throw .fragment }
        guard uri.authority?.hasUserInformation != true else { throw .userInformation }
        guard !text.utf8.contains(UInt8(ascii: "*")) else { throw .wildcard }
        guard text.utf8.starts(with: uri.scheme.utf8) else { throw .upperCaseScheme }
        isPrivateUseScheme = try Self.requireAllowedScheme(uri, applicationType)
        if let name = Self.responseParameter(in: uri.query) { throw .responseParameter(name) }
        value = text
        displayHost = (isPrivateUseScheme ? nil : uri.authority?.host) ?? uri.scheme
        hasFreePort = applicationType == .native && uri.scheme == "http"
    }

    /// Octet for octet (AZ-01). The only freedom is the port of a native app's `http://127.0.0.1` or `http://[::1]`.
    package func matches(_ presented: String) -> Bool {
        if presented.hasSameOctets(as: value) { return true }
        guard hasFreePort, let presented = Self.withoutLoopbackPort(presented),
            let registered = Self.withoutLoopbackPort(value)
        else { return false }
        return presented.hasSameOctets(as: registered)
    }

    /// `presented`, which matched, with `parameters` added behind the query it has (RFC 6749 §4.1.2).
    package func appending(_ parameters: [(String, String)], to presented: String) -> String {
        var result = presented
        for (name, value) in parameters {
            if !result.utf8.contains(UInt8(ascii: "?")) {
                result += "?"
            } else if result.utf8.last != UInt8(ascii: "?") && result.utf8.last != UInt8(ascii: "&") {
                result += "&"
            }
            result += "\(PercentEncoding.encode(name))=\(PercentEncoding.encode(value))"
        }
        return result
    }

    /// The web origin of `text`, nil if it has none: a private-use scheme, or no URI at all.
    package static func origin(of text: String) -> String? { AbsoluteURI(text)?.origin }

    /// True for a private-use scheme, false for a web one.
    private static func requireAllowedScheme(
        _ uri: AbsoluteURI, _ applicationType: ApplicationType
    ) throws(RedirectURIError) -> Bool {
        switch uri.scheme {
        case "https":
            guard uri.authority != nil else { throw .malformed }
            return false
        case "http":
            guard uri.isLoopbackLiteral else { throw .plainHTTP }
            return false
        default:
            // RFC 8252 §7.1: a reversed domain name, so that two apps don't claim one scheme.
            guard !uri.isDangerous, uri.scheme.utf8.contains(UInt8(ascii: ".")) else {
                throw .schemeNotAllowed(uri.scheme)
            }
            guard applicationType == .native else { throw .privateUseSchemeOfWebApplication }
            return true
        }
    }

    /// AZ-05: a registered response parameter would reach the client beside ours.
    private static func responseParameter(in query: String?) -> String? {
        guard let query else { return nil }
        for item in query.utf8.split(separator: UInt8(ascii: "&")) {
            let name = String(Substring(item.prefix { $0 != UInt8(ascii: "=") }))
            let decoded = PercentEncoding.decode(name) ?? name
            if responseParameters.contains(decoded) { return decoded }
        }
        return nil
    }

    private static let responseParameters: Set<String> = [
        "access_token", "code", "error", "error_description", "error_uri", "id_token", "iss", "response", "state",
    ]

    /// `http://127.0.0.1:8080/a` as `http://127.0.0.1/a`; nil for anything but the two loopback literals.
    private static func withoutLoopbackPort(_ text: String) -> String? {
        for origin in ["http://127.0.0.1", "http://[::1]"] where text.utf8.starts(with: origin.utf8) {
            var rest = Substring(text.utf8.dropFirst(origin.utf8.count)).utf8
            if rest.first == UInt8(ascii: ":") {
                let digits = rest.dropFirst().prefix(while: \.isDigit)
                guard (1...5).contains(digits.count), let port = UInt16(Substring(digits)), port > 0 else { return nil }
                rest = rest.dropFirst(digits.count + 1)
            }
            guard rest.isEmpty || rest.first == UInt8(ascii: "/") || rest.first == UInt8(ascii: "?") else { return nil }
            return origin + Substring(rest)
        }
        return nil
    }
}
