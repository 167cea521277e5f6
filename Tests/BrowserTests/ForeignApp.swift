import Encoding
import HTTP
import TestSupport

/// An app on an origin of its own, which the demo's apps, sharing one with the server, are not.
final class ForeignApp {
    let origin: String
    private let server: Server

    init() throws {
        let routes = [
            Route(.get, "/callback", Here()), Route(.post, "/callback", Posted()), Route(.get, "/frame", Frame()),
        ]
        let listener = Listener(
            address: .tcp(host: "127.0.0.1", port: 0), tls: nil,
            router: try Router(routes, onError: { _, _ in Response(status: 500) }))
        server = try Server([listener], configuration: ServerConfiguration(), log: { _ in })
        try server.start()
        guard let port = server.boundPorts.first else { throw TestFailure("no port") }
        origin = "http://127.0.0.1:\(port)"
    }

    deinit { server.stop(graceSeconds: 1) }

    func register(at demo: Demo, scope: String) throws {
        try demo.register([
            "client_id": "foreign-app", "client_name": "Foreign App", "redirect_uris": [.string(origin + "/callback")],
            "grant_types": ["authorization_code"], "response_types": ["code"], "token_endpoint_auth_method": "none",
            "scope": .string(scope),
        ])
    }

    func authorizationURL(at demo: Demo, scope: String, mode: String = "query") -> String {
        let parameters = FormParameters([
            ("response_type", "code"), ("client_id", "foreign-app"), ("redirect_uri", origin + "/callback"),
            ("scope", scope), ("state", "of-this-browser"), ("aud", demo.origin + "/fhir"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"),
            ("response_mode", mode),
        ])
        return "\(demo.origin)/authorize?\(parameters.serialized())"
    }

    private struct Here: ImmediateEndpoint {
        func respond(to request: Request) -> Response { ForeignApp.page("<h1>The app</h1>") }
    }

    /// Shows what was posted.
    private struct Posted: ImmediateEndpoint {
        func respond(to request: Request) throws -> Response {
            let form = try FormParameters(parsing: request.body)
            let names = form.items.map(\.name).joined(separator: " ")
            return ForeignApp.page(
                "<h1>The app got a form</h1><p>\(names) \(form["state"] ?? "") \(form["iss"] ?? "")</p>")
        }
    }

    /// A page that shows another inside, as a clickjacker's does.
    private struct Frame: ImmediateEndpoint {
        func respond(to request: Request) throws -> Response {
            let query = try FormParameters(parsing: request.query)
            return ForeignApp.page("<iframe src=\"\(query["page"] ?? "")\"></iframe>")
        }
    }

    private static func page(_ body: String) -> Response {
        Response(
            status: 200, headers: [("Content-Type", "text/html; charset=utf-8")],
            body: Array("<!doctype html><title>App</title><link rel=icon href=\"data:,\">\(body)".utf8))
    }
}
