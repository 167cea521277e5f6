/// How the end of a body is found (RFC 9112 §6.3). There is one way at a time: see HT-01.
enum BodyFraming: Equatable {
    case none
    case length(Int)
    case chunked
}

/// The fields that frame a message and steer the connection, gathered while the head is read.
struct FramingFields {
    private(set) var host: Range<Int>?
    private(set) var wantsClose = false
    private(set) var expectsContinue = false
    private(set) var hasContentEncoding = false
    private var contentLength: Int?
    private var isChunked = false

    var framing: BodyFraming {
        if isChunked { return .chunked }
        guard let contentLength, contentLength > 0 else { return .none }
        return .length(contentLength)
    }

    /// Takes note of a field, if it is one that matters here.
    mutating func note(_ octets: Span<UInt8>, _ field: Headers.Field, minorVersion: Int) throws(ParseFailure) {
        let name = field.name
        switch name.count {
        case 4 where octets.equals(name, lowercased: "host"):
            try noteHost(octets, field.value)
        case 6 where octets.equals(name, lowercased: "expect"):
            try noteExpectation(octets, field.value, minorVersion)
        case 10 where octets.equals(name, lowercased: "connection"):
            noteConnection(octets, field.value)
        case 14 where octets.equals(name, lowercased: "content-length"):
            try noteLength(octets, field.value)
        case 16 where octets.equals(name, lowercased: "content-encoding"):
            hasContentEncoding = true
        case 17 where octets.equals(name, lowercased: "transfer-encoding"):
            try noteTransferCoding(octets, field.value, minorVersion)
        default: break
        }
    }

    /// RFC 9112 §6.1, §6.3: both ways of framing at once is how requests are smuggled.
    func check() throws(ParseFailure) {
        if isChunked, contentLength != nil { throw .malformed("Content-Length and Transfer-Encoding are both given") }
        if host == nil { throw .malformed("the Host field is missing") }
    }

    /// RFC 9112 §3.2: exactly one Host.
    private mutating func noteHost(_ octets: Span<UInt8>, _ value: Range<Int>) throws(ParseFailure) {
        guard host == nil else { throw .malformed("the Host field is given twice") }
        guard Authority.isValid(octets, value) else { throw .malformed("the Host field is not a host") }
        host = value
    }

    /// Digits alone, once. Even two equal ones are refused: no honest client sends them (RFC 9112 §6.3 rule 5 allows).
    private mutating func noteLength(_ octets: Span<UInt8>, _ value: Range<Int>) throws(ParseFailure) {
        guard contentLength == nil else { throw .malformed("Content-Length is given twice") }
        guard !value.isEmpty else { throw .malformed("Content-Length is empty") }
        var length = 0
        for index in value {
            guard octets[index].isDigit else { throw .malformed("Content-Length is not a number") }
            let (product, overflowed) = length.multipliedReportingOverflow(by: 10)
            let (sum, overflowedToo) = product.addingReportingOverflow(Int(octets[index] &- 0x30))
            guard !overflowed, !overflowedToo else { throw ParseFailure(413, "the body is too large") }
            length = sum
        }
        contentLength = length
    }

    /// `chunked`, once, from HTTP/1.1. Other codings are not known here (501, RFC 9112 §6.1).
    private mutating func noteTransferCoding(
        _ octets: Span<UInt8>, _ value: Range<Int>, _ minorVersion: Int
    ) throws(ParseFailure) {
        guard minorVersion == 1 else { throw .malformed("Transfer-Encoding in HTTP/1.0") }
        guard !isChunked else { throw .malformed("Transfer-Encoding is given twice") }
        guard !value.isEmpty else { throw .malformed("Transfer-Encoding is empty") }
        guard octets.equals(value, lowercased: "chunked") else {
            throw ParseFailure(501, "the only transfer coding known here is chunked")
        }
        isChunked = true
    }

    /// RFC 9110 §10.1.1: a server may ignore expectations in HTTP/1.0, and knows only this one.
    private mutating func noteExpectation(
        _ octets: Span<UInt8>, _ value: Range<Int>, _ minorVersion: Int
    ) throws(ParseFailure) {
        guard minorVersion == 1 else { return }
        guard octets.equals(value, lowercased: "100-continue") else {
            throw ParseFailure(417, "the only expectation known here is 100-continue")
        }
        expectsContinue = true
    }

    /// RFC 9112 §9.6: `close` among the options.
    private mutating func noteConnection(_ octets: Span<UInt8>, _ value: Range<Int>) {
        var start = value.lowerBound
        while start < value.upperBound {
            var end = start
            while end < value.upperBound, octets[end] != 0x2c { end &+= 1 }
            if octets.equals(octets.trimmed(start..<end), lowercased: "close") { wantsClose = true }
            start = end &+ 1
        }
    }
}
