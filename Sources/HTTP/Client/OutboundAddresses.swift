/// Which addresses this program calls when somebody else chose the name (TK-19): public ones, and beside them only the
/// networks that the operator named. Asked after the name was resolved and before the connection is made to that very
/// address, so that a name that changes its mind in between gains nothing.
package struct OutboundAddresses: Sendable {
    private let permitted: [IPNetwork]

    package init(permitted: [IPNetwork] = []) {
        self.permitted = permitted
    }

    /// The machine itself: for development.
    package static let loopback = ["127.0.0.0/8", "::1/128"].compactMap(IPNetwork.init)

    func permits(_ address: IPAddress) -> Bool {
        if permitted.contains(where: { $0.contains(address) }) { return true }
        return !Self.special.contains { $0.contains(address) }
    }

    /// The special-purpose registries of IANA (RFC 6890): this host, private networks, carrier NAT, loopback, link-local
    /// (where clouds keep their metadata), protocol assignments, documentation, benchmarking, multicast, reserved; in IPv6
    /// also what only wraps an IPv4 address.
    private static let special = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
        "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ].compactMap(IPNetwork.init)
}
