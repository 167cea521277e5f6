import Encoding

@testable import HTTP

extension Target {
    /// RFC 9112 §2 to §6: however the octets come in, they are the same request.
    static let head = Target(name: "head") { octets in
        let whole = HeadOutcome(octets, step: max(1, octets.count))
        require(HeadOutcome(octets, step: 1) == whole, "a head is the same octet by octet")
        require(HeadOutcome(octets, step: 7) == whole, "a head is the same in pieces")
    }
}

/// What came of a head. Which of two faults is found first may depend on the pieces, and does not count.
private struct HeadOutcome: Equatable {
    private let isRefused: Bool
    private var fields: [String] = []

    init(_ octets: [UInt8], step: Int) {
        var limits = Limits()
        // Within reach of small inputs.
        limits.requestLine = 64
        limits.headerOctets = 256
        limits.headerFields = 8
        do throws(ParseFailure) {
            var parser = HeadParser(limits: limits)
            for end in stride(from: step, to: octets.count, by: step) {
                guard let head = try parser.advance(octets.span.extracting(0..<end)) else { continue }
                fields = Self.described(head, octets)
                isRefused = false
                return
            }
            if let head = try parser.advance(octets.span) { fields = Self.described(head, octets) }
            isRefused = false
        } catch {
            isRefused = true
        }
    }

    private static func described(_ head: borrowing RequestHead, _ octets: [UInt8]) -> [String] {
        let headers = Headers(octets: Array(octets[..<head.end]), fields: head.fields)
        let framing = "\(head.framing.framing) \(head.framing.expectsContinue) \(head.keepsAlive) \(head.end)"
        let host = octets.span.text(head.host)
        require(headers["host"] == host, "the host is the one that the field says")
        return [framing, host, "\(head.line.method) \(head.line.target)"]
            + headers.all.map { "\($0.name): \($0.value)" }
    }
}
