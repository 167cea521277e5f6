/// RFC 9110 §9: a request method. Methods are case-sensitive.
package enum Method: Sendable, Hashable {
    case get, head, post, put, patch, delete, options
    case other(String)

    /// The method of that name.
    package init(_ name: String) {
        self = Self.known.first { $0.name == name } ?? .other(name)
    }

    /// As written on the request line.
    package var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other(let name): name
        }
    }

    private static var known: [Method] { [.get, .head, .post, .put, .patch, .delete, .options] }

    /// Read from the request line: no text is made for the methods every server knows.
    init(_ octets: Span<UInt8>, _ range: Range<Int>) {
        switch (range.count, octets[range.lowerBound]) {
        case (3, 0x47) where octets.equalsExactly(range, "GET"): self = .get
        case (4, 0x50) where octets.equalsExactly(range, "POST"): self = .post
        case (4, 0x48) where octets.equalsExactly(range, "HEAD"): self = .head
        default: self = Method(octets.text(range))
        }
    }
}

extension Span<UInt8> {
    /// Equality octet for octet with an ASCII text.
    @inline(__always)
    func equalsExactly(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let literal = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for index in 0..<range.count
        where unsafe self[range.lowerBound &+ index] != literal[index] { return false }
        return true
    }
}
