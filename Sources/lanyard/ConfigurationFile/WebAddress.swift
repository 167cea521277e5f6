/// The two things that the rules of the configuration ask of a URL whose grammar has been checked already.
struct WebAddress: Sendable, Equatable {
    let isHTTPS: Bool
    /// Without port; an IPv6 address without its brackets.
    let host: String

    init?(_ text: String) {
        let schemes = ["https://", "http://"]
        guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0) }) else { return nil }
        isHTTPS = scheme == "https://"
        let authority = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        if authority.hasPrefix("[") {
            host = String(authority.dropFirst().prefix { $0 != "]" })
        } else {
            host = String(authority.prefix { $0 != ":" })
        }
    }

    /// https anywhere, http only where it never leaves the machine.
    var isProtected: Bool { isHTTPS || LoopbackHost.contains(host) }
}
