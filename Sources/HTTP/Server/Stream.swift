import CLinux
import Crypto
import Glibc

/// The octets of one connection, with TLS or without. Owns the descriptor, and closes it when nobody holds the stream.
final class Stream {
    typealias Transfer = TLSSession.Transfer

    let descriptor: Int32
    let tls: TLSSession?

    deinit { close(descriptor) }

    init(descriptor: Int32, tls: TLSSession?) {
        self.descriptor = descriptor
        self.tls = tls
    }

    /// Whether there are octets that epoll does not know of.
    var hasPending: Bool { tls?.hasPending ?? false }

    /// Fills `buffer` from its start. One call, one system call.
    func read(into buffer: inout [UInt8]) -> Transfer {
        if let tls { return tls.read(into: &buffer) }
        return readSocket(into: &buffer)
    }

    /// Octets as they come from the socket, for those that will not be understood any more.
    func readSocket(into buffer: inout [UInt8]) -> Transfer {
        while true {
            let room = buffer.count
            let count = unsafe recv(descriptor, &buffer, room, 0)
            if count > 0 { return .octets(count) }
            if count == 0 { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wantsRead
            default: return .failed
            }
        }
    }

    /// Sends the octets from `start` on, or some of them.
    func write(_ octets: [UInt8], from start: Int) -> Transfer {
        if let tls { return tls.write(octets, from: start) }
        while true {
            let count = unsafe octets.withUnsafeBytes { bytes -> Int in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
                return unsafe send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return .octets(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wantsWrite
            default: return .failed
            }
        }
    }

    /// Tells the peer that nothing more will come.
    func finishWriting() {
        tls?.close()
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes closing drop what the peer would not read, instead of keeping it in the kernel.
    func abandonOutput() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }
}
