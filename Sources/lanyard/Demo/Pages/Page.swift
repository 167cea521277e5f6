import Encoding
import HTTP

/// Something a visitor of the demo did or met that ends in a page with one sentence.
struct DemoProblem: Error, CustomStringConvertible {
    let description: String
    let status: Int

    init(_ description: String, status: Int = 400) {
        self.description = description
        self.status = status
    }
}

/// A page of the demo; what its body throws becomes a page too.
struct Page: Endpoint {
    private let sameOrigin: Bool
    private let body: @Sendable (Request) async throws -> Response

    /// `sameOrigin`: for forms, which no other site may send on a visitor's behalf.
    init(sameOrigin: Bool = false, _ body: @escaping @Sendable (Request) async throws -> Response) {
        self.sameOrigin = sameOrigin
        self.body = body
    }

    func respond(to request: Request) async throws -> Response {
        if let address = Self.numericAddress(of: request) { return .redirect(to: address) }
        do {
            guard !sameOrigin || Self.isSameOrigin(request) else {
                throw DemoProblem("This form was sent from another site.", status: 403)
            }
            return try await body(request)
        } catch let problem as DemoProblem {
            return .page(ProblemPage.markup(problem.description), status: problem.status)
        } catch is FormError {
            return .page(ProblemPage.markup("The parameters cannot be read."), status: 400)
        } catch {
            return .page(ProblemPage.markup("One of the demo's parties did not answer. Try again."), status: 502)
        }
    }

    /// Everything is at 127.0.0.1. Who typed `localhost` is sent there, or cookies set under one name would be missing
    /// under the other.
    private static func numericAddress(of request: Request) -> String? {
        let name = "localhost"
        guard request.method == .get, request.host.lowercased().hasPrefix(name) else { return nil }
        let query = request.query.isEmpty ? "" : "?\(String(decoding: request.query, as: UTF8.self))"
        return "http://127.0.0.1\(request.host.dropFirst(name.count))\(request.path)\(query)"
    }

    /// Browsers say where a request comes from; what says nothing is no browser and carries nobody's cookies.
    private static func isSameOrigin(_ request: Request) -> Bool {
        if let site = request.headers["sec-fetch-site"] { return site == "same-origin" || site == "none" }
        guard let origin = request.headers["origin"] else { return true }
        return origin == "http://\(request.host)"
    }
}

extension Response {
    /// A page: no script, no frame, forms that stay here.
    static func page(_ markup: DemoHTML, status: Int = 200) -> Response {
        Response(
            status: status,
            headers: [
                ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
                (
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
                        + "frame-ancestors 'none'"
                ),
                // Not no-referrer: browsers would send `Origin: null` with the page's own forms.
                ("Referrer-Policy", "same-origin"), ("X-Content-Type-Options", "nosniff"),
            ],
            body: Array(markup.text.utf8))
    }
}
