extension String {
    /// Octet for octet. `==` on `String` is canonical equivalence, for which U+212A KELVIN SIGN equals "K";
    /// names and values of a protocol are compared by this.
    package func hasSameOctets(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }

    /// Nil unless the bytes are well-formed UTF-8: nothing is repaired.
    package init?(strictUTF8 bytes: [UInt8]) {
        self.init(strictUTF8: bytes.span)
    }

    init?(strictUTF8 bytes: Span<UInt8>) {
        guard let text = try? UTF8Span(validating: bytes) else { return nil }
        self.init(copying: text)
    }
}
