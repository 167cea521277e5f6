import Encoding

@testable import HTTP

extension Target {
    /// RFC 9112 §7.1: however the octets come in, and however the body is cut into chunks, it is the same body.
    static let chunked = Target(name: "chunked") { octets in
        let whole = ChunkedOutcome(octets, step: max(1, octets.count))
        require(ChunkedOutcome(octets, step: 1) == whole, "a body is the same octet by octet")
        require(ChunkedOutcome(octets, step: 5) == whole, "a body is the same in pieces")
        guard let whole, whole.isDone, !whole.body.isEmpty else { return }
        let size = String(whole.body.count, radix: 16)
        let again = ChunkedOutcome(Array("\(size)\r\n".utf8) + whole.body + Array("\r\n0\r\n\r\n".utf8), step: 3)
        require(again?.body == whole.body, "a body is the same in one chunk")
    }
}

/// Nil where it is refused.
private struct ChunkedOutcome: Equatable {
    private(set) var body: [UInt8] = []
    private(set) var isDone = false
    private var used = 0

    init?(_ octets: [UInt8], step: Int) {
        var limits = Limits()
        // Within reach of small inputs.
        limits.chunkExtensionOctets = 16
        limits.headerOctets = 32
        limits.headerFields = 2
        var decoder = ChunkedDecoder(bodyLimit: 512, limits: limits)
        for start in stride(from: 0, to: octets.count, by: step) {
            let piece = octets.span.extracting(start..<min(start + step, octets.count))
            guard let taken = try? decoder.decode(piece, into: &body) else { return nil }
            used += taken
        }
        require(body.count <= 512, "no body is over its limit")
        require(decoder.isDone || used == octets.count, "what is not done takes all")
        isDone = decoder.isDone
    }
}
