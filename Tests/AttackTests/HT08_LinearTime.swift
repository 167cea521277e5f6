import Encoding
import Measuring
import SMART
import Testing

@testable import HTTP
@testable import JOSE

/// HT-08: whatever reads what strangers send takes ten times as long for ten times as much, and no longer. Each gets the
/// input that would be worst for a reader that starts over, compares each with each, or copies what it has.
@Suite(.serialized) struct `HT-08 readers are linear` {
    struct Reader: Sendable, CustomTestStringConvertible {
        let name: String
        var size = 3_000
        /// So many octets, about.
        let input: @Sendable (Int) -> [UInt8]
        let read: @Sendable ([UInt8]) throws -> Bool
        var testDescription: String { name }
    }

    @Test(arguments: readers) func `ten times the input takes at most twelve times the time`(_ reader: Reader) throws {
        let (short, long) = (reader.input(reader.size), reader.input(10 * reader.size))
        #expect((9.5...10.5).contains(Double(long.count) / Double(short.count)))
        func time(_ input: [UInt8], _ times: Int) throws -> Double {
            var isRead = true
            let time = try (0..<4).map { _ in
                try processorSeconds { for _ in 0..<times { isRead = try reader.read(input) && isRead } }
            }.min()
            #expect(isRead)
            return time ?? 0
        }
        let times = max(1, Int(0.002 / max(1e-6, try time(short, 1))))
        var ratios: [Double] = []
        while ratios.count < 4, ratios.min() ?? 100 > 12 {
            ratios.append(try time(long, times) / time(short, times))
        }
        #expect(isSanitized || ratios.contains { $0 <= 12 }, "\(ratios)")
    }

    private static func filled(_ start: String, _ piece: String, _ end: String = "") -> @Sendable (Int) -> [UInt8] {
        { size in
            Array((start + String(repeating: piece, count: size / piece.utf8.count) + end).utf8)
        }
    }

    private static func numbered(_ start: String, _ piece: @escaping @Sendable (Int) -> String, _ end: String = "")
        -> @Sendable (Int) -> [UInt8]
    {
        { size in
            var text = start, number = 10_000
            while text.utf8.count < size {
                text += piece(number)
                number += 1
            }
            return Array((text + end).utf8)
        }
    }

    private static var unlimited: Limits {
        var limits = Limits()
        (limits.requestLine, limits.headerOctets, limits.headerFields) = (1 << 20, 1 << 20, 1 << 20)
        limits.chunkExtensionOctets = 1 << 20
        return limits
    }

    @Sendable private static func readHead(_ octets: [UInt8]) throws -> Bool {
        var parser = HeadParser(limits: unlimited)
        return try parser.advance(octets.span) != nil
    }

    @Sendable private static func readHeadByOctet(_ octets: [UInt8]) throws -> Bool {
        var parser = HeadParser(limits: unlimited)
        for end in 1..<octets.count { _ = try parser.advance(octets.span.extracting(0..<end)) }
        return try parser.advance(octets.span) != nil
    }

    @Sendable private static func readChunks(_ octets: [UInt8]) throws -> Bool {
        var decoder = ChunkedDecoder(bodyLimit: 1 << 20, limits: unlimited)
        var body: [UInt8] = []
        _ = try decoder.decode(octets.span, into: &body)
        return decoder.isDone
    }

    @Sendable private static func readForm(_ octets: [UInt8]) throws -> Bool {
        try FormParameters(parsing: octets, maximum: 1 << 20).values("z").isEmpty
    }

    @Sendable private static func readJSON(_ octets: [UInt8]) throws -> Bool { try !JSON(parsing: octets).isNull }

    @Sendable private static func readScopes(_ octets: [UInt8]) -> Bool {
        ScopeSet(parsing: String(decoding: octets, as: UTF8.self)).text.utf8.count < octets.count
    }

