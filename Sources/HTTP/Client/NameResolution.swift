import CLinux
import Glibc

/// Looks names up by the system's resolver. It blocks, for as long as the resolver's own settings say.
enum NameResolution {
    /// The addresses of a host, in the order to try them. Empty if there are none.
    static func addresses(of host: String) -> [IPAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(LANYARD_STREAM) & 0xF
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe address(entry.pointee), !found.contains(address) { found.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }

    private static func address(_ entry: addrinfo) -> IPAddress? {
        guard let source = unsafe entry.ai_addr else { return nil }
        var storage = sockaddr_storage()
        unsafe withUnsafeMutableBytes(of: &storage) { target in
            let count = unsafe min(Int(entry.ai_addrlen), target.count)
            unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: source, count: count))
        }
        return SocketAddress.peer(storage)
    }
}
