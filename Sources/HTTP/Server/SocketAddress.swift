import CLinux
import Glibc

/// The C form of addresses, and calls that take it.
enum SocketAddress {
    /// Calls `body` with the C form; nil if the address is not one.
    static func withPointer<T>(
        _ address: ListenAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
    ) -> T? {
        switch address {
        case .tcp(let host, let port): unsafe withInternet(host, port, body)
        case .unix(let path): unsafe withUnix(path, body)
        }
    }

    /// The protocol family to make a socket for.
    static func family(_ address: ListenAddress) -> Int32 {
        switch address {
        case .tcp(let host, _): host.utf8.contains(UInt8(ascii: ":")) ? AF_INET6 : AF_INET
        case .unix: AF_UNIX
        }
    }

    /// The address of an accepted connection; nil if it is a local one.
    static func peer(_ storage: sockaddr_storage) -> IPAddress? {
        switch Int32(storage.ss_family) {
        case AF_INET:
            let address = unsafe unsafeBitCast(prefix(storage), to: sockaddr_in.self)
            return IPAddress(version4: UInt32(bigEndian: address.sin_addr.s_addr))
        case AF_INET6:
            return unsafe withUnsafeBytes(of: storage) { octets in
                let address = unsafe octets.loadUnaligned(as: sockaddr_in6.self)
                return IPAddress(version6: IPAddress.bits(address.sin6_addr))
            }
        default: return nil
        }
    }

    private static func prefix(_ storage: sockaddr_storage) -> sockaddr {
        unsafe withUnsafeBytes(of: storage) { unsafe $0.loadUnaligned(as: sockaddr.self) }
    }

    private static func withInternet<T>(
        _ host: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
    ) -> T? {
        var version4 = sockaddr_in()
        var version6 = sockaddr_in6()
        if unsafe inet_pton(AF_INET, host, &version4.sin_addr) == 1 {
            version4.sin_family = sa_family_t(AF_INET)
            version4.sin_port = port.bigEndian
            return unsafe withSockaddr(version4, body)
        }
        guard unsafe inet_pton(AF_INET6, host, &version6.sin6_addr) == 1 else { return nil }
        version6.sin6_family = sa_family_t(AF_INET6)
        version6.sin6_port = port.bigEndian
        return unsafe withSockaddr(version6, body)
    }

    private static func withUnix<T>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T? {
        var address = sockaddr_un()
        let octets = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !octets.isEmpty, octets.count < room, !octets.contains(0) else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: octets) }
        return unsafe withSockaddr(address, body)
    }

    private static func withSockaddr<A, T>(_ address: A, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<A>.size))
            }
        }
    }
}