    private static func behindProxies(_ field: ForwardingField, _ name: String) -> @Sendable ([UInt8]) throws -> Bool {
        { octets in
            let proxy = try #require(IPAddress("127.0.0.1")), network = try #require(IPNetwork("127.0.0.0/8"))
            let headers = Headers([(name, String(decoding: octets, as: UTF8.self))])
            let client = TrustedProxies(networks: [network], field: field).client(behind: proxy, headers)
            return client.address.isVersion4
        }
    }

    static let readers: [Reader] = [
        Reader(
            name: "head, octet by octet", input: filled("GET / HTTP/1.1\r\nHost: a\r\nX: ", "y", "\r\n\r\n"),
            read: readHeadByOctet),
        Reader(
            name: "head of many fields", input: numbered("GET / HTTP/1.1\r\nHost: a\r\n", { "X\($0): y\r\n" }, "\r\n"),
            read: readHead),
        Reader(
            name: "head of blanks", input: filled("GET / HTTP/1.1\r\nHost: a\r\nX:", " ", "y\r\n\r\n"), read: readHead),
        Reader(name: "target", input: filled("GET /", "a%20/", " HTTP/1.1\r\nHost: a\r\n\r\n"), read: readHead),
        Reader(name: "cookies", input: filled("", "a=b; ")) { octets in
            let headers = Headers([("Cookie", String(decoding: octets, as: UTF8.self))])
            return Request(method: .get, path: "/", headers: headers).cookie("z") == nil
        },
        Reader(name: "chunks of an octet", input: filled("", "1\r\na\r\n", "0\r\n\r\n"), read: readChunks),
        Reader(name: "chunk extension", input: filled("1;", "a=b;", "\r\na\r\n0\r\n\r\n"), read: readChunks),
        Reader(name: "form of many items", input: numbered("a", { "&b\($0)=c" }), read: readForm),
        Reader(name: "form of escapes", input: filled("a=", "%C3%A9+"), read: readForm),
        Reader(
            name: "form of accents", input: filled("a=", "e" + String(repeating: "\u{301}\u{323}", count: 15)),
            read: readForm),
        Reader(name: "JSON members", input: numbered("{\"a\":0", { ",\"b\($0)\":0" }, "}"), read: readJSON),
        Reader(name: "JSON text of escapes", input: filled("\"", #"\u00e9"#, "\""), read: readJSON),
        Reader(name: "JSON arrays", input: filled("[0", ",[[[]]]", "]"), read: readJSON),
        Reader(name: "JSON blanks", input: filled("[", " ", "]"), read: readJSON),
        Reader(name: "scopes", input: numbered("", { " patient/Observation.rs?code=\($0)" }), read: readScopes),
        Reader(name: "no scopes", input: filled("a", " b/c.d?e"), read: readScopes),
        Reader(name: "scope of one constraint", input: filled("patient/Observation.rs?code=", "a,"), read: readScopes),
        Reader(name: "redirect URI", input: filled("https://a.example/", "a%20/")) { octets in
            (try? RedirectURI(registering: String(decoding: octets, as: UTF8.self))) != nil || true
        },
        Reader(
            name: "X-Forwarded-For", input: filled("127.0.0.1", ", 127.0.0.2"),
            read: behindProxies(.xForwarded, "X-Forwarded-For")),
        Reader(
            name: "Forwarded", input: filled("for=127.0.0.1", ",for=\"127.0.0.2\""),
            read: behindProxies(.forwarded, "Forwarded")),
        Reader(name: "Base64", input: filled("", "YWFh")) { octets in Base64.decode(octets) != nil },
        Reader(
            name: "JWS header", size: 1_500,
            input: { size in
                let header = numbered("{\"alg\":\"ES256\"", { ",\"b\($0)\":0" }, "}")(size * 3 / 4)
                return Base64URL.encodeBytes(header) + Array(".e30.AAAA".utf8)
            }, read: { octets in (try? JWS(compact: octets)) != nil || true }),
    ]
}
