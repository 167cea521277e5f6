import Foundation
import Measuring
import Synchronization
import Testing

/// HT-15: what clients do to their sockets costs the server nothing that stays. The built program is measured from outside,
/// where no other test shares its descriptors and its memory.
@Suite struct `HT-15 A hundred thousand aborted connections` {
    @Test func `leak no descriptor and less than 5 MB`() throws {
        let port = try #require(AbortedSocket.freePort())
        let lanyard = try LanyardProcess(listen: #"{"host": "127.0.0.1", "port": \#(port)}"#)
        let server = try lanyard.serve()
        defer {
            server.terminate()
            server.waitUntilExit()
        }
        let process = ObservedProcess(server.processIdentifier)
        let idle = try process.descriptors()
        // What the server keeps for those who come later is there after the first thousands.
        #expect(Self.abort(5_000, port: port) == 5_000)
        #expect(try process.settles(at: idle))
        let before = try process.residentOctets()
        let clock = ContinuousClock()
        var held: [AbortedSocket] = []
        let time = clock.measure { #expect(Self.abort(100_000, port: port) == 100_000) }
        // Half-closed from this side, and not closed: the server lets go of them by itself.
        for _ in 0..<100 {
            guard let socket = AbortedSocket(port: port, source: 2) else { continue }
            socket.send(Abort.request)
            socket.finishSending()
            held.append(socket)
        }
        #expect(try process.settles(at: idle), "more than the \(idle) descriptors of the start")
        let growth = try process.residentOctets() - before
        #expect(held.count == 100 && (isSanitized || growth < 5_000_000), "\(growth) octets more, after \(time)")
        #expect(server.isRunning)
        let last = try #require(AbortedSocket(port: port, source: 2))
        last.send(Abort.request)
        #expect(last.receive().hasPrefix("HTTP/1.1 200 "))
        #expect(time < .seconds(60), "\(time)")
    }

    /// Opens connections and breaks them off, on threads with an address each. Returns how many were open.
    private static func abort(_ count: Int, port: UInt16) -> Int {
        let opened = Mutex(0), threads = 4
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            for round in 0..<count / threads {
                guard let socket = AbortedSocket(port: port, source: UInt32(2 + thread)) else { continue }
                opened.withLock { $0 += 1 }
                Abort.of(round).apply(to: socket)
            }
        }
        return opened.withLock { $0 }
    }
}

/// How a client breaks off.
private enum Abort: CaseIterable {
    case afterConnecting, withinHead, withinBody, halfClosed, withAnswerOnItsWay, halfClosedWithAnswerOnItsWay

    static let request = "GET /.well-known/smart-configuration HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"
    private static let manyRequests = String(repeating: request, count: 1_500)
    private static let form = """
        POST /token HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/x-www-form-urlencoded\r
        Content-Length: 100\r\n\r\ngrant_type=
        """

    static func of(_ round: Int) -> Abort { allCases[round % allCases.count] }

    func apply(to socket: AbortedSocket) {
        switch self {
        case .afterConnecting: break
        case .withinHead: socket.send("GET / HTTP/1.1\r\nHost: 127.0")
        case .withinBody: socket.send(Self.form)
        case .halfClosed: socket.finishSending()
        case .withAnswerOnItsWay: socket.send(Self.request)
        case .halfClosedWithAnswerOnItsWay:
            // Now and then so much that the server waits for us to take it.
            if socket.number % 200 == 0 { socket.send(Self.manyRequests) } else { socket.send(Self.request) }
            socket.finishSending()
        }
        socket.abort()
    }
}

/// A connection over loopback that ends badly.
private final class AbortedSocket {
    private static let made = Atomic(0)
    private let descriptor: Int32
    let number: Int

    /// `source`: the last octet of the address in 127.0.0.0/8 that it comes from. Nil if the server was not reached.
    init?(port: UInt16, source: UInt32) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        number = Self.made.add(1, ordering: .relaxed).newValue
        guard unsafe Self.call(bind, descriptor, 0x7F00_0000 + source, 0) == 0,
            unsafe Self.call(connect, descriptor, 0x7F00_0001, port) == 0
        else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }

    static func freePort() -> UInt16? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        guard unsafe call(bind, descriptor, 0x7F00_0001, 0) == 0 else { return nil }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        return status == 0 ? UInt16(bigEndian: address.sin_port) : nil
    }

    func send(_ text: String) {
        var text = text
        _ = text.withUTF8 { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closing will be a reset instead of a goodbye.
    func abort() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    func receive() -> String {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe recv(descriptor, &buffer, 4_096, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ descriptor: Int32, _ host: UInt32,
        _ port: UInt16
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = host.bigEndian
        address.sin_port = port.bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// What proc(5) tells of another process.
private struct ObservedProcess {
    private let folder: String

    init(_ identifier: Int32) { folder = "/proc/\(identifier)" }

    /// Without those of the database: its readers open theirs when they are first needed.
    func descriptors() throws -> Int {
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: folder + "/fd").count { name in
            // One that has been closed meanwhile is none.
            guard let target = try? files.destinationOfSymbolicLink(atPath: folder + "/fd/" + name) else {
                return false
            }
            return !target.contains(".sqlite")
        }
    }

    /// Anonymous memory only: pages of files come and go with what else the machine does.
    func residentOctets() throws -> Int {
        let status = try String(contentsOfFile: folder + "/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) * 1024
    }

    func settles(at count: Int) throws -> Bool {
        for _ in 0..<200 {
            if try descriptors() == count { return true }
            usleep(50_000)
        }
        return false
    }
}
