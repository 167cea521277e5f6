/// The octets of a path. What two readers could understand in two ways is refused, never normalised: dot segments,
/// an encoded slash, backslash or control character, a broken percent sign (HT-01, HT-09).
enum PathOctets {
    /// Where the path ends: at the `?`, or with the target.
    static func end(_ octets: Span<UInt8>, _ range: Range<Int>) throws(ParseFailure) -> Int {
        var index = range.lowerBound
        var segment = Segment()
        while index < range.upperBound {
            let octet = octets[index]
            if octet == 0x3f { break }
            if octet == 0x2f {
                try segment.finish()
                segment = Segment()
                index &+= 1
            } else if octet == 0x25 {
                let decoded = try decode(octets, index, range.upperBound)
                segment.add(decoded)
                index &+= 3
            } else {
                guard OctetSet.path.contains(octet) else { throw .malformed("the path holds a forbidden octet") }
                segment.add(octet)
                index &+= 1
            }
        }
        try segment.finish()
        return index
    }

    /// Counts what a segment holds, to find `.` and `..` in every spelling.
    private struct Segment {
        private var dots = 0
        private var others = false

        @inline(__always)
        mutating func add(_ octet: UInt8) {
            if octet == 0x2e { dots &+= 1 } else { others = true }
        }

        @inline(__always)
        func finish() throws(ParseFailure) {
            if !others, dots == 1 || dots == 2 { throw .malformed("the path holds a dot segment") }
        }
    }

    private static func decode(_ octets: Span<UInt8>, _ index: Int, _ end: Int) throws(ParseFailure) -> UInt8 {
        guard end &- index >= 3, let high = octets[index &+ 1].hexadecimal, let low = octets[index &+ 2].hexadecimal
        else { throw .malformed("the path holds a percent sign without two hexadecimal digits") }
        let octet = high &<< 4 | low
        guard octet >= 0x20, octet != 0x7f, octet != 0x2f, octet != 0x5c else {
            throw .malformed("the path holds an encoded slash or control character")
        }
        return octet
    }
}
