/// RFC 9112 §3: method, target and version, each set apart by exactly one space.
struct RequestLine {
    let method: Method
    let target: RequestTarget
    /// The minor version: 0 or 1.
    let minorVersion: Int

    private static var longestMethod: Int { 24 }

    init(_ octets: Span<UInt8>, _ line: Range<Int>) throws(ParseFailure) {
        let methodEnd = try Self.methodEnd(octets, line)
        let targetStart = methodEnd &+ 1
        var targetEnd = targetStart
        while targetEnd < line.upperBound, octets[targetEnd] != 0x20 { targetEnd &+= 1 }
        guard targetEnd < line.upperBound, targetEnd > targetStart else {
            throw .malformed("the request line is not method, target and version")
        }
        minorVersion = try Self.minorVersion(octets, (targetEnd &+ 1)..<line.upperBound)
        method = Method(octets, line.lowerBound..<methodEnd)
        target = try RequestTarget(octets, targetStart..<targetEnd, method: method)
    }

    /// Where the method ends: at the first space.
    private static func methodEnd(_ octets: Span<UInt8>, _ line: Range<Int>) throws(ParseFailure) -> Int {
        var end = line.lowerBound
        while end < line.upperBound, OctetSet.token.contains(octets[end]) { end &+= 1 }
        guard end > line.lowerBound, end < line.upperBound, octets[end] == 0x20 else {
            throw .malformed("the request line does not begin with a method and one space")
        }
        guard end &- line.lowerBound <= longestMethod else { throw ParseFailure(501, "the method is not known") }
        return end
    }

    /// RFC 9112 §2.3. Anything but HTTP/1.0 and HTTP/1.1 is refused; HTTP/2's preface too.
    private static func minorVersion(_ octets: Span<UInt8>, _ range: Range<Int>) throws(ParseFailure) -> Int {
        if octets.equalsExactly(range, "HTTP/1.1") { return 1 }
        if octets.equalsExactly(range, "HTTP/1.0") { return 0 }
        let isVersion =
            range.count == 8 && octets.equalsExactly(range.lowerBound..<(range.lowerBound &+ 5), "HTTP/")
            && octets[range.lowerBound &+ 5].isDigit && octets[range.lowerBound &+ 6] == 0x2e
            && octets[range.lowerBound &+ 7].isDigit
        throw isVersion
            ? ParseFailure(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
            : .malformed("the request line does not end with an HTTP version")
    }
}
