/// A path with places for parameters: `/clients/{id}/keys`. A `{name}` takes one whole, non-empty segment.
struct RoutePattern: Sendable {
    enum Segment: Sendable, Equatable {
        case literal([UInt8])
        case parameter(String)

        var isParameter: Bool { if case .parameter = self { true } else { false } }
    }

    let text: String
    let segments: [Segment]

    init(_ text: String) throws(RouteConflict) {
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw RouteConflict(description: "the pattern \(text) does not begin with a slash")
        }
        var segments: [Segment] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            segments.append(try Self.segment(part, of: text))
        }
        let names = segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
        guard Set(names).count == names.count else {
            throw RouteConflict(description: "the pattern \(text) names a parameter twice")
        }
        self.text = text
        self.segments = segments
    }

    private static func segment(_ part: Substring, of text: String) throws(RouteConflict) -> Segment {
        if part.hasPrefix("{"), part.hasSuffix("}"), part.utf8.count > 2 {
            let name = part.dropFirst().dropLast()
            if name.utf8.allSatisfy({ OctetSet.hostName.contains($0) }) { return .parameter(String(name)) }
        }
        guard part.utf8.allSatisfy({ OctetSet.path.contains($0) }) else {
            throw RouteConflict(description: "the pattern \(text) holds an octet that no path has")
        }
        return .literal(Array(part.utf8))
    }

    var isLiteral: Bool { !segments.contains(where: \.isParameter) }

    /// Whether some path fits both.
    func overlaps(_ other: RoutePattern) -> Bool {
        segments.count == other.segments.count
            && zip(segments, other.segments).allSatisfy { $0.isParameter || $1.isParameter || $0 == $1 }
    }

    /// Whether it has a literal wherever `other` has one, and one more: then it goes first.
    func isMoreSpecific(than other: RoutePattern) -> Bool {
        let pairs = Array(zip(segments, other.segments))
        return pairs.allSatisfy { !$0.isParameter || $1.isParameter }
            && pairs.contains { $0.isParameter != $1.isParameter }
    }

    /// How many literals there are: a more specific pattern has more.
    var literals: Int { segments.count { !$0.isParameter } }

    /// The segments of `path` that stand for the parameters, still percent-encoded; nil if the path does not fit.
    func match(_ path: Span<UInt8>) -> [(name: String, octets: [UInt8])]? {
        var found: [(name: String, octets: [UInt8])] = []
        var start = 1
        for (index, segment) in segments.enumerated() {
            guard start <= path.count else { return nil }
            var end = start
            while end < path.count, path[end] != 0x2f { end &+= 1 }
            guard (index == segments.count &- 1) == (end == path.count) else { return nil }
            let octets = path.copy(start..<end)
            switch segment {
            case .literal(let literal): guard octets == literal else { return nil }
            case .parameter(let name):
                guard !octets.isEmpty else { return nil }
                found.append((name: name, octets: octets))
            }
            start = end &+ 1
        }
        return found
    }
}
