/// RFC 8259 §7.
extension JSONReader {
    /// Reads a string whose opening quote is at `index`.
    mutating func readString() throws(JSONError) -> String {
        let start = index
        index = try endOfPlainRun(from: start + 1)
        if bytes[index] == UInt8(ascii: "\"") {
            let text = String(strictUTF8: bytes.span.extracting(start + 1..<index))
            index += 1
            return try wellFormed(text, start)
        }
        var unescaped = Array(bytes[start + 1..<index])
        while bytes[index] == UInt8(ascii: "\\") {
            try readEscape(into: &unescaped)
            let end = try endOfPlainRun(from: index)
            unescaped += bytes[index..<end]
            index = end
        }
        index += 1
        return try wellFormed(String(strictUTF8: unescaped), start)
    }

    private func wellFormed(_ text: String?, _ start: Int) throws(JSONError) -> String {
        guard let text else { throw JSONError(offset: start, reason: "a string is not UTF-8, or not stream-safe") }
        return text
    }

    /// Where the quote or the backslash stands that ends the run of plain characters from `start`.
    private func endOfPlainRun(from start: Int) throws(JSONError) -> Int {
        let span = bytes.span
        let end = span.endOfPlainText(from: start)
        guard end < span.count else { throw JSONError(offset: end, reason: "a string does not end") }
        guard span[end] >= 0x20 else { throw JSONError(offset: end, reason: "a control character in a string") }
        return end
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(JSONError) {
        guard index + 1 < bytes.count else { throw error("a string does not end") }
        let letter = bytes[index + 1]
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): return text.append(contentsOf: String(try readUnicodeEscape()).utf8)
        default: throw error("an unknown escape")
        }
        index += 2
    }

    /// `\uXXXX`, or the two of a surrogate pair. A lone surrogate is no character (RFC 8259 §8.2 warns of it).
    private mutating func readUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let start = index
        let unit = try readCodeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { throw JSONError(offset: start, reason: "a lone surrogate") }
        let trail = try readCodeUnit()
        guard UTF16.isTrailSurrogate(trail) else { throw JSONError(offset: start, reason: "a lone surrogate") }
        return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    }

    private mutating func readCodeUnit() throws(JSONError) -> UInt16 {
        guard index + 6 <= bytes.count else { throw error("a string does not end") }
        var unit: UInt16 = 0
        for digit in bytes[index + 2..<index + 6] {
            guard let value = Hexadecimal.value(digit) else { throw error("four hexadecimal digits are expected") }
            unit = unit << 4 | UInt16(value)
        }
        index += 6
        return unit
    }
}
