package import Crypto
import Encoding
import HTTP
import JOSE
package import SMART
import Synchronization

/// A client's web server: answers each of its paths as a test wrote it down, and counts what it is asked.
package final class KeySetStandIn: Sendable {
    package enum Behaviour: Sendable {
        case answer(status: Int, headers: [(String, String)], body: String)
        /// The same as soon as the test lets it.
        case held(until: @Sendable () -> Bool, status: Int, headers: [(String, String)], body: String)
        /// Takes the connection and never answers.
        case hang
    }

    package static let json = [("Content-Type", "application/json")]

    private let pages: Pages
    private let server: Server
    private let certificate: TestCertificate?
    private let port: UInt16

    /// `certificate`: speaks TLS with it.
    package init(certificate: TestCertificate? = nil) throws {
        let pages = Pages()
        let router = try Router([Route(.get, "/{name}", pages)]) { error, _ in .text(500, "\(error)") }
        var configuration = ServerConfiguration()
        configuration.threads = 1
        let tls = try certificate.map { try TLSContext(certificateFile: $0.certificateFile, keyFile: $0.keyFile) }
        server = try Server(
            [Listener(address: .tcp(host: "127.0.0.1", port: 0), tls: tls, router: router)],
            configuration: configuration, log: { _ in })
        try server.start()
        guard let port = server.boundPorts.first else { throw TestFailure("no port") }
        self.port = port
        self.pages = pages
        self.certificate = certificate
    }

    package func stop() { server.stop(graceSeconds: 0) }

    /// The address of a path; `host` may be another name of this machine.
    package func url(_ path: String = "/jwks", host: String? = nil) throws -> WebURL {
        let text =
            certificate == nil
            ? "http://\(host ?? "127.0.0.1"):\(port)\(path)" : "https://\(host ?? "localhost"):\(port)\(path)"
        guard let url = WebURL(text) else { throw TestFailure("\(text) is no web URL") }
        return url
    }

    package func behave(_ behaviour: Behaviour, at path: String = "/jwks") { pages.set(behaviour, path) }

    /// Answers with these keys from now on.
    package func publish(
        _ keys: [(id: String, key: SigningKey)], at path: String = "/jwks", cacheControl: String? = nil
    ) {
        let headers = Self.json + (cacheControl.map { [("Cache-Control", $0)] } ?? [])
        behave(.answer(status: 200, headers: headers, body: Self.text(keys)), at: path)
    }

    /// A key set as JSON.
    package static func text(_ keys: [(id: String, key: SigningKey)]) -> String {
        JWKSet(keys: keys.map { JWK(keyID: $0.id, algorithm: nil, parameters: $0.key.publicKey.parameters) }).json.text
    }

    /// How often something was asked for, at one path or at all.
    package func count(_ path: String? = nil) -> Int {
        pages.requests.count { path == nil || $0.path == path }
    }

    /// The fields of the last request.
    package var lastHeaders: [(name: String, value: String)] { pages.requests.last?.headers.all ?? [] }

    private final class Pages: Endpoint {
        private struct State {
            var behaviours: [String: Behaviour] = [:]
            var requests: [Request] = []
        }

        private let state = Mutex(State())

        var requests: [Request] { state.withLock { $0.requests } }
        func set(_ behaviour: Behaviour, _ path: String) { state.withLock { $0.behaviours[path] = behaviour } }

        func respond(to request: Request) async throws -> Response {
            let behaviour = state.withLock { state in
                state.requests.append(request)
                return state.behaviours[request.path]
            }
            switch behaviour {
            case .answer(let status, let headers, let body):
                return Response(status: status, headers: headers, body: Array(body.utf8))
            case .held(let isReady, let status, let headers, let body):
                while !isReady() { try await Task.sleep(for: .milliseconds(5)) }
                return Response(status: status, headers: headers, body: Array(body.utf8))
            case .hang:
                try await Task.sleep(for: .seconds(30))
                return Response(status: 200)
            case nil: return Response(status: 404)
            }
        }
    }
}
