/// Gathers a body as octets come in, within the limit of the route that will get it.
struct BodyReader {
    private enum Source {
        case length(Int)
        case chunked(ChunkedDecoder)
    }

    private var source: Source
    private(set) var body: [UInt8] = []
    /// Octets that came, framing included: what the minimum rate is measured on.
    private(set) var received = 0

    /// Room made at once for a declared body. A longer one grows as it comes, so that a declaration costs nothing.
    private static var firstReservation: Int { 16_384 }

    init(framing: BodyFraming, limit: Int, limits: Limits) throws(ParseFailure) {
        switch framing {
        case .none: source = .length(0)
        case .length(let length):
            guard length <= limit else { throw ParseFailure(413, "the body is too large") }
            body.reserveCapacity(min(length, Self.firstReservation))
            source = .length(length)
        case .chunked: source = .chunked(ChunkedDecoder(bodyLimit: limit, limits: limits))
        }
    }

    var isComplete: Bool {
        switch source {
        case .length(let length): body.count == length
        case .chunked(let decoder): decoder.isDone
        }
    }

    /// Takes what belongs to this body and says how much that was.
    mutating func take(_ octets: Span<UInt8>) throws(ParseFailure) -> Int {
        let taken: Int
        switch source {
        case .length(let length):
            taken = min(length &- body.count, octets.count)
            let part = octets.extracting(0..<taken)
            unsafe part.withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
        case .chunked(var decoder):
            // Emptied so that the decoder's buffer has one owner while it grows.
            source = .length(0)
            taken = try decoder.decode(octets, into: &body)
            source = .chunked(decoder)
        }
        received &+= taken
        return taken
    }
}
