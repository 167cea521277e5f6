import Encoding
package import HTTP
import Synchronization
import Threads

/// An app's back-channel logout address, on a socket of its own: keeps what it gets and answers as a test wants it.
package final class LogoutReceiver: Sendable {
    package enum Behaviour: Sendable {
        case answer(Int)
        /// Sends the sender elsewhere, which must not go there.
        case redirect(String)
        /// Takes the connection and never answers.
        case hang
    }

    private let kept: Kept
    private let server: Server
    package let address: String

    package init(_ behaviour: Behaviour = .answer(200)) throws {
        let kept = Kept(behaviour)
        let router = try Router(
            [Route(.post, "/bye", kept), Route(.get, "/elsewhere", kept), Route(.post, "/elsewhere", kept)]
        ) { error, _ in .text(500, "\(error)") }
        var configuration = ServerConfiguration()
        configuration.threads = 1
        server = try Server(
            [Listener(address: .tcp(host: "127.0.0.1", port: 0), tls: nil, router: router)],
            configuration: configuration, log: { _ in })
        try server.start()
        guard let port = server.boundPorts.first else { throw TestFailure("no port") }
        address = "http://127.0.0.1:\(port)/bye"
        self.kept = kept
    }

    package func stop() { server.stop(graceSeconds: 0) }

    package func behave(_ behaviour: Behaviour) { kept.behave(behaviour) }

    /// All requests so far.
    package var requests: [Request] { kept.requests }

    /// The logout tokens so far.
    package var tokens: [String] {
        requests.compactMap { try? FormParameters(parsing: $0.body)["logout_token"] }
    }

    /// Waits until so many requests have come; false if they do not within ten seconds.
    package func wait(for count: Int) -> Bool { settles { self.requests.count >= count } }

    private final class Kept: Endpoint {
        private let state: Mutex<(Behaviour, [Request])>

        init(_ behaviour: Behaviour) { state = Mutex((behaviour, [])) }

        var requests: [Request] { state.withLock { $0.1 } }

        func behave(_ behaviour: Behaviour) { state.withLock { $0.0 = behaviour } }

        func respond(to request: Request) async throws -> Response {
            let behaviour = state.withLock { state in
                state.1.append(request)
                return state.0
            }
            switch behaviour {
            case .answer(let status): return Response(status: status)
            case .redirect(let location): return .redirect(to: location, status: 307)
            case .hang:
                try await Task.sleep(for: .seconds(30))
                return Response(status: 200)
            }
        }
    }
}

/// Asks again and again until it holds; false if it does not within ten seconds.
package func settles(_ holds: () throws -> Bool) rethrows -> Bool {
    let pause = Signal()
    for _ in 0..<500 {
        if try holds() { return true }
        pause.wait(milliseconds: 20)
    }
    return try holds()
}
