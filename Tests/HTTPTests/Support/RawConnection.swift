import CLinux
import Glibc

@testable import HTTP

/// A client that sends exactly the octets it is told to and shows exactly those that come back.
final class RawConnection {
    private let descriptor: Int32
    private(set) var isClosed = false
    private var waiting: [UInt8] = []

    init(_ address: ListenAddress, timeoutMilliseconds: Int = 5_000) throws {
        let descriptor = socket(SocketAddress.family(address), Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var timeout = timeval(tv_sec: timeoutMilliseconds / 1_000, tv_usec: timeoutMilliseconds % 1_000 * 1_000)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let status = unsafe SocketAddress.withPointer(address) { unsafe connect(descriptor, $0, $1) }
        guard status == 0 else { throw Failure(description: "connect: errno \(errno)") }
        var on: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    struct Failure: Error, CustomStringConvertible { let description: String }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ octets: [UInt8]) -> Bool {
        var position = 0
        while position < octets.count {
            let count = unsafe octets.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    descriptor, bytes.baseAddress?.advanced(by: position), bytes.count - position,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            position += count
        }
        return true
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes with a reset instead of a goodbye.
    func abort() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    /// Limits how much the kernel takes for us before the sender must wait.
    func shrinkReceiveBuffer() {
        var size: Int32 = 4_096
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The next answer, its head and body; nil if none came in time.
    func response(toHead: Bool = false) -> ClientResponse? {
        while true {
            if let head = try? ResponseHead(waiting.span, toHead: toHead) {
                let length = if case .length(let length) = head.framing { length } else { 0 }
                if waiting.count >= head.end + length {
                    let body = Array(waiting[head.end..<(head.end + length)])
                    waiting.removeFirst(head.end + length)
                    return ClientResponse(status: head.status, headers: head.headers, body: body)
                }
            }
            guard receive() else { return nil }
        }
    }

    /// Everything until the server closes.
    func rest() -> String {
        while receive() {}
        defer { waiting = [] }
        return String(decoding: waiting, as: UTF8.self)
    }

    /// Whether the server closes, after whatever it still sends.
    func isClosedByServer() -> Bool {
        while receive() {}
        return isClosed
    }

    /// Takes what comes next. False at the end, or if nothing came in time.
    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &buffer, 65_536, 0)
        if count > 0 { waiting += buffer.prefix(count) }
        if count == 0 || count < 0 && errno != EAGAIN && errno != EINTR { isClosed = true }
        return count > 0
    }
}
