import Encoding

/// RFC 9112 §4, §6.3: the head of an answer, and how the end of its body is found.
struct ResponseHead {
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
        case untilClose
    }

    let status: Int
    let headers: Headers
    let framing: Framing
    /// Where the body begins.
    let end: Int

    /// Nil while the head is incomplete. Whoever reads it bounds it.
    init?(_ octets: Span<UInt8>, toHead: Bool) throws(ClientError) {
        var lineStart = 0
        var status: Int?
        var fields: [Headers.Field] = []
        while let lineFeed = octets.firstIndex(of: 0x0a, from: lineStart) {
            guard lineFeed > lineStart, octets[lineFeed &- 1] == 0x0d else { throw .malformed("a bare line feed") }
            let line = lineStart..<(lineFeed &- 1)
            lineStart = lineFeed &+ 1
            guard let status else {
                status = try Self.status(octets, line)
                continue
            }
            if line.isEmpty {
                self.status = status
                headers = Headers(octets: octets.copy(0..<lineStart), fields: fields)
                framing = try Self.framing(headers, status: status, toHead: toHead)
                end = lineStart
                return
            }
            guard fields.count < 200 else { throw .malformed("too many fields") }
            do { fields.append(try FieldLine.read(octets, line)) } catch { throw .malformed(error.reason) }
        }
        return nil
    }

    /// `HTTP/1.1 200 OK`; the reason may be empty, its space not.
    private static func status(_ octets: Span<UInt8>, _ line: Range<Int>) throws(ClientError) -> Int {
        guard line.count >= 13, octets.equalsExactly(line.lowerBound..<(line.lowerBound &+ 8), "HTTP/1.1"),
            octets[line.lowerBound &+ 8] == 0x20, octets[line.lowerBound &+ 12] == 0x20
        else { throw .malformed("the status line") }
        var status = 0
        for index in (line.lowerBound &+ 9)..<(line.lowerBound &+ 12) {
            guard octets[index].isDigit else { throw .malformed("the status line") }
            status = status &* 10 &+ Int(octets[index] &- 0x30)
        }
        guard (100...599).contains(status) else { throw .malformed("the status") }
        return status
    }

    private static func framing(_ headers: Headers, status: Int, toHead: Bool) throws(ClientError) -> Framing {
        let lengths = headers.values("content-length")
        let codings = headers.values("transfer-encoding")
        guard lengths.count <= 1, codings.count <= 1, lengths.isEmpty || codings.isEmpty else {
            throw .malformed("the framing is ambiguous")
        }
        if toHead || status < 200 || status == 204 || status == 304 { return .none }
        if let coding = codings.first {
            guard coding.lowercased() == "chunked" else { throw .malformed("an unknown transfer coding") }
            return .chunked
        }
        guard let text = lengths.first else { return .untilClose }
        guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit), let length = Int(text) else {
            throw .malformed("Content-Length is not a number")
        }
        return .length(length)
    }
}
