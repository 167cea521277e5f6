import Encoding

/// Reads a request head line by line as octets come in. It never looks at an octet twice (HT-08): it remembers how far
/// it got, and is given the same head again with more at its end.
struct HeadParser {
    private let limits: Limits
    private var line: RequestLine?
    /// Of the request line, once that was read. Asked for each field, where a copy of the whole line would cost more than
    /// the field.
    private var minorVersion: Int?
    private var framing = FramingFields()
    private var fields: [Headers.Field] = []
    private var lineStart = 0
    private var scanned = 0
    private var fieldsStart = 0

    init(limits: Limits) {
        self.limits = limits
        fields.reserveCapacity(8)
    }

    /// Ready for the next request on the connection.
    mutating func reset() {
        line = nil
        minorVersion = nil
        framing = FramingFields()
        fields.removeAll(keepingCapacity: true)
        lineStart = 0
        scanned = 0
    }

    /// The head, once its last line is there. `octets` begins where the head begins.
    mutating func advance(_ octets: Span<UInt8>) throws(ParseFailure) -> RequestHead? {
        while let lineFeed = octets.firstIndex(of: 0x0a, from: scanned) {
            guard lineFeed > lineStart, octets[lineFeed &- 1] == 0x0d else {
                throw .malformed("a line ends without a carriage return")
            }
            let range = lineStart..<(lineFeed &- 1)
            lineStart = lineFeed &+ 1
            scanned = lineStart
            guard let minorVersion else {
                try readRequestLine(octets, range)
                continue
            }
            guard !range.isEmpty else { return try finish(octets) }
            try readField(octets, range, minorVersion)
        }
        scanned = octets.count
        try checkUnfinished(octets)
        return nil
    }

    private mutating func readRequestLine(_ octets: Span<UInt8>, _ range: Range<Int>) throws(ParseFailure) {
        // RFC 9112 §2.2: an empty line before the request line is ignored; here one, no more.
        if range == 0..<0 { return }
        guard range.count <= limits.requestLine else { throw ParseFailure(414, "the request line is too long") }
        let line = try RequestLine(octets, range)
        minorVersion = line.minorVersion
        self.line = line
        fieldsStart = lineStart
    }

    private mutating func readField(
        _ octets: Span<UInt8>, _ range: Range<Int>, _ minorVersion: Int
    ) throws(ParseFailure) {
        guard range.upperBound &- fieldsStart <= limits.headerOctets, fields.count < limits.headerFields else {
            throw ParseFailure(431, "the header fields are too large or too many")
        }
        let field = try FieldLine.read(octets, range)
        try framing.note(octets, field, minorVersion: minorVersion)
        fields.append(field)
    }

    /// RFC 9112 §3.2.2: an absolute target names the host itself; here it must name the same one as the Host field.
    private func finish(_ octets: Span<UInt8>) throws(ParseFailure) -> RequestHead {
        try framing.check()
        guard let line, let host = framing.host else { throw .malformed("the Host field is missing") }
        if let authority = line.target.authority {
            let same =
                authority.count == host.count
                && (0..<host.count).allSatisfy { index in
                    octets[host.lowerBound &+ index].lowercased == octets[authority.lowerBound &+ index].lowercased
                }
            guard same else { throw .malformed("the target and the Host field name two hosts") }
        }
        return RequestHead(line: line, framing: framing, fields: fields, end: lineStart, host: host)
    }

    /// What has come of a line that has not ended: refused as soon as it is too long, or cannot be HTTP. A carriage return
    /// at its end may be that of its end, and does not count, as in a line that has ended.
    private func checkUnfinished(_ octets: Span<UInt8>) throws(ParseFailure) {
        let mayEnd = octets.count > lineStart && octets[octets.count &- 1] == 0x0d
        let end = mayEnd ? octets.count &- 1 : octets.count
        guard end > lineStart else { return }
        if minorVersion != nil {
            guard end &- fieldsStart <= limits.headerOctets else {
                throw ParseFailure(431, "the header fields are too large or too many")
            }
        } else {
            guard end &- lineStart <= limits.requestLine else {
                throw ParseFailure(414, "the request line is too long")
            }
            let first = octets[lineStart]
            guard OctetSet.token.contains(first) || first == 0x0d else {
                throw .malformed("the request line does not begin with a method and one space")
            }
        }
    }
}
