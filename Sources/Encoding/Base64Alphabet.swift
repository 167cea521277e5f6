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
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count / 3 + 1) * 4)
        let symbols = symbols.span
        var index = 0
        while index + 2 < bytes.count {
            let group = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            text.append(symbols[group >> 18])
            text.append(symbols[group >> 12 & 63])
            text.append(symbols[group >> 6 & 63])
            text.append(symbols[group & 63])
            index += 3
        }
        switch bytes.count - index {
        case 1:
            let group = Int(bytes[index])
            text += [symbols[group >> 2], symbols[group << 4 & 63]]
            if isPadded { text += [Self.padding, Self.padding] }
        case 2:
            let group = Int(bytes[index]) << 8 | Int(bytes[index + 1])
            text += [symbols[group >> 10], symbols[group >> 4 & 63], symbols[group << 2 & 63]]
            if isPadded { text.append(Self.padding) }
        default: break
        }
        return text
    }

    /// Nil for a symbol outside the alphabet, white space, wrong padding, or unused bits that are not zero
    /// (RFC 4648 §3.5): every byte string has exactly one accepted spelling.
    func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard let count = symbolCount(text) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count / 4 * 3 + 2)
        let values = values.span
        var index = 0
        while index + 3 < count {
            let (first, second) = (values[Int(text[index])], values[Int(text[index + 1])])
            let (third, fourth) = (values[Int(text[index + 2])], values[Int(text[index + 3])])
            guard (first | second | third | fourth) < 64 else { return nil }
            bytes.append(first << 2 | second >> 4)
            bytes.append(second << 4 | third >> 2)
            bytes.append(third << 6 | fourth)
            index += 4
        }
        guard index < count else { return bytes }
        let (first, second) = (values[Int(text[index])], values[Int(text[index + 1])])
        let third = index + 2 < count ? values[Int(text[index + 2])] : 0
        guard (first | second | third) < 64 else { return nil }
        bytes.append(first << 2 | second >> 4)
        if count - index == 2 { return second & 0x0F == 0 ? bytes : nil }
        bytes.append(second << 4 | third >> 2)
        return third & 0x03 == 0 ? bytes : nil
    }

    /// How many symbols stand before the padding; nil when the length or the padding cannot be right.
    private func symbolCount(_ text: Span<UInt8>) -> Int? {
        guard isPadded else { return text.count % 4 == 1 ? nil : text.count }
        guard text.count % 4 == 0 else { return nil }
        guard text.count > 0, text[text.count - 1] == Self.padding else { return text.count }
        return text[text.count - 2] == Self.padding ? text.count - 2 : text.count - 1
    }
}
