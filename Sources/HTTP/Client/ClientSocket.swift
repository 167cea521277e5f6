import CLinux
import Glibc

/// A connection to a server, each of whose calls ends by one common deadline.
struct ClientSocket: ~Copyable {
    private let descriptor: Int32
    private let deadline: Int64

    deinit { close(descriptor) }

    private init(descriptor: Int32, deadline: Int64) {
        self.descriptor = descriptor
        self.deadline = deadline
    }

    /// `deadline` is in monotonic milliseconds.
    static func connect(_ address: ListenAddress, deadline: Int64) throws(ClientError) -> ClientSocket {
        let descriptor = socket(SocketAddress.family(address), Int32(LANYARD_STREAM), 0)
        guard descriptor >= 0 else { throw .unreachable(code: errno) }
        let client = ClientSocket(descriptor: descriptor, deadline: deadline)
        try client.connect(address)
        return client
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

    /// Appends what comes next. False at the end.
    func receive(into octets: inout [UInt8]) throws(ClientError) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let room = buffer.count
            let count = unsafe recv(descriptor, &buffer, room, 0)
            if count > 0 {
                octets.append(contentsOf: buffer[0..<count])
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

    private func finishConnecting() throws(ClientError) {
        try wait(Int16(POLLOUT))
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else { throw .unreachable(code: code) }
    }

    private func wait(_ events: Int16) throws(ClientError) {
        let remaining = deadline &- MonotonicClock.milliseconds()
        guard remaining > 0 else { throw .timedOut }
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        let count = unsafe poll(&entry, 1, Int32(clamping: remaining))
        if count == 0 { throw .timedOut }
        if count < 0, errno != EINTR { throw .unreachable(code: errno) }
    }
}
