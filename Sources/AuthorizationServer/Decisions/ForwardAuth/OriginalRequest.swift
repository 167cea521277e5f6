import HTTP

/// The request that a gateway holds, as it tells of it: method and absolute path with query, not decoded.
struct OriginalRequest: Sendable {
    let method: String
    let uri: String

    /// The fields of one kind of gateway. It overwrites both, whatever its own caller sent.
    private static let families: [(method: String, uri: String)] = [
        // What nginx is usually told to send.
        ("x-original-method", "x-original-uri"),
        // Traefik, Caddy.
        ("x-forwarded-method", "x-forwarded-uri"),
    ]

    /// `prefix`: behind which Envoy appends the original path, with the original method.
    ///
    /// One family and no other: a gateway passes on what it does not know, so that the second is the app's (HT-13). And each of
    /// its fields once: of two, one is the app's, and which of them the gateway forwards by is nobody's to guess.
    init(_ request: Request, prefix: String) throws {
        let behind = String(Substring(request.path.utf8.dropFirst(prefix.utf8.count)))
        let present = Self.families.filter { request.headers[$0.method] != nil || request.headers[$0.uri] != nil }
        guard present.count + (behind.isEmpty ? 0 : 1) == 1 else {
            throw Self.problem(
                present.isEmpty && behind.isEmpty
                    ? "The gateway does not say which request it asks about."
                    : "The original request is named in more than one way.")
        }
        guard let family = present.first else {
            method = request.method.name
            let query = String(decoding: request.query, as: UTF8.self)
            uri = behind + (query.isEmpty ? "" : "?" + query)
            return
        }
        method = try Self.value(family.method, request)
        uri = try Self.value(family.uri, request)
    }

    private static func value(_ name: String, _ request: Request) throws -> String {
        guard let value = request.headers[name], !request.headers.isRepeated(name) else {
            throw problem("\(name) must be there, once.")
        }
        return value
    }

    static func problem(_ detail: String) -> Problem {
        Problem(status: 400, title: "The gateway's question cannot be understood", detail: detail)
    }
}
