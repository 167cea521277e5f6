/// RFC 9112 §7.1: takes the chunks out of a body, as octets come in. What is not body (sizes, extensions, trailers)
/// is counted too, so that it cannot be had without end (HT-03).
struct ChunkedDecoder {
    private enum State: Equatable {
        case size(digits: Int), sizeExtension, sizeEnd, data, dataEnd, dataLineEnd
        case trailerStart, trailerLine, trailerLineEnd, lastLineEnd, done
    }

    private let bodyLimit: Int
    private let limits: Limits
    private var state = State.size(digits: 0)
    private var remaining = 0
    private var extensionOctets = 0
    private var trailer: [UInt8] = []
    private var trailerOctets = 0
    private var trailerFields = 0

    init(bodyLimit: Int, limits: Limits) {
        self.bodyLimit = bodyLimit
        self.limits = limits
    }

    var isDone: Bool { state == .done }

    /// Appends the body's octets to `body`. Says how many octets of `octets` belonged to this message.
    mutating func decode(_ octets: Span<UInt8>, into body: inout [UInt8]) throws(ParseFailure) -> Int {
        var index = 0
        while index < octets.count, state != .done {
            if state == .data {
                let count = min(remaining, octets.count &- index)
                let part = octets.extracting(index..<(index &+ count))
                unsafe part.withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
                remaining &-= count
                index &+= count
                if remaining == 0 { state = .dataEnd }
            } else {
                try step(octets[index], bodyCount: body.count)
                index &+= 1
            }
        }
        return index
    }

    private mutating func step(_ octet: UInt8, bodyCount: Int) throws(ParseFailure) {
        switch state {
        case .size(let digits): try stepSize(octet, digits, bodyCount)
        case .sizeExtension: try stepExtension(octet)
        case .sizeEnd:
            try require(octet == 0x0a)
            state = remaining == 0 ? .trailerStart : .data
        case .dataEnd:
            try require(octet == 0x0d)
            state = .dataLineEnd
        case .dataLineEnd:
            try require(octet == 0x0a)
            state = .size(digits: 0)
        case .trailerStart, .trailerLine, .trailerLineEnd, .lastLineEnd: try stepTrailer(octet)
        case .data, .done: break
        }
    }

    /// At least one hexadecimal digit, no sign, no space, no prefix; the sum of all sizes within the limit.
    private mutating func stepSize(_ octet: UInt8, _ digits: Int, _ bodyCount: Int) throws(ParseFailure) {
        if let value = octet.hexadecimal {
            guard digits < 16 else { throw .malformed("a chunk size has too many digits") }
            let (product, overflowed) = remaining.multipliedReportingOverflow(by: 16)
            guard !overflowed, product &+ Int(value) <= bodyLimit &- bodyCount else {
                throw ParseFailure(413, "the body is too large")
            }
            remaining = product &+ Int(value)
            state = .size(digits: digits &+ 1)
            return
        }
        try require(digits > 0)
        if octet == 0x0d {
            state = .sizeEnd
        } else {
            try require(octet == 0x3b)
            state = .sizeExtension
        }
    }

    /// Extensions are read over, and counted.
    private mutating func stepExtension(_ octet: UInt8) throws(ParseFailure) {
        if octet == 0x0d {
            state = .sizeEnd
            return
        }
        try require(octet >= 0x20 && octet != 0x7f || octet == 0x09)
        extensionOctets &+= 1
        guard extensionOctets <= limits.chunkExtensionOctets else {
            throw ParseFailure(413, "the chunk extensions are too long")
        }
    }

    /// Trailer fields must be well formed, and are then dropped: nothing here may depend on them (RFC 9110 §6.5.1).
    private mutating func stepTrailer(_ octet: UInt8) throws(ParseFailure) {
        switch state {
        case .trailerStart where octet == 0x0d: state = .lastLineEnd
        case .lastLineEnd:
            try require(octet == 0x0a)
            state = .done
        case .trailerLineEnd:
            try require(octet == 0x0a)
            _ = try FieldLine.read(trailer.span, 0..<trailer.count)
            trailer.removeAll(keepingCapacity: true)
            state = .trailerStart
        case .trailerLine where octet == 0x0d: state = .trailerLineEnd
        default: try takeTrailer(octet)
        }
    }

    private mutating func takeTrailer(_ octet: UInt8) throws(ParseFailure) {
        try require(octet != 0x0a)
        if state == .trailerStart { trailerFields &+= 1 }
        state = .trailerLine
        trailerOctets &+= 1
        guard trailerOctets <= limits.headerOctets, trailerFields <= limits.headerFields else {
            throw ParseFailure(431, "the trailer fields are too large or too many")
        }
        trailer.append(octet)
    }

    private func require(_ condition: Bool) throws(ParseFailure) {
        guard condition else { throw .malformed("the chunked body is malformed") }
    }
}
