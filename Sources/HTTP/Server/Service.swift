import Crypto

/// What is served on one listening address, and by which rules.
struct Service: Sendable {
    let router: Router
    let tls: TLSContext?
    let isLocalSocket: Bool
    let proxies: TrustedProxies
    let limits: Limits
    let observer: (any RequestObserver)?
    private let hosts: [String]?

    init(_ listener: Listener, _ configuration: ServerConfiguration) {
        router = listener.router
        tls = listener.tls
        observer = listener.observer
        if case .unix = listener.address { isLocalSocket = true } else { isLocalSocket = false }
        proxies = TrustedProxies(networks: configuration.trustedProxies, field: configuration.forwardingField)
        limits = configuration.limits
        hosts = isLocalSocket ? nil : (listener.hosts ?? configuration.hosts)?.map { $0.lowercased() }
    }

    /// Whether requests for that authority are meant for this server (HT-02). A host given without a port is meant on
    /// every port.
    func serves(_ authority: String) -> Bool {
        guard let hosts else { return true }
        let asked = authority.utf8.span
        return hosts.contains { host in
            let host = host.utf8.span
            guard asked.count >= host.count else { return false }
            for index in host.indices where asked[index].lowercased != host[index] { return false }
            return asked.count == host.count || asked[host.count] == UInt8(ascii: ":")
        }
    }
}
