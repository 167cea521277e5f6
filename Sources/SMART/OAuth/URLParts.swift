/// The parts of a URL that a server is configured with. It is a valid one, so that the parts are always there.
extension FHIRBaseURL {
    /// Empty, or `/path`.
    package var path: String { AbsoluteURI(value)?.path ?? "" }

    package var origin: String { RedirectURI.origin(of: value) ?? value }
}

extension RedirectURI {
    /// What a Content-Security-Policy calls the place that `presented` leads to: its origin, or a private-use scheme.
    package static func contentSecuritySource(of presented: String) -> String? {
        guard let uri = AbsoluteURI(presented) else { return nil }
        return uri.origin ?? uri.scheme + ":"
    }
}

extension WebURL {
    package var isHTTPS: Bool { AbsoluteURI(value)?.scheme == "https" }

    /// The host as it is connected to: an IPv6 address without its brackets.
    package var host: String {
        let host = AbsoluteURI(value)?.authority?.host ?? ""
        return host.utf8.first == UInt8(ascii: "[") ? String(host.dropFirst().dropLast()) : host
    }

    package var port: UInt16 { AbsoluteURI(value)?.authority?.port ?? (isHTTPS ? 443 : 80) }

    /// What stands on the request line (RFC 9112 §3.2.1).
    package var pathAndQuery: String {
        guard let uri = AbsoluteURI(value) else { return "/" }
        return (uri.path.isEmpty ? "/" : uri.path) + (uri.query.map { "?" + $0 } ?? "")
    }
}
