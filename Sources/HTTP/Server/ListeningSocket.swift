import CLinux
import Glibc

/// A socket that takes connections. Closed, and a Unix socket's file removed, when nobody holds it any more.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    /// Where it listens; with the port the system chose, if it did.
    let address: ListenAddress

    private init(descriptor: Int32, address: ListenAddress) {
        self.descriptor = descriptor
        self.address = address
    }

    deinit {
        close(descriptor)
        if case .unix(let path) = address { unsafe unlink(path) }
    }

    /// Listens. With `shared`, several sockets may have one port: the kernel spreads connections over them.
    static func open(_ address: ListenAddress, shared: Bool) throws(ServerError) -> ListeningSocket {
        if case .unix(let path) = address { try removeStaleSocket(path) }
        let descriptor = socket(SocketAddress.family(address), Int32(LANYARD_STREAM), 0)
        guard descriptor >= 0 else { throw ServerError.system(call: "socket", code: errno) }
        do throws(ServerError) {
            if case .tcp = address { setOptions(descriptor, shared: shared) }
            try bind(descriptor, address)
            // A connection is possible only after listen(2): the mode is right before anyone can come.
            if case .unix(let path) = address, unsafe chmod(path, 0o600) != 0 {
                throw ServerError.system(call: "chmod", code: errno)
            }
            guard listen(descriptor, SOMAXCONN) == 0 else { throw ServerError.system(call: "listen", code: errno) }
            return ListeningSocket(descriptor: descriptor, address: try boundAddress(descriptor, address))
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Fails if someone has the port already. `SO_REUSEPORT` would let a second server of the same user share it.
    static func requireFree(_ address: ListenAddress) throws(ServerError) {
        guard case .tcp(_, let port) = address, port != 0 else { return }
        _ = try open(address, shared: false)
    }

    private static func setOptions(_ descriptor: Int32, shared: Bool) {
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
        if shared { unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, size) }
        // Accepted sockets inherit it: an answer is one write and need not wait for another.
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
    }

    private static func bind(_ descriptor: Int32, _ address: ListenAddress) throws(ServerError) {
        let code = unsafe SocketAddress.withPointer(address) { pointer, length in
            unsafe Glibc.bind(descriptor, pointer, length) == 0 ? 0 : errno
        }
        switch code {
        case 0: return
        case nil: throw .badAddress(address.description)
        case EADDRINUSE: throw .addressInUse(address.description)
        case EADDRNOTAVAIL, EINVAL: throw .badAddress(address.description)
        case .some(let code): throw .system(call: "bind", code: code)
        }
    }

    private static func boundAddress(
        _ descriptor: Int32, _ address: ListenAddress
    ) throws(ServerError) -> ListenAddress {
        guard case .tcp(let host, 0) = address else { return address }
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let status = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard status == 0 else { throw .system(call: "getsockname", code: errno) }
        // The port lies at the same place in IPv4 and IPv6 addresses.
        return .tcp(host: host, port: UInt16(bigEndian: storage.sin6_port))
    }

    /// A socket file nobody listens on was left by a process that was killed. One that answers is in use, and a file
    /// that is no socket is not ours to remove.
    private static func removeStaleSocket(_ path: String) throws(ServerError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .addressInUse("unix:\(path)") }
        let probe = socket(AF_UNIX, Int32(LANYARD_STREAM), 0)
        guard probe >= 0 else { throw .system(call: "socket", code: errno) }
        defer { close(probe) }
        let refused = unsafe SocketAddress.withPointer(.unix(path: path)) { pointer, length in
            unsafe connect(probe, pointer, length) != 0 && errno == ECONNREFUSED
        }
        guard refused == true else { throw .addressInUse("unix:\(path)") }
        unsafe unlink(path)
    }
}
