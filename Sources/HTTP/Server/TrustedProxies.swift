/// The field in which trusted proxies say whom they speak for. One is chosen by the operator, and the other ignored:
/// a proxy overwrites the field it knows and passes the other on, as the client wrote it (HT-13).
package enum ForwardingField: Sendable {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`.
    case xForwarded
    /// `Forwarded`, RFC 7239.
    case forwarded
}

/// Finds who is at the other end, past the proxies that are trusted (HT-13).
struct TrustedProxies: Sendable {
    /// What a request says about its client.
    struct Client: Equatable {
        let address: IPAddress
        let isSecure: Bool
    }

    /// One hop as a proxy wrote it: the address it saw, and the scheme it was spoken to with.
    private struct Hop {
        let address: IPAddress?
        let isSecure: Bool
    }

    /// More hops than any honest chain; the ones to the left of them are not looked at.
    private static var mostHops: Int { 16 }

    let networks: [IPNetwork]
    let field: ForwardingField

    func trusts(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// Goes through the hops from the right, the only end a client cannot write to, while they are trusted. The first
    /// that is not is the client; so is the last that could be read.
    func client(behind proxy: IPAddress, _ headers: Headers) -> Client {
        var client = Client(address: proxy, isSecure: false)
        for hop in hops(headers).reversed().prefix(Self.mostHops) {
            guard trusts(client.address) else { break }
            guard let address = hop.address else { return Client(address: client.address, isSecure: hop.isSecure) }
            client = Client(address: address, isSecure: hop.isSecure)
        }
        return client
    }

    private func hops(_ headers: Headers) -> [Hop] {
        switch field {
        case .forwarded:
            headers.values("forwarded").flatMap { ForwardedElement.parse($0) }.map { element in
                Hop(address: element.address, isSecure: element.proto == "https")
            }
        case .xForwarded: xForwardedHops(headers)
        }
    }

    /// `X-Forwarded-Proto` has one value, of the nearest hop, or one for each hop of `X-Forwarded-For`.
    private func xForwardedHops(_ headers: Headers) -> [Hop] {
        let addresses = Self.list(headers.values("x-forwarded-for"))
        let schemes = Self.list(headers.values("x-forwarded-proto")).map { $0.lowercased() == "https" }
        if addresses.isEmpty { return [Hop(address: nil, isSecure: schemes.last ?? false)] }
        return addresses.enumerated().map { index, text in
            let isSecure = schemes.count == addresses.count ? schemes[index] : schemes.last ?? false
            return Hop(address: ForwardedElement.address(text), isSecure: isSecure)
        }
    }

    private static func list(_ values: [String]) -> [String] {
        values.flatMap { $0.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) }
            .map { part in
                let blank: Set<UInt8> = [0x20, 0x09]
                let start = part.drop { blank.contains($0) }
                let end = start.reversed().drop { blank.contains($0) }
                return String(decoding: end.reversed(), as: UTF8.self)
            }
    }
}
