import Crypto
import Encoding
import HTTP

/// A document that is the same for everybody until the server starts again: discovery, keys, the stylesheet. Serialised
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
        request.headers["if-none-match"] == tag ? unchanged : full
    }
}
