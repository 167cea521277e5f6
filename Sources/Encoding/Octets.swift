extension String {
    /// Octet for octet. `==` on `String` is canonical equivalence, for which U+212A KELVIN SIGN equals "K";
    /// names and values of a protocol are compared by this.
    package func hasSameOctets(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.span.hasSameOctets(as: other.utf8.span)
    }

    /// Text from outside. Nil unless the bytes are well-formed UTF-8, which nobody repairs, and stream-safe: to hash or to
    /// compare a `String` sorts each run of combining marks in quadratic time (16 kB of them cost half a second), and
    /// everything later may do so.
    package init?(strictUTF8 bytes: [UInt8]) {
        self.init(strictUTF8: bytes.span)
    }

    init?(strictUTF8 bytes: Span<UInt8>) {
        guard let text = try? UTF8Span(validating: bytes) else { return nil }
        self.init(copying: text)
        guard text.isKnownASCII || unicodeScalars.isStreamSafe else { return nil }
    }
}

extension String.UnicodeScalarView {
    /// UAX #15 §13: no more than 30 combining marks in a row; no text of any language comes near.
    fileprivate var isStreamSafe: Bool {
        var marks = 0
        for scalar in self {
            let isMark = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
            marks = isMark ? marks + 1 : 0
            if marks > 30 { return false }
        }
        return true
    }
}
