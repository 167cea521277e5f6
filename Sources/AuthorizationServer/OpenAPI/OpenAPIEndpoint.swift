import Encoding
import HTTP
import Synchronization

/// `/openapi.json`: what this server answers, on every listener that answers it. Rendered when it is first asked for, and kept
/// with its ETag: a start waits for nothing that nobody may want.
final class OpenAPIEndpoint: ImmediateEndpoint {
    static let path = "/openapi.json"

    private let server: AuthorizationServer
    private let rendered = Mutex<DocumentEndpoint?>(nil)

    init(server: AuthorizationServer) { self.server = server }

    func respond(to request: Request) -> Response { document.respond(to: request) }

    private var document: DocumentEndpoint {
        rendered.withLock { rendered in
            if let rendered { return rendered }
            let made = DocumentEndpoint(
                OpenAPIDocument(server).json.serialized(), type: "application/json", maxAge: 300)
            rendered = made
            return made
        }
    }
}
