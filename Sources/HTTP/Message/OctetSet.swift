/// A set of ASCII octets as two words: the test is a shift and a mask, with no table in memory.
struct OctetSet: Sendable {
    private let low: UInt64
    private let high: UInt64

    @inline(__always)
    func contains(_ octet: UInt8) -> Bool {
        if octet < 64 { return low &>> UInt64(octet) & 1 != 0 }
        return octet < 128 && high &>> UInt64(octet &- 64) & 1 != 0
    }

    /// RFC 9110 §5.6.2: `tchar`, of which methods and field names are made.
    static var token: OctetSet { OctetSet(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe) }

    /// RFC 3986 §3.3: `pchar` and `/`, without the percent sign.
    static var path: OctetSet { OctetSet(low: 0x2fff_ffd2_0000_0000, high: 0x47ff_fffe_87ff_ffff) }

    /// Visible ASCII without `#`. Wider than RFC 3986 §3.4: browsers send a raw `|` in a query, SMART scopes hold it.
    static var query: OctetSet { OctetSet(low: 0xffff_fff6_0000_0000, high: 0x7fff_ffff_ffff_ffff) }

    /// Letters, digits, `-`, `.` and `_`: what a DNS name or an IPv4 address is written with.
    static var hostName: OctetSet { OctetSet(low: 0x03ff_6000_0000_0000, high: 0x07ff_fffe_87ff_fffe) }
}

extension UInt8 {
    /// ASCII upper case made lower; other octets as they are.
    @inline(__always)
    var lowercased: UInt8 { self >= 0x41 && self <= 0x5a ? self | 0x20 : self }

    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    /// The value of a hexadecimal digit.
    @inline(__always)
    var hexadecimal: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = lowercased
        return letter >= 0x61 && letter <= 0x66 ? letter &- 0x57 : nil
    }
}
