/// The two alphabets of RFC 4648 and the one codec behind `Base64` and `Base64URL`.
struct Base64Alphabet: Sendable {
    /// RFC 4648 §4.
    static let standard = Base64Alphabet(last: "+/", isPadded: true)
    /// RFC 4648 §5, without padding (RFC 7515 §2).
    static let urlSafe = Base64Alphabet(last: "-_", isPadded: false)

    private static let invalid: UInt8 = 0xFF
    private static let padding = UInt8(ascii: "=")

    private let symbols: [UInt8]
    private let values: [UInt8]
    private let isPadded: Bool

    private init(last: String, isPadded: Bool) {
        symbols = Array(("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + last).utf8)
        var values = [UInt8](repeating: Self.invalid, count: 256)
        for (value, symbol) in symbols.enumerated() { values[Int(symbol)] = UInt8(value) }
        self.values = values
        self.isPadded = isPadded
    }

    func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        let whole = bytes.count / 3
        let rest = bytes.count - 3 * whole
        let last = rest == 0 ? 0 : isPadded ? 4 : rest + 1
        var result = [UInt8](repeating: Self.padding, count: 4 * whole + last)
        // A span that is written to by index: each `append` would ask again for room and for whose array it is.
        var text = result.mutableSpan
        let symbols = symbols.span
        for group in 0..<whole {
            let (source, target) = (3 * group, 4 * group)
            let bits = Int(bytes[source]) << 16 | Int(bytes[source + 1]) << 8 | Int(bytes[source + 2])
            text[target] = symbols[bits >> 18]
            text[target + 1] = symbols[bits >> 12 & 63]
            text[target + 2] = symbols[bits >> 6 & 63]
            text[target + 3] = symbols[bits & 63]
        }
        guard rest > 0 else { return result }
        let (source, target) = (3 * whole, 4 * whole)
        let bits = Int(bytes[source]) << 16 | (rest == 2 ? Int(bytes[source + 1]) << 8 : 0)
        text[target] = symbols[bits >> 18]
        text[target + 1] = symbols[bits >> 12 & 63]
        if rest == 2 { text[target + 2] = symbols[bits >> 6 & 63] }
        return result
    }

    /// Nil for a symbol outside the alphabet, white space, wrong padding, or unused bits that are not zero
    /// (RFC 4648 §3.5): every byte string has exactly one accepted spelling.
    func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard let count = symbolCount(text) else { return nil }
        let whole = count / 4
        let rest = count - 4 * whole
        var result = [UInt8](repeating: 0, count: 3 * whole + max(rest - 1, 0))
        var bytes = result.mutableSpan
        let values = values.span
        for group in 0..<whole {
            let (source, target) = (4 * group, 3 * group)
            let (first, second) = (values[Int(text[source])], values[Int(text[source + 1])])
            let (third, fourth) = (values[Int(text[source + 2])], values[Int(text[source + 3])])
            guard (first | second | third | fourth) < 64 else { return nil }
            bytes[target] = first << 2 | second >> 4
            bytes[target + 1] = second << 4 | third >> 2
            bytes[target + 2] = third << 6 | fourth
        }
        guard rest > 0 else { return result }
        let (source, target) = (4 * whole, 3 * whole)
        let (first, second) = (values[Int(text[source])], values[Int(text[source + 1])])
        let third = rest == 3 ? values[Int(text[source + 2])] : 0
        guard (first | second | third) < 64 else { return nil }
        bytes[target] = first << 2 | second >> 4
        if rest == 2 { return second & 0x0F == 0 ? result : nil }
        bytes[target + 1] = second << 4 | third >> 2
        return third & 0x03 == 0 ? result : nil
    }

    /// How many symbols stand before the padding; nil when the length or the padding cannot be right.
    private func symbolCount(_ text: Span<UInt8>) -> Int? {
        guard isPadded else { return text.count % 4 == 1 ? nil : text.count }
        guard text.count % 4 == 0 else { return nil }
        guard text.count > 0, text[text.count - 1] == Self.padding else { return text.count }
        return text[text.count - 2] == Self.padding ? text.count - 2 : text.count - 1
    }
}
