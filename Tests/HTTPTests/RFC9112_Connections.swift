import Glibc
import Synchronization
import Testing
import Threads

@testable import HTTP

@Suite struct `RFC 9112 §9 Connections` {
    let server: TestServer

    init() throws { server = try TestServer() }

    @Test func `a connection goes on after an answer`() throws {
        let connection = try server.connect()
        for _ in 0..<5 {
            connection.send(get("/"))
            let response = try #require(connection.response())
            #expect(response.status == 200 && response.headers["connection"] == nil)
        }
    }

    @Test(arguments: ["Connection: close\r\n", "Connection: foo, Close\r\n", "Connection: x\r\nConnection: close\r\n"])
    func `close is obeyed and announced`(_ field: String) throws {
        let connection = try server.connect()
        connection.send(get("/", field) + get("/"))
        let answer = connection.rest()
        #expect(answer.components("HTTP/1.1 200") == 1 && answer.contains("\r\nConnection: close\r\n"))
        #expect(connection.isClosed)
    }

    @Test func `HTTP/1.0 is answered and closed`() throws {
        let connection = try server.connect()
        connection.send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
        #expect(connection.response()?.headers["connection"] == "close")
        #expect(connection.isClosedByServer())
    }

    @Test func `pipelined requests are answered in order, immediate and async ones mixed`() throws {
        let connection = try server.connect()
        let paths = (0..<200).map { $0 % 7 == 3 ? "/later?\($0)" : "/echo?\($0)" }
        connection.send(paths.map { get($0) }.joined())
        for path in paths {
            let response = try #require(connection.response())
            #expect(response.body == Array("GET \(path) ".utf8))
        }
    }

    @Test func `a pipeline without end is bounded, and the others are served`() throws {
        let greedy = try server.connect()
        let flood = Array(String(repeating: get("/big"), count: 50).utf8)
        greedy.send(flood)
        let other = try server.connect()
        other.send(get("/"))
        #expect(other.response()?.status == 200)
        for _ in 0..<3 { #expect(greedy.response()?.body.count == 8_000_000) }
    }

    @Test func `HEAD has the fields of GET and no body`() throws {
        let connection = try server.connect()
        connection.send("HEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n" + get("/"))
        let response = try #require(connection.response(toHead: true))
        #expect(response.status == 200 && response.headers["content-length"] == "\("GET /echo? ".utf8.count)")
        #expect(connection.response()?.body == Array("ok\n".utf8))
    }

    @Test func `an error thrown by an endpoint is rendered`() throws {
        let response = try #require(try server.answer(get("/throws")))
        #expect(response.status == 500 && response.body == Array("Failure()\n".utf8))
    }

    @Test func `several loops share one port`() throws {
        let server = try TestServer(threads: 3)
        for _ in 0..<20 { #expect(try server.answer(get("/later"))?.status == 200) }
    }

    @Test func `a second server cannot have the same port`() throws {
        let router = try Router([]) { _, _ in .text(500, "") }
        #expect(throws: ServerError.addressInUse(server.address.description)) {
            _ = try Server([Listener(address: server.address, router: router)], configuration: ServerConfiguration()) {
                _ in
            }
        }
    }

    @Test func `an address that is none is refused`() throws {
        let router = try Router([]) { _, _ in .text(500, "") }
        for host in ["localhost", "", "1.2.3", "256.0.0.1"] {
            #expect(throws: ServerError.badAddress("\(host):0")) {
                let listener = Listener(address: .tcp(host: host, port: 0), router: router)
                _ = try Server([listener], configuration: ServerConfiguration()) { _ in }
            }
        }
    }
}

/// ST-14: what is under way is finished, nothing new is taken.
@Suite struct `ST-14 Graceful stop` {
    @Test func `a request in flight is answered, an idle connection closed, a new one refused`() throws {
        let gate = Gate()
        let server = try TestServer(routes: [Route(.get, "/", Fixed()), Route(.get, "/gate", gate)])
        let idle = try server.connect()
        idle.send(get("/"))
        #expect(idle.response()?.status == 200)
        let busy = try server.connect()
        busy.send(get("/gate"))
        #expect(eventually { gate.isEntered })
        let stopped = Signal()
        let inner = server.server
        _ = Thread.start(named: "stopper") {
            inner.stop(graceSeconds: 10)
            stopped.raise()
        }
        #expect(idle.isClosedByServer())
        #expect(throws: RawConnection.Failure.self) { _ = try server.connect() }
        gate.open()
        let response = try #require(busy.response())
        #expect(response.status == 200 && response.headers["connection"] == "close")
        #expect(stopped.wait(milliseconds: 5_000))
        #expect(server.events.last == .stopped)
    }

    @Test func `a request that was sent before the stop is answered`() throws {
        let server = try TestServer()
        let connections = try (0..<20).map { _ in try server.connect() }
        for connection in connections { connection.send(get("/later")) }
        server.server.stop(graceSeconds: 5)
        for connection in connections { #expect(connection.response()?.status == 200) }
    }

    @Test func `the grace has an end`() async throws {
        let gate = Gate()
        let server = try TestServer(routes: [Route(.get, "/gate", gate)])
        let busy = try server.connect()
        busy.send(get("/gate"))
        #expect(eventually { gate.isEntered })
        server.server.stop(graceSeconds: 0)
        #expect(busy.rest().isEmpty)
        #expect(busy.isClosed)
        gate.open()
        // Without blocking: the handler runs to its end on the pool that this test runs on.
        for _ in 0..<1_000 where !gate.isLeft { try await Task.sleep(for: .milliseconds(10)) }
        #expect(gate.isLeft)
    }

    @Test func `a server that never started stops`() throws {
        let router = try Router([]) { _, _ in .text(500, "") }
        let listener = Listener(address: .tcp(host: "127.0.0.1", port: 0), router: router)
        let server = try Server([listener], configuration: ServerConfiguration()) { _ in }
        server.stop(graceSeconds: 1)
        #expect(throws: RawConnection.Failure.self) {
            _ = try RawConnection(.tcp(host: "127.0.0.1", port: server.boundPorts[0]))
        }
    }

    /// An endpoint that waits until the test lets it go on.
    private final class Gate: Endpoint {
        private struct State {
            var waiting: CheckedContinuation<Void, Never>?
            var isLeft = false
        }
        private let state = Mutex(State())

        func respond(to request: Request) async throws -> Response {
            await withCheckedContinuation { continuation in state.withLock { $0.waiting = continuation } }
            state.withLock { $0.isLeft = true }
            return .text(200, "ok")
        }

        var isEntered: Bool { state.withLock { $0.waiting != nil } }
        var isLeft: Bool { state.withLock { $0.isLeft } }
        func open() { state.withLock { $0.waiting }?.resume() }
    }
}
