/// Where a request belongs in a trace across systems (W3C Trace Context §3.2): taken where it is well formed, never trusted
/// with anything.
package struct TraceContext: Sendable, Equatable {
    /// 32 hexadecimal digits, not all zero.
    package let traceID: String
    /// 16 hexadecimal digits, not all zero: the caller's part.
    package let parentID: String
    package let isSampled: Bool

    /// Nil for what is not a `traceparent` of version 00, or of a later version that begins like one (§3.2.4).
    package init?(_ field: ArraySlice<UInt8>) {
        let octets = Array(field)
        guard octets.count >= 55, octets[2] == Self.dash, octets[35] == Self.dash, octets[52] == Self.dash,
            let version = Self.hexadecimal(octets[0..<2]), version != "ff",
            let traceID = Self.hexadecimal(octets[3..<35]), let parentID = Self.hexadecimal(octets[36..<52]),
            let flags = Self.hexadecimal(octets[53..<55]),
            version == "00" ? octets.count == 55 : octets.count == 55 || octets[55] == Self.dash,
            traceID.utf8.contains(where: { $0 != Self.zero }), parentID.utf8.contains(where: { $0 != Self.zero })
        else { return nil }
        self.traceID = traceID
        self.parentID = parentID
        isSampled = (UInt8(flags, radix: 16) ?? 0) & 1 == 1
    }

    /// `traceresponse` (Trace Context Level 2, §4): the same trace, and the part of this server, named by the request's id.
    func response(requestID: String) -> String {
        let digits = requestID.utf8.suffix(16)
        let isUsable =
            digits.count == 16 && digits.allSatisfy(Self.isDigit) && digits.contains(where: { $0 != Self.zero })
        let part = isUsable ? String(Substring(digits)) : parentID
        return "00-\(traceID)-\(part)-\(isSampled ? "01" : "00")"
    }

    private static let dash = UInt8(ascii: "-")
    private static let zero = UInt8(ascii: "0")

    /// Lower case only (§3.2.2.1).
    private static func isDigit(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet) || (0x61...0x66).contains(octet)
    }

    private static func hexadecimal(_ octets: ArraySlice<UInt8>) -> String? {
        octets.allSatisfy(isDigit) ? String(decoding: octets, as: UTF8.self) : nil
    }
}

extension Request {
    /// Nil where none was sent, more than one, or one that is not well formed.
    package var trace: TraceContext? {
        guard let field = headers.octets("traceparent"), !headers.isRepeated("traceparent") else { return nil }
        return TraceContext(field)
    }
}
