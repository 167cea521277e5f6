import Encoding

/// What the parsers ask of octets that lie in a buffer.
extension Span<UInt8> {
    /// A copy of part of the octets.
    func copy(_ range: Range<Int>) -> [UInt8] {
        let part = extracting(range)
        return unsafe part.withUnsafeBufferPointer { unsafe [UInt8]($0) }
    }

    /// Part of the octets as text. The caller has checked that they are ASCII or UTF-8.
    func text(_ range: Range<Int>) -> String {
        let part = extracting(range)
        return unsafe part.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Whether the octets are what a field value may hold: no control character but the tab (RFC 9110 §5.5). Eight octets
    /// at a time: a value may be a token of kilobytes.
    func isFieldText(_ range: Range<Int>) -> Bool {
        let part = extracting(range)
        var index = 0
        while part.count &- index >= 8 {
            let word = unsafe part.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            if Self.mayHoldControls(word), !isFieldText(octetwise: range.lowerBound &+ index, 8) { return false }
            index &+= 8
        }
        return isFieldText(octetwise: range.lowerBound &+ index, part.count &- index)
    }

    /// The known test for a byte below n, or equal to n, in a word: a borrow or a zero shows in the byte's high bit.
    private static func mayHoldControls(_ word: UInt64) -> Bool {
        let high: UInt64 = 0x8080_8080_8080_8080
        let belowSpace = (word &- 0x2020_2020_2020_2020) & ~word & high
        let deletes = word ^ 0x7f7f_7f7f_7f7f_7f7f
        return belowSpace | ((deletes &- 0x0101_0101_0101_0101) & ~deletes & high) != 0
    }

    private func isFieldText(octetwise start: Int, _ count: Int) -> Bool {
        for index in start..<(start &+ count) {
            let octet = self[index]
            guard octet >= 0x20 && octet != 0x7f || octet == 0x09 else { return false }
        }
        return true
    }

    /// Equality with an ASCII text in lower case, letter case aside.
    @inline(__always)
    func equals(_ range: Range<Int>, lowercased text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let literal = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for index in 0..<range.count
        where unsafe self[range.lowerBound &+ index].lowercased != literal[index] { return false }
        return true
    }

    /// The range without the spaces and tabs around it (RFC 9110 §5.6.3: OWS).
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, isBlank(start) { start &+= 1 }
        while end > start, isBlank(end &- 1) { end &-= 1 }
        return start..<end
    }

    @inline(__always)
    private func isBlank(_ index: Int) -> Bool { self[index] == 0x20 || self[index] == 0x09 }
}
