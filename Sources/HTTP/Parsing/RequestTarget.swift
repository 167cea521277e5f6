/// RFC 9112 §3.2: what is asked for, as ranges of the head.
struct RequestTarget {
    let path: Range<Int>
    let query: Range<Int>
    /// The authority of an absolute-form target.
    let authority: Range<Int>?

    init(_ octets: Span<UInt8>, _ range: Range<Int>, method: Method) throws(ParseFailure) {
        if octets[range.lowerBound] == 0x2f {
            (path, query) = try Self.pathAndQuery(octets, range)
            authority = nil
        } else if method == .options, octets.equalsExactly(range, "*") {
            (path, query, authority) = (range, range.upperBound..<range.upperBound, nil)
        } else {
            let start = try Self.authorityStart(octets, range)
            var end = start
            while end < range.upperBound, octets[end] != 0x2f, octets[end] != 0x3f { end &+= 1 }
            guard end < range.upperBound, octets[end] == 0x2f else {
                throw .malformed("an absolute target needs a path")
            }
            authority = start..<end
            (path, query) = try Self.pathAndQuery(octets, end..<range.upperBound)
        }
    }

    /// RFC 9112 §3.2.2: `http://` or `https://`, then the authority. No other form is for an origin server.
    private static func authorityStart(_ octets: Span<UInt8>, _ range: Range<Int>) throws(ParseFailure) -> Int {
        for scheme: StaticString in ["http://", "https://"] {
            let end = range.lowerBound &+ scheme.utf8CodeUnitCount
            guard end < range.upperBound else { continue }
            if octets.equals(range.lowerBound..<end, lowercased: scheme) { return end }
        }
        throw .malformed("the request target is neither a path nor an http URL")
    }

    private static func pathAndQuery(
        _ octets: Span<UInt8>, _ range: Range<Int>
    ) throws(ParseFailure) -> (Range<Int>, Range<Int>) {
        let pathEnd = try PathOctets.end(octets, range)
        guard pathEnd < range.upperBound else { return (range, range.upperBound..<range.upperBound) }
        let query = (pathEnd &+ 1)..<range.upperBound
        for index in query where !OctetSet.query.contains(octets[index]) {
            throw .malformed("the query holds an octet that is not visible ASCII")
        }
        return (range.lowerBound..<pathEnd, query)
    }
}
