import CLinux
import Glibc

/// Takes connections from a listening socket.
struct Acceptor {
    enum Outcome {
        case connection(descriptor: Int32, address: IPAddress?)
        /// Nobody waits any more.
        case none
        /// The process or the system has no descriptor or no memory left.
        case exhausted
    }

    /// As `accept4(2)`: the descriptor, or -1 with `errno` as the second value.
    typealias Accept = (Int32, inout sockaddr_storage) -> (descriptor: Int32, code: Int32)

    private let accept: Accept

    init(accept: @escaping Accept = Acceptor.systemAccept) {
        self.accept = accept
    }

    func next(_ listening: Int32) -> Outcome {
        var storage = sockaddr_storage()
        while true {
            let (descriptor, code) = accept(listening, &storage)
            if descriptor >= 0 { return .connection(descriptor: descriptor, address: SocketAddress.peer(storage)) }
            switch code {
            case EAGAIN: return .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
            // EINTR, ECONNABORTED, and errors of the connection itself (accept(2)): the next one may be sound.
            case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH:
                continue
            default: return .exhausted
            }
        }
    }

    static func systemAccept(
        _ listening: Int32, _ storage: inout sockaddr_storage
    ) -> (descriptor: Int32, code: Int32) {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let descriptor = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe accept4(listening, $0, &length, Int32(LANYARD_ACCEPT))
            }
        }
        return (descriptor, descriptor < 0 ? errno : 0)
    }
}
