import Crypto
import Encoding
import HTTP

/// A document that is the same for everybody until something takes its place: discovery, keys, the stylesheet. Serialised
/// once, with its ETag; any origin may read it (checklist CORS-1).
struct DocumentEndpoint: ImmediateEndpoint {
    private let full: Response
    private let unchanged: Response
    private let tag: String

    /// `maxAge`: how long it may be kept, in seconds. `policy`: its Content-Security-Policy, where it is something that
    /// browsers show.
    init(_ body: [UInt8], type: String, maxAge: Int, policy: String? = nil) {
        tag = "\"" + Base64URL.encode(Array(Digest.sha256(body).prefix(12))) + "\""
        let headers =
            [
                ("Cache-Control", "public, max-age=\(maxAge)"), ("ETag", tag), ("Access-Control-Allow-Origin", "*"),
                ("X-Content-Type-Options", "nosniff"),
            ] + (policy.map { [("Content-Security-Policy", $0)] } ?? [])
        full = Response(status: 200, headers: [("Content-Type", type)] + headers, body: body)
        unchanged = Response(status: 304, headers: headers)
    }

    func respond(to request: Request) -> Response {
        Self.names(tag, in: request.headers.values("if-none-match")) ? unchanged : full
    }

    /// RFC 9110 §13.1.2: a list, compared weakly, for caches on the way may have weakened our tags; or `*`.
    private static func names(_ tag: String, in fields: [String]) -> Bool {
        fields.contains { field in
            field.utf8.split(separator: UInt8(ascii: ",")).contains { element in
                var element = Substring(element).utf8[...]
                while let first = element.first, first == 0x20 || first == 0x09 { element.removeFirst() }
                while let last = element.last, last == 0x20 || last == 0x09 { element.removeLast() }
                if element.elementsEqual("*".utf8) { return true }
                if element.starts(with: "W/".utf8) { element.removeFirst(2) }
                return element.elementsEqual(tag.utf8)
            }
        }
    }
}
