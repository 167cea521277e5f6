import Glibc

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

    /// Where the next line feed is, looked for from `start` on.
    func lineFeed(from start: Int) -> Int? {
        guard start < count else { return nil }
        let part = extracting(start..<count)
        return unsafe part.withUnsafeBytes { octets -> Int? in
            guard let base = octets.baseAddress else { return nil }
            guard let found = unsafe memchr(base, 0x0a, octets.count) else { return nil }
            return unsafe UnsafeRawPointer(found) - base + start
        }
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
