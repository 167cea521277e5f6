import CLinux
import Glibc

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address is the IPv4 address it maps: a rule for one holds for both.
struct IPAddress: Sendable, Hashable {
    let isVersion4: Bool
    /// The address as a number: 32 bits, or 128.
    let bits: UInt128

    private init(isVersion4: Bool, bits: UInt128) {
        self.isVersion4 = isVersion4
        self.bits = bits
    }

    init(version4 bits: UInt32) {
        self.init(isVersion4: true, bits: UInt128(bits))
    }

    init(version6 bits: UInt128) {
        let isMapped = bits &>> 32 == 0xffff
        self.init(isVersion4: isMapped, bits: isMapped ? bits & 0xffff_ffff : bits)
    }

    /// Reads the usual text forms: dotted decimal with four parts, and RFC 4291 §2.2. No port, no zone.
    init?(_ text: String) {
        // inet_pton(3) would stop at a NUL and take what is before it.
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var version4 = in_addr()
        var version6 = in6_addr()
        if unsafe inet_pton(AF_INET, text, &version4) == 1 {
            self.init(version4: UInt32(bigEndian: version4.s_addr))
        } else if unsafe inet_pton(AF_INET6, text, &version6) == 1 {
            self.init(version6: Self.bits(version6))
        } else {
            return nil
        }
    }

    static func bits(_ address: in6_addr) -> UInt128 {
        unsafe withUnsafeBytes(of: address) { unsafe $0.reduce(UInt128(0)) { $0 &<< 8 | UInt128($1) } }
    }

    /// The usual text form (RFC 5952 for IPv6).
    var text: String {
        isVersion4
            ? (0..<4).map { String(bits &>> UInt128(24 - 8 * $0) & 0xff) }.joined(separator: ".") : version6Text
    }

    private var version6Text: String {
        var address = in6_addr()
        unsafe withUnsafeMutableBytes(of: &address) { octets in
            for index in 0..<16 {
                unsafe octets[index] = UInt8(truncatingIfNeeded: bits &>> UInt128(120 - 8 * index))
            }
        }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(AF_INET6, &address, &buffer, socklen_t(buffer.count)) != nil else { return "::" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What one subscriber is given: an IPv4 address, or an IPv6 /64. Connections are counted by it.
    var subscriber: IPAddress { isVersion4 ? self : IPAddress(isVersion4: false, bits: bits & ~UInt128(UInt64.max)) }
}
