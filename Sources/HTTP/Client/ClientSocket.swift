import CLinux
import Crypto
import Glibc

/// A connection to a server, plain or with TLS, each of whose calls ends by one common deadline.
struct ClientSocket: ~Copyable {
    private let descriptor: Int32
    private let deadline: Int64
    private var tls: TLSSession?
    /// Kept from one call to the next: octets may come one by one.
    private var buffer = [UInt8](repeating: 0, count: 16_384)

    /// The TLS that a connection must speak: whom to believe, and whom the certificate must name.
    struct Security: Sendable {
        let trust: TLSTrust
        let host: String
    }

    deinit { close(descriptor) }

    private init(descriptor: Int32, deadline: Int64) {
        self.descriptor = descriptor
        self.deadline = deadline
    }

    /// `deadline` is in monotonic milliseconds.
    static func connect(
        _ address: ListenAddress, security: Security? = nil, deadline: Int64
    ) throws(ClientError) -> ClientSocket {
        let descriptor = socket(SocketAddress.family(address), Int32(LANYARD_STREAM), 0)
        guard descriptor >= 0 else { throw .unreachable(code: errno) }
        var client = ClientSocket(descriptor: descriptor, deadline: deadline)
        try client.connect(address)
        if let security { try client.secure(security) }
        return client
    }

    private mutating func secure(_ security: Security) throws(ClientError) {
        let isAddress = IPAddress(security.host) != nil
        guard
            let session = try? security.trust.session(on: descriptor, with: security.host, isAddress: isAddress)
        else { throw .notTrusted }
        while true {
            switch session.handshake() {
            case .octets:
                tls = session
                return
            case .wantsRead: try wait(Int16(POLLIN))
            case .wantsWrite: try wait(Int16(POLLOUT))
            case .ended, .failed: throw .notTrusted
            }
        }
    }

    private func connect(_ address: ListenAddress) throws(ClientError) {
        let code = unsafe SocketAddress.withPointer(address) { pointer, length in
            unsafe Glibc.connect(descriptor, pointer, length) == 0 ? 0 : errno
        }
        switch code {
        case 0: break
        case nil: throw .badTarget
        case EINPROGRESS: try finishConnecting()
        case .some(let code): throw .unreachable(code: code)
        }
    }

    func send(_ octets: [UInt8]) throws(ClientError) {
        if let tls { return try send(octets, tls) }
        var position = 0
        while position < octets.count {
            let count = unsafe octets.withUnsafeBytes { bytes -> Int in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[position...])
                return unsafe Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                position += count
            } else if errno == EAGAIN {
                try wait(Int16(POLLOUT))
            } else if errno == EPIPE || errno == ECONNRESET {
                // The server may have answered without reading all of it: the answer is worth reading.
                return
            } else if errno != EINTR {
                throw .unreachable(code: errno)
            }
        }
    }

    /// Appends what comes next. False at the end. The deadline is looked at each time, for who always has more to send never
    /// makes this side wait.
    mutating func receive(into octets: inout [UInt8]) throws(ClientError) -> Bool {
        guard remaining > 0 else { throw .timedOut }
        if let tls { return try receive(into: &octets, tls) }
        while true {
            let room = buffer.count
            let count = unsafe recv(descriptor, &buffer, room, 0)
            if count > 0 {
                octets.append(contentsOf: buffer.prefix(count))
                return true
            }
            if count == 0 || errno == ECONNRESET { return false }
            if errno == EAGAIN {
                try wait(Int16(POLLIN))
            } else if errno != EINTR {
                throw .unreachable(code: errno)
            }
        }
    }

    private func send(_ octets: [UInt8], _ tls: TLSSession) throws(ClientError) {
        var position = 0
        while position < octets.count {
            switch tls.write(octets, from: position) {
            case .octets(let count): position += count
            case .wantsRead: try wait(Int16(POLLIN))
            case .wantsWrite: try wait(Int16(POLLOUT))
            // As above: the answer may be there already.
            case .ended, .failed: return
            }
        }
    }

    private mutating func receive(into octets: inout [UInt8], _ tls: TLSSession) throws(ClientError) -> Bool {
        while true {
            switch tls.read(into: &buffer) {
            case .octets(let count):
                octets.append(contentsOf: buffer.prefix(count))
                return true
            case .wantsRead: try wait(Int16(POLLIN))
            case .wantsWrite: try wait(Int16(POLLOUT))
            case .ended: return false
            // Cut off without a goodbye: what an attacker on the way can do to shorten an answer.
            case .failed: throw .closedEarly
            }
        }
    }

    private func finishConnecting() throws(ClientError) {
        try wait(Int16(POLLOUT))
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else { throw .unreachable(code: code) }
    }

    private var remaining: Int64 { deadline &- MonotonicClock.milliseconds() }

    private func wait(_ events: Int16) throws(ClientError) {
        let remaining = remaining
        guard remaining > 0 else { throw .timedOut }
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        let count = unsafe poll(&entry, 1, Int32(clamping: remaining))
        if count == 0 { throw .timedOut }
        if count < 0, errno != EINTR { throw .unreachable(code: errno) }
    }
}
