package import Crypto

/// Where to listen.
package enum ListenAddress: Sendable, Hashable {
    /// `host` is an IP address; port 0 lets the system choose.
    case tcp(host: String, port: UInt16)
    /// A Unix-domain socket, made with mode 0600.
    case unix(path: String)

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

/// One address and what is served on it.
package struct Listener: Sendable {
    package let address: ListenAddress
    package let tls: TLSContext?
    package let router: Router
    /// The hosts that it is, in place of the server's.
    package let hosts: [String]?
    package let observer: (any RequestObserver)?

    package init(
        address: ListenAddress, tls: TLSContext? = nil, router: Router, hosts: [String]? = nil,
        observer: (any RequestObserver)? = nil
    ) {
        self.address = address
        self.tls = tls
        self.router = router
        self.hosts = hosts
        self.observer = observer
    }
}

/// What all listeners of a server share.
package struct ServerConfiguration: Sendable {
    /// Event loops; one per core if nil.
    package var threads: Int?
    package var limits = Limits()
    /// Peers whose word about their client is taken (HT-13).
    package var trustedProxies: [IPNetwork] = []
    package var forwardingField = ForwardingField.xForwarded
    /// The hosts this server is: `name`, or `name:port`. Others are answered 421, but on local sockets. Nil: any.
    package var hosts: [String]?
    /// Seconds since the epoch, for `Date`.
    package var now: @Sendable () -> Int64

    package init(now: @escaping @Sendable () -> Int64 = WallClock.seconds) {
        self.now = now
    }
}
