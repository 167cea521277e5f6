/// A `client_id` that is the address of the client's own metadata (draft-ietf-oauth-client-id-metadata-document §3): an
/// https URL with a path, written in one way only. It is compared octet for octet, so what two readers could take for two
/// addresses, or two addresses for one, is none here.
package struct ClientDocumentURL: Sendable, Hashable {
    package let url: WebURL
    /// What people are told of the client: who holds that name is whoever answers there.
    package let host: String
    /// The same with the port, where one is written.
    package let displayHost: String

    /// `allowsLoopback`: the machine itself too, and http there (§8.6, for development).
    package init?(_ text: String, allowsLoopback: Bool) {
        guard ClientID(text) != nil, let uri = AbsoluteURI(text), let authority = uri.authority,
            !authority.hasUserInformation, uri.query == nil, uri.fragment == nil, Self.isPlain(path: uri.path),
            let url = WebURL(text)
        else { return nil }
        let isLoopback = uri.isLoopbackLiteral || authority.host == "localhost"
        guard isLoopback ? allowsLoopback : Self.isName(authority.host) && text.utf8.starts(with: "https://".utf8),
            uri.scheme.utf8.elementsEqual(text.utf8.prefix(uri.scheme.utf8.count))
        else { return nil }
        self.url = url
        host = authority.host
        displayHost = authority.host + (authority.port.map { ":\($0)" } ?? "")
    }

    package var value: String { url.value }

    /// §3: a path, without dot segments. Beyond that: nothing escaped that another reader could take for a dot, a slash or
    /// an end (`%2e`, `%2f`, `%5c`, `%00`), no parameter behind which a dot segment hides (`/..;/`), and no empty segment but
    /// the last; a query SHOULD NOT be there, and would let a page that repeats what it is asked speak for its host.
    private static func isPlain(path: String) -> Bool {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count > 1 else { return false }
        var segments = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if segments.count > 1, segments.last?.isEmpty == true { segments.removeLast() }
        return segments.allSatisfy { segment in
            let name = segment.prefix { $0 != UInt8(ascii: ";") }
            return !name.isEmpty && !name.allSatisfy { $0 == UInt8(ascii: ".") }
                && !segment.contains(UInt8(ascii: "%"))
        }
    }

    /// A name of at least two labels in lower case, and no form of an IP address: what people read is one place.
    private static func isName(_ host: String) -> Bool {
        let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count > 1, let last = labels.last, last.first?.isLetter == true, !last.starts(with: "0x".utf8)
        else { return false }
        return labels.allSatisfy { label in
            !label.isEmpty && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { ($0.isLetter && $0 >= 0x61) || $0.isDigit || $0 == UInt8(ascii: "-") }
        }
    }
}
