/// Character classes of request lines, and text out of checked octets.
enum RequestText {
    static func isLetter(_ byte: UInt8) -> Bool { isLowercase(byte | 0x20) }

    static func isLowercase(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }

    static func isUppercase(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// What names of search parameters, modifiers, types and operations are made of.
    static func isNameCharacter(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// 0…15, or nil for what is no hexadecimal digit.
    static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte - 0x30 }
        let lowercase = byte | 0x20
        return (0x61...0x66).contains(lowercase) ? lowercase - 0x57 : nil
    }

    /// The text of octets that were checked to be ASCII.
    static func string(_ octets: Span<UInt8>) -> String {
        guard let text = try? UTF8Span(validating: octets) else { return "" }
        return String(copying: text)
    }

    /// Every octet visible ASCII and not `#`; every `%` an escape, and of no control character. Anything else would be
    /// read in one way here and in another by a server: cut at a NUL, at a line end, at a fragment.
    static func check(_ octets: Span<UInt8>) throws(FHIRRequestError) {
        var index = 0
        while index < octets.count {
            let byte = octets[index]
            index += 1
            guard (0x21...0x7E).contains(byte) else { throw .character }
            guard byte != UInt8(ascii: "#") else { throw .fragment }
            guard byte == UInt8(ascii: "%") else { continue }
            guard index + 1 < octets.count, let high = hexadecimalValue(octets[index]),
                let low = hexadecimalValue(octets[index + 1])
            else { throw .escape }
            let escaped = high << 4 | low
            guard escaped >= 0x20, escaped != 0x7F else { throw .escape }
            index += 2
        }
    }
}
