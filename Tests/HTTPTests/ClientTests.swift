import Glibc
import Testing
import Threads

@testable import HTTP

@Suite struct `The client` {
    let client = HTTPClient(timeoutSeconds: 1)

    /// Takes one connection, waits for a request, sends `answer` and closes; or goes on with an octet now and then.
    private func serve(_ answer: String, closes: Bool = true, trickles: Bool = false) throws -> HTTPClient.Target {
        let socket = try ListeningSocket.open(.tcp(host: "127.0.0.1", port: 0), shared: false)
        guard case .tcp(let host, let port) = socket.address else { throw ServerError.badAddress("") }
        _ = Thread.start(named: "canned") {
            var entry = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
            unsafe poll(&entry, 1, 5_000)
            guard case .connection(let descriptor, _) = Acceptor().next(socket.descriptor) else { return }
            let stream = Stream(descriptor: descriptor, tls: nil)
            var buffer = [UInt8](repeating: 0, count: 4_096)
            entry.fd = descriptor
            unsafe poll(&entry, 1, 5_000)
            _ = stream.read(into: &buffer)
            _ = stream.write(Array(answer.utf8), from: 0)
            if !closes { usleep(1_500_000) }
            for _ in 0..<(trickles ? 100 : 0) {
                _ = stream.write([0x61], from: 0)
                usleep(50_000)
            }
        }
        return .tcp(host: host, port: port)
    }

    @Test func `a request goes out whole and the answer comes back`() throws {
        let server = try TestServer()
        let response = try client.send(
            .post, "/echo?a=b", to: server.target, headers: [("X", "y")], body: Array("abc".utf8))
        #expect(response.status == 200 && response.body == Array("POST /echo?a=b abc".utf8))
        #expect(try client.send(.head, "/echo", to: server.target, headers: [], body: []).body.isEmpty)
        #expect(try client.send(.get, "/big", to: server.target, headers: [], body: []).body.count == 8_000_000)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc"), ("HTTP/1.1 200 \r\n\r\nabc", "abc"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "a"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n", "abc"),
        ("HTTP/1.1 204 No Content\r\n\r\n", ""),
    ])
    func `an answer is read as it is framed`(_ answer: String, _ body: String) throws {
        let response = try client.send(.get, "/", to: try serve(answer), headers: [], body: [])
        #expect(String(decoding: response.body, as: UTF8.self) == body)
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", "HTTP/1.1 200 OK\nX: y\n\n",
        "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nX : y\r\n\r\n", "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
    ])
    func `a doubtful answer is an error`(_ answer: String) throws {
        let target = try serve(answer)
        #expect(throws: ClientError.self) { try client.send(.get, "/", to: target, headers: [], body: []) }
    }

    @Test func `a server that does not answer is given up`() throws {
        let target = try serve("HTTP/1.1 200 OK\r\n", closes: false)
        #expect(throws: ClientError.timedOut) { try client.send(.get, "/", to: target, headers: [], body: []) }
    }

    /// The time is for the whole exchange, not for each octet.
    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"])
    func `a server that sends an octet now and then is given up`(beginning: String) throws {
        let target = try serve(beginning, trickles: true)
        #expect(throws: ClientError.timedOut) { try client.send(.get, "/", to: target) }
    }

    @Test func `what cannot be written is not sent`() throws {
        let target = HTTPClient.Target.tcp(host: "127.0.0.1", port: 1)
        for (path, field) in [("x", "y"), ("/ x", "y"), ("/\r\n", "y"), ("/#", "y"), ("/", "a\r\nb"), ("/", "a\0")] {
            #expect(throws: ClientError.self) {
                try client.send(.get, path, to: target, headers: [("X", field)], body: [])
            }
        }
        #expect(throws: ClientError.unreachable(code: ECONNREFUSED)) {
            try client.send(.get, "/", to: target, headers: [], body: [])
        }
        #expect(throws: ClientError.badTarget) {
            try client.send(.get, "/", to: .tcp(host: "example.org", port: 80), headers: [], body: [])
        }
    }
}
