/// A range of addresses, written `10.0.0.0/8` or `2001:db8::/32`; without a length it is one address.
package struct IPNetwork: Sendable, Hashable {
    private let address: IPAddress
    private let mask: UInt128

    /// Nil unless address and length are well formed and no bit is set behind the prefix: `10.1.0.0/8` is a slip, and
    /// a slip in a trust list is not guessed at.
    package init?(_ cidr: String) {
        let parts = cidr.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        let writtenAsVersion6 = parts[0].utf8.contains(UInt8(ascii: ":"))
        let writtenWidth = writtenAsVersion6 ? 128 : 32
        var length = writtenWidth
        if parts.count == 2 {
            guard let parsed = Self.length(parts[1]), parsed <= writtenWidth else { return nil }
            length = parsed
        }
        if address.isVersion4, writtenAsVersion6 {
            guard length >= 96 else { return nil }
            length -= 96
        }
        let width = address.isVersion4 ? 32 : 128
        let all = address.isVersion4 ? UInt128(UInt32.max) : UInt128.max
        mask = length == 0 ? 0 : (all >> UInt128(width - length)) << UInt128(width - length)
        guard address.bits & ~mask == 0 else { return nil }
        self.address = address
    }

    /// Digits alone, no leading zero.
    private static func length(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit) else { return nil }
        guard text == "0" || text.utf8.first != UInt8(ascii: "0") else { return nil }
        return Int(text)
    }

    /// Whether the address, given as text, lies in the network. What is not an address lies in none.
    package func contains(_ address: String) -> Bool {
        IPAddress(address).map { contains($0) } ?? false
    }

    func contains(_ other: IPAddress) -> Bool {
        other.isVersion4 == address.isVersion4 && other.bits & mask == address.bits
    }
}
