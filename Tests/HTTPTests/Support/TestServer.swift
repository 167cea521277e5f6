import Crypto
import Glibc
import Synchronization

@testable import HTTP

/// A server on a port of its own, with a few endpoints that show what they were given.
final class TestServer {
    let server: Server
    let address: ListenAddress
    private let collected: Events

    /// What the server told its log.
    final class Events: Sendable {
        private let list = Mutex<[ServerEvent]>([])
        func append(_ event: ServerEvent) { list.withLock { $0.append(event) } }
        var all: [ServerEvent] { list.withLock { $0 } }
    }

    init(
        routes: [Route] = TestServer.routes, threads: Int = 1,
        address: ListenAddress = .tcp(host: "127.0.0.1", port: 0),
        tls: TLSContext? = nil, _ configure: (inout ServerConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = ServerConfiguration { 784_111_777 }
        configuration.threads = threads
        configuration.limits.lingerTime = 200
        configure(&configuration)
        let router = try Router(routes) { error, _ in .text(500, "\(error)") }
        let events = Events()
        server = try Server(
            [Listener(address: address, tls: tls, router: router)], configuration: configuration
        ) { events.append($0) }
        try server.start()
        collected = events
        if case .tcp(let host, _) = address {
            self.address = .tcp(host: host, port: server.boundPorts[0])
        } else {
            self.address = address
        }
    }

    deinit { server.stop(graceSeconds: 0) }

    var events: [ServerEvent] { collected.all }

    var target: HTTPClient.Target {
        switch address {
        case .tcp(let host, let port): .tcp(host: host, port: port)
        case .unix(let path): .unix(path: path)
        }
    }

    func connect(timeoutMilliseconds: Int = 30_000) throws -> RawConnection {
        try RawConnection(address, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Sends octets on a new connection, and gives the one answer.
    func answer(_ octets: String) throws -> ClientResponse? {
        let connection = try connect()
        connection.send(octets)
        return connection.response()
    }

    static var routes: [Route] {
        [
            Route(.get, "/", Fixed()), Route(.post, "/echo", Echo(), bodyLimit: 1_000), Route(.get, "/echo", Echo()),
            Route(.post, "/later", Later()), Route(.get, "/later", Later()), Route(.get, "/peer", ShowPeer()),
            Route(.get, "/items/{id}", ShowParameters()), Route(.get, "/big", Big()),
            Route(.get, "/throws", Throwing()), Route(.get, "/inject/{value}", Injecting()),
        ]
    }
}

struct Fixed: ImmediateEndpoint {
    func respond(to request: Request) throws -> Response { .text(200, "ok") }
}

/// Says method, path, query and body.
struct Echo: ImmediateEndpoint {
    func respond(to request: Request) throws -> Response {
        let query = String(decoding: request.query, as: UTF8.self)
        let text = "\(request.method.name) \(request.path)?\(query) \(String(decoding: request.body, as: UTF8.self))"
        return Response(status: 200, headers: [("Content-Type", "text/plain")], body: Array(text.utf8))
    }
}

/// Gives its thread up twice before it answers.
struct Later: Endpoint {
    func respond(to request: Request) async throws -> Response {
        await Task.yield()
        try await Task.sleep(for: .milliseconds(5))
        return try Echo().respond(to: request)
    }
}

struct ShowPeer: ImmediateEndpoint {
    func respond(to request: Request) throws -> Response {
        .text(200, "\(request.peer.address) \(request.isSecure) \(request.host) \(request.peer.isLocalSocket)")
    }
}

struct ShowParameters: ImmediateEndpoint {
    func respond(to request: Request) throws -> Response { .text(200, request.pathParameters["id"] ?? "none") }
}

struct Big: ImmediateEndpoint {
    func respond(to request: Request) throws -> Response {
        Response(status: 200, body: [UInt8](repeating: 0x61, count: 8_000_000))
    }
}

struct Throwing: ImmediateEndpoint {
    struct Failure: Error {}
    func respond(to request: Request) throws -> Response { throw Failure() }
}

/// Puts a path parameter into a header, as a careless endpoint would.
struct Injecting: ImmediateEndpoint {
    func respond(to request: Request) throws -> Response {
        Response(status: 200, headers: [("X-Value", request.pathParameters["value"] ?? "")])
    }
}
