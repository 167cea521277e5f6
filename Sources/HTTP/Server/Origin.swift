/// Where a connection comes from: what is the same for all its requests.
struct Origin {
    /// Nil on a local socket.
    let address: IPAddress?
    let peer: Peer
    let isSecure: Bool
    /// The peer is a proxy whose word about its client is taken.
    let isTrustedProxy: Bool

    init(_ address: IPAddress?, _ service: Service) {
        self.address = address
        peer = address.map { Peer(address: $0.text, isLocalSocket: false) } ?? .localSocket
        isSecure = service.tls != nil
        isTrustedProxy = address.map { service.proxies.trusts($0) } ?? false
    }

    /// Whom connections are counted by. Everybody behind a trusted proxy comes from its address.
    var subscriber: IPAddress? { isTrustedProxy ? nil : address?.subscriber }

    /// The client of one request, and whether it speaks TLS.
    func client(_ headers: Headers, _ proxies: TrustedProxies) -> (peer: Peer, isSecure: Bool) {
        guard isTrustedProxy, let address else { return (peer, isSecure) }
        let client = proxies.client(behind: address, headers)
        return (Peer(address: client.address.text, isLocalSocket: false), isSecure || client.isSecure)
    }
}
