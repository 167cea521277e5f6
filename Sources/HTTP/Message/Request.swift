import Encoding

/// One request, read in full and found to be well formed.
package struct Request: Sendable {
    package var method: Method
    /// As sent, without the query. Dot segments, encoded slashes and NUL were refused by the parser.
    package var path: String
    /// As sent, without the `?`.
    package var query: [UInt8]
    package var headers: Headers
    package var body: [UInt8]
    package var peer: Peer
    /// Who sent it over a connection of its own: the last proxy where there is one, whomever it speaks for.
    package var sender: Peer
    /// TLS, or a trusted proxy says that the client speaks TLS with it.
    package var isSecure: Bool
    /// The authority the client asked for. Never build a URL from it: see threat JW-09.
    package var host: String
    /// What stands where the route has `{name}`, percent-decoded.
    package var pathParameters: [String: String]
    private let identifier: RequestID

    /// A request made by hand, for in-process dispatch.
    package init(
        method: Method, path: String, query: [UInt8] = [], headers: Headers = Headers(), body: [UInt8] = [],
        peer: Peer = .localSocket, isSecure: Bool = false, host: String = "localhost", id: String = ""
    ) {
        self.init(
            method: method, path: path, query: query, headers: headers, body: body, peer: peer, sender: peer,
            isSecure: isSecure, host: host, pathParameters: [:], identifier: RequestID(id))
    }

    init(
        method: Method, path: String, query: [UInt8], headers: Headers, body: [UInt8], peer: Peer, sender: Peer,
        isSecure: Bool, host: String, pathParameters: [String: String], identifier: RequestID
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
        self.sender = sender
        self.isSecure = isSecure
        self.host = host
        self.identifier = identifier
        self.pathParameters = pathParameters
    }

    /// Names this request in logs and error pages.
    package var id: String { identifier.text }

    /// The value of a cookie (RFC 6265 §4.2). Nil if absent, and if sent twice with different values: two cookies of
    /// one name mean that someone else could set one.
    package func cookie(_ name: String) -> String? {
        var found: String?
        for field in headers.values("cookie") {
            for pair in field.utf8.split(separator: UInt8(ascii: ";")) {
                guard let value = Self.value(in: pair, of: name) else { continue }
                if let found, !found.hasSameOctets(as: value) { return nil }
                found = value
            }
        }
        return found
    }

    private static func value(in pair: Substring.UTF8View, of name: String) -> String? {
        let trimmed = pair.drop { $0 == 0x20 || $0 == 0x09 }
        guard let equals = trimmed.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        guard trimmed[..<equals].elementsEqual(name.utf8) else { return nil }
        return String(Substring(trimmed[trimmed.index(after: equals)...]))
    }
}
