import CLinux
import Crypto
import Glibc
import Testing
import Threads

@testable import HTTP

/// Hosts that always have one octet more: what they cost is bounded by the deadline, and by their octets, each of which is
/// looked at once. Each of them keeps a core busy.
@Suite(.serialized) struct `TK-19: hosts that trickle` {
    let client = HTTPClient(timeoutSeconds: 1)

    init() { signal(SIGPIPE, SIG_IGN) }

    /// Takes one connection and leaves it to `talk` after the request.
    private func serve(
        _ tls: TLSContext? = nil, _ talk: @escaping @Sendable (_ send: ([UInt8]) -> Bool) -> Void
    ) throws -> UInt16 {
        let socket = try ListeningSocket.open(.tcp(host: "127.0.0.1", port: 0), shared: false)
        guard case .tcp(_, let port) = socket.address else { throw ServerError.badAddress("") }
        _ = Thread.start(named: "trickling") {
            wait(socket.descriptor, POLLIN)
            guard case .connection(let descriptor, _) = Acceptor().next(socket.descriptor) else { return }
            var on: Int32 = 1
            unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            let stream = Stream(descriptor: descriptor, tls: tls?.session(on: descriptor))
            while let session = stream.tls, case .wantsRead = session.handshake() { wait(descriptor, POLLIN) }
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while case .wantsRead = stream.read(into: &buffer) { wait(descriptor, POLLIN) }
            talk { send($0, on: stream) }
        }
        return port
    }

    private func wait(_ descriptor: Int32, _ events: Int32) {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        unsafe poll(&entry, 1, 5_000)
    }

    /// False once nobody takes it any more.
    private func send(_ octets: [UInt8], on stream: Stream) -> Bool {
        var position = 0
        while position < octets.count {
            switch stream.write(octets, from: position) {
            case .octets(let count): position += count
            case .wantsRead, .wantsWrite: wait(stream.descriptor, POLLOUT)
            case .ended, .failed: return false
            }
        }
        return true
    }

    private func target(_ port: UInt16) -> HTTPClient.Target { .tcp(host: "127.0.0.1", port: port) }

    /// What this thread has computed so far.
    private func computed() -> Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    @Test func `the deadline counts also while there is more to read`() throws {
        let port = try serve { send in
            _ = send(Array("HTTP/1.1 200 OK\r\n".utf8))
            usleep(2_000_000)
        }
        let address = ListenAddress.tcp(host: "127.0.0.1", port: port)
        var socket = try ClientSocket.connect(address, deadline: MonotonicClock.milliseconds() + 300)
        try socket.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        usleep(500_000)
        var received: [UInt8] = []
        var failure: ClientError?
        do { _ = try socket.receive(into: &received) } catch { failure = error }
        #expect(failure == .timedOut && received.isEmpty)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 8000000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffff\r\n",
    ])
    func `a body that comes octet by octet without a pause is given up at the deadline`(head: String) throws {
        let port = try serve { send in
            guard send(Array(head.utf8)) else { return }
            while send([0x61]) {}
        }
        let began = ContinuousClock.now
        #expect(throws: ClientError.timedOut) { try client.send(.get, "/", to: target(port)) }
        #expect((.milliseconds(900)...(.seconds(4))).contains(ContinuousClock.now - began))
    }

    /// Each octet is a record of its own, so that each is read by itself, however slow this side is. As a measure, the same
    /// number of octets of a body.
    @Test func `a head that comes octet by octet is not read again for each of them`() throws {
        let fields = String(repeating: "X: y\r\n", count: 190)
        let (head, failure) = try cost(of: "HTTP/1.1 200 OK\r\n\(fields)X: ")
        #expect(failure == .tooLarge)
        let (body, none) = try cost(of: "HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n")
        #expect(none == nil)
        #expect(head < body * 4, "\(head) and \(body)")
    }

    /// What it takes to read an answer that goes on octet by octet, and how that ends.
    private func cost(of beginning: String) throws -> (Duration, ClientError?) {
        let certificate = try Certificate(name: "localhost")
        let tls = try TLSContext(certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
        let port = try serve(tls) { send in
            guard send(Array(beginning.utf8)) else { return }
            while send([0x61]) {}
        }
        let outbound = OutboundClient(
            timeoutSeconds: 60, longestBody: 65_536,
            addresses: OutboundAddresses(permitted: OutboundAddresses.loopback),
            trust: TLSTrust(authorities: certificate.certificateFile))
        let target = OutboundClient.Target(isSecure: true, host: "localhost", port: port, pathAndQuery: "/")
        let before = computed()
        do { _ = try outbound.send(.get, to: target) } catch { return (computed() - before, error) }
        return (computed() - before, nil)
    }

    @Test(arguments: [(7, 10, nil), (8, 10, ClientError.malformed("too many interim answers")), (4, 20_000, .tooLarge)])
    func `interim answers are few, and share one bound`(count: Int, length: Int, failure: ClientError?) throws {
        let interim = "HTTP/1.1 103 Early Hints\r\nX: \(String(repeating: "a", count: length))\r\n\r\n"
        let answer = String(repeating: interim, count: count) + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
        let port = try serve { send in
            // The last piece ends nowhere in particular.
            _ = send(Array(answer.utf8.dropLast(50)))
            usleep(100_000)
            _ = send(Array(answer.utf8.suffix(50)))
            usleep(500_000)
        }
        var (body, found): ([UInt8], ClientError?) = ([], nil)
        do { body = try client.send(.get, "/", to: target(port)).body } catch { found = error }
        #expect(found == failure && body == (failure == nil ? [0x61] : []))
    }
}
