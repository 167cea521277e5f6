/// An ECDSA signature as two numbers, between JOSE's fixed-length `r ‖ s` (RFC 7518 §3.4) and the DER that OpenSSL speaks.
struct ECDSASignature: Equatable {
    private let r: [UInt8]
    private let s: [UInt8]

    /// Nil unless of exactly twice the curve's length with r and s in 1…n−1. A zero there is valid for every message in a
    /// verifier that forgets to look ("psychic signatures", CVE-2022-21449).
    init?(raw: Span<UInt8>, curve: Curve) {
        guard raw.count == 2 * curve.octets else { return nil }
        r = Self.copy(raw, curve.octets, from: 0)
        s = Self.copy(raw, curve.octets, from: curve.octets)
        guard Self.isScalar(r, curve), Self.isScalar(s, curve) else { return nil }
    }

    /// Reads what OpenSSL made: SEQUENCE { r INTEGER, s INTEGER }, short lengths only.
    init?(der: ArraySlice<UInt8>, curve: Curve) {
        var rest = der
        guard rest.popFirst() == 0x30, let length = rest.popFirst(), length < 0x80, rest.count == Int(length),
            let r = Self.integer(&rest, curve.octets), let s = Self.integer(&rest, curve.octets), rest.isEmpty
        else { return nil }
        self.r = r
        self.s = s
    }

    var raw: [UInt8] { r + s }

    /// Two integers of at most 49 octets each: every length fits in one octet.
    var der: [UInt8] {
        let body = Self.derInteger(r) + Self.derInteger(s)
        return [0x30, UInt8(truncatingIfNeeded: body.count)] + body
    }

    private static func copy(_ bytes: Span<UInt8>, _ count: Int, from start: Int) -> [UInt8] {
        (start..<start + count).map { bytes[$0] }
    }

    private static func isScalar(_ number: [UInt8], _ curve: Curve) -> Bool {
        number.contains { $0 != 0 } && number.lexicographicallyPrecedes(curve.order)
    }

    private static func derInteger(_ number: [UInt8]) -> [UInt8] {
        var digits = Array(number.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return [0x02, UInt8(truncatingIfNeeded: digits.count)] + digits
    }

    /// A positive INTEGER, padded to `octets`.
    private static func integer(_ rest: inout ArraySlice<UInt8>, _ octets: Int) -> [UInt8]? {
        guard rest.popFirst() == 0x02, let length = rest.popFirst(), (1...octets + 1).contains(Int(length)),
            rest.count >= Int(length)
        else { return nil }
        let digits = rest.prefix(Int(length)).drop { $0 == 0 }
        rest = rest.dropFirst(Int(length))
        guard digits.count <= octets else { return nil }
        return [UInt8](repeating: 0, count: octets - digits.count) + digits
    }
}
