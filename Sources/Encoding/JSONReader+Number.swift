/// RFC 8259 §6.
extension JSONReader {
    /// Grammar first, value second: what reaches the conversion is a JSON numeral.
    mutating func readNumber() throws(JSONError) -> JSON {
        let start = index
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let integer = try readIntegerPart(isNegative: isNegative)
        let isFraction = try readFraction()
        let isPower = try readExponent()
        if let integer, !isFraction, !isPower { return .integer(integer) }
        let numeral = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let number = Double(numeral), number.isFinite else {
            throw JSONError(offset: start, reason: "number out of range")
        }
        return .number(number)
    }

    /// Reads the digits before the point; nil if their value does not fit 64 bits.
    private mutating func readIntegerPart(isNegative: Bool) throws(JSONError) -> Int64? {
        let start = index
        var value: Int64? = 0
        while let digit = nextDigit() {
            let digit = isNegative ? -Int64(digit) : Int64(digit)
            value = value.flatMap { value in
                let (product, isBeyond) = value.multipliedReportingOverflow(by: 10)
                let (sum, isTooFar) = product.addingReportingOverflow(digit)
                return isBeyond || isTooFar ? nil : sum
            }
        }
        guard index > start else { throw error("a digit is expected") }
        guard index == start + 1 || bytes[start] != UInt8(ascii: "0") else {
            throw JSONError(offset: start, reason: "a number does not begin with 0")
        }
        return value
    }

    private mutating func readFraction() throws(JSONError) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return false }
        index += 1
        try readDigits()
        return true
    }

    private mutating func readExponent() throws(JSONError) -> Bool {
        guard index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") else { return false }
        index += 1
        if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
        try readDigits()
        return true
    }

    private mutating func readDigits() throws(JSONError) {
        guard nextDigit() != nil else { throw error("a digit is expected") }
        while nextDigit() != nil {}
    }

    private mutating func nextDigit() -> UInt8? {
        guard index < bytes.count else { return nil }
        let digit = bytes[index] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        index += 1
        return digit
    }
}
