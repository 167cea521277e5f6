/// Who sent a request: the address after trusted proxies were believed, or the local socket.
package struct Peer: Sendable, Hashable {
    /// The IP address as text, or `unix`.
    package let address: String
    /// Came over a Unix-domain socket, whose file mode has decided who may.
    package let isLocalSocket: Bool

    package init(address: String, isLocalSocket: Bool) {
        self.address = address
        self.isLocalSocket = isLocalSocket
    }

    /// What one subscriber is given: an IPv4 address, or an IPv6 /64, in which every guess could come from another address.
    package var subscriber: String {
        guard address.utf8.contains(UInt8(ascii: ":")) else { return address }
        return IPAddress(address)?.subscriber.text ?? address
    }

    package static var localSocket: Peer { Peer(address: "unix", isLocalSocket: true) }
}
