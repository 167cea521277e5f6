/// What stands for itself in a JSON string (RFC 8259 §7): all but control characters, the quote and the backslash. Most of what
/// is read and written is that, so it is looked at eight octets at a time.
extension Span<UInt8> {
    /// Where the run of plain text from `start` on ends: at an octet that is not plain, or at the end of the span.
    func endOfPlainText(from start: Int = 0) -> Int {
        var index = start
        // The last eight may overlap those before, which are known to be plain.
        while count - start >= 8, index < count {
            let first = Swift.min(index, count - 8)
            let special = word(at: first).specialOctets
            guard special == 0 else { return first + special.trailingZeroBitCount / 8 }
            index = first + 8
        }
        while index < count, self[index].isPlainText { index += 1 }
        return index
    }
}

extension UInt8 {
    var isPlainText: Bool { self >= 0x20 && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\") }
}

extension UInt64 {
    /// The top bit of each of its eight octets that is not plain text. Above the lowest such octet a borrow may set others too.
    fileprivate var specialOctets: UInt64 {
        let each: UInt64 = 0x0101_0101_0101_0101
        let quote = self ^ each * UInt64(UInt8(ascii: "\""))
        let backslash = self ^ each * UInt64(UInt8(ascii: "\\"))
        let control = (self &- each * 0x20) & ~self
        return ((quote &- each) & ~quote | (backslash &- each) & ~backslash | control) & each << 7
    }
}
