import CLinux
import Glibc
import Synchronization
import Testing
import Threads

@testable import HTTP

/// HT-06, HT-15: connections are counted, and come back.
@Suite struct `HT-06 Connections` {
    @Test func `over the limit of the server a connection is answered 503 and closed`() throws {
        let server = try TestServer { $0.limits.connections = 2 }
        let first = try server.connect()
        first.send(get("/"))
        #expect(first.response()?.status == 200)
        let second = try server.connect()
        second.send(get("/"))
        #expect(second.response()?.status == 200)
        let third = try server.connect()
        let answer = third.rest()
        #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("Retry-After"))
        #expect(server.events.contains(.tooManyConnections(peer: Peer(address: "127.0.0.1", isLocalSocket: false))))
        first.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(first.response()?.status == 200 && first.isClosedByServer())
        #expect(eventually { (try? server.answer(get("/")))??.status == 200 })
    }

    @Test func `a limit that is changed holds for who comes next, and whoever is there stays`() throws {
        let server = try TestServer { $0.limits.connections = 1 }
        let first = try server.connect()
        first.send(get("/"))
        #expect(first.response()?.status == 200)
        #expect(try server.connect().rest().hasPrefix("HTTP/1.1 503 "))
        var limits = Limits()
        limits.connections = 2
        server.server.changeConnectionLimits(to: limits)
        let second = try server.connect()
        second.send(get("/"))
        #expect(second.response()?.status == 200)
        limits.connections = 1
        server.server.changeConnectionLimits(to: limits)
        #expect(try server.connect().rest().hasPrefix("HTTP/1.1 503 "))
        first.send(get("/"))
        #expect(first.response()?.status == 200)
    }

    @Test func `an address has a limit of its own, trusted proxies have not`() throws {
        let server = try TestServer { $0.limits.connectionsPerAddress = 1 }
        let first = try server.connect()
        first.send(get("/"))
        #expect(first.response()?.status == 200)
        #expect(try server.connect().rest().hasPrefix("HTTP/1.1 503 "))
        let proxied = try TestServer {
            $0.limits.connectionsPerAddress = 1
            $0.trustedProxies = [IPNetwork("127.0.0.1")].compactMap { $0 }
        }
        let one = try proxied.connect()
        one.send(get("/"))
        #expect(one.response()?.status == 200)
        #expect(try proxied.answer(get("/"))?.status == 200)
    }

    @Test func `addresses are counted apart, IPv6 by their /64`() throws {
        var limits = Limits()
        limits.connectionsPerAddress = 1
        let caps = ConnectionCaps(limits: limits)
        func subscriber(_ text: String) throws -> IPAddress { try #require(IPAddress(text)).subscriber }
        #expect(caps.admit(try subscriber("10.0.0.1")))
        #expect(!caps.admit(try subscriber("10.0.0.1")))
        #expect(!caps.admit(try subscriber("::ffff:10.0.0.1")))
        #expect(caps.admit(try subscriber("10.0.0.2")))
        #expect(caps.admit(try subscriber("2001:db8::1")))
        #expect(!caps.admit(try subscriber("2001:db8::2")))
        #expect(caps.admit(try subscriber("2001:db8:0:1::1")))
        caps.release(try subscriber("10.0.0.1"))
        #expect(caps.admit(try subscriber("10.0.0.1")))
        #expect(caps.open == 4)
    }

    /// Without the reserve descriptor the waiting connection would keep the level-triggered listener ready for ever.
    @Test func `without descriptors the loop sheds what waits and goes on`() throws {
        let loop = try EventLoop()
        let socket = try ListeningSocket.open(.tcp(host: "127.0.0.1", port: 0), shared: false)
        let router = try Router(TestServer.routes) { _, _ in .text(500, "") }
        let service = Service(Listener(address: socket.address, router: router), ServerConfiguration())
        let (events, ended) = (TestServer.Events(), Signal())
        let counted = Counter()
        _ = Thread.start(named: "starved") {
            let starved = Acceptor { listening, storage in
                let call = counted.increment()
                if call <= 4, call % 2 == 1 { return (-1, EMFILE) }
                return Acceptor.systemAccept(listening, &storage)
            }
            let context = LoopContext(loop: loop, configuration: ServerConfiguration(), log: { events.append($0) })
            let listening = [LoopThread.Listening(socket: socket, service: service)]
            LoopThread(
                context: context, listening: listening, caps: ConnectionCaps(limits: Limits()), acceptor: starved
            )
            .run()
            ended.raise()
        }
        let first = try RawConnection(socket.address)
        #expect(first.isClosedByServer())
        #expect(events.all.contains(.outOfDescriptors))
        #expect(
            eventually {
                guard let connection = try? RawConnection(socket.address) else { return false }
                connection.send(get("/"))
                return connection.response()?.status == 200
            })
        #expect(counted.value < 50)
        loop.stop(by: 0)
        ended.wait()
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        func increment() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
        var value: Int { count.withLock { $0 } }
    }
}

/// HT-15: what clients do to their sockets costs nothing.
@Suite struct `HT-15 Aborted connections` {
    @Test func `1000 aborted connections leak no descriptor`() throws {
        let server = try TestServer()
        for round in 0..<1_000 {
            let connection = try server.connect()
            switch round % 4 {
            case 0: connection.send(get("/"))
            case 1: connection.send("GET / HT")
            case 2: connection.send(get("/later"))
            default: connection.send(post("Content-Length: 10", "abc"))
            }
            if round % 3 != 0 { connection.abort() }
        }
        #expect(eventually { Self.sockets(of: server) == 1 }, "\(Self.sockets(of: server)) sockets are left")
        #expect(try server.answer(get("/"))?.status == 200)
    }

    @Test func `a client that has sent all still gets its answers`() throws {
        let server = try TestServer()
        let connection = try server.connect()
        connection.send(get("/") + get("/later") + get("/"))
        connection.finishSending()
        #expect(connection.rest().components("HTTP/1.1 200 ") == 3)
        #expect(connection.isClosed)
    }

    /// The sockets this process has on the server's port, the listener among them (proc(5): /proc/net/tcp).
    private static func sockets(of server: TestServer) -> Int {
        let port = server.server.boundPorts[0]
        let wanted = ":" + String(port, radix: 16, uppercase: true).leftPadded(to: 4)
        let lines = contents("/proc/self/net/tcp").split(separator: "\n").dropFirst()
        return lines.count { line in
            let columns = line.split(separator: " ")
            return columns.count > 9 && columns[1].hasSuffix(wanted) && columns[9] != "0"
        }
    }

    private static func contents(_ path: String) -> String {
        let file = unsafe open(path, O_RDONLY)
        defer { close(file) }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(file, &buffer, 65_536)
            guard count > 0 else { return String(decoding: octets, as: UTF8.self) }
            octets += buffer.prefix(count)
        }
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: "0", count: max(0, width - count)) + self
    }
}
