import Testing

@testable import Encoding

@Suite struct `Path segments` {
    @Test(arguments: [
        ("growth-chart", "growth-chart"), ("a b", "a%20b"), ("100%", "100%25"), ("a..b", "a..b"), ("a~b", "a~b"),
        ("https://a.example/b", "~aHR0cHM6Ly9hLmV4YW1wbGUvYg"), ("a\\b", "~YVxi"), ("a\nb", "~YQpi"), (".", "~Lg"),
        ("..", "~Li4"), ("", "~"), ("~", "~fg"), ("~Lg", "~fkxn"), ("é/\u{1F48A}", "~w6kv8J-Sig"),
    ])
    func `each text is one segment, and comes back`(text: String, segment: String) {
        #expect(PathSegment.encode(text) == segment)
        #expect(PercentEncoding.decode(segment).flatMap(PathSegment.decode) == text)
        for octet in segment.utf8 { #expect(octet != UInt8(ascii: "/") && octet != UInt8(ascii: "\\")) }
    }

    @Test(arguments: ["~=", "~a", "~a b", "~/", "~_w"])
    func `an escape that is none has no text`(segment: String) {
        #expect(PathSegment.decode(segment) == nil)
    }
}
