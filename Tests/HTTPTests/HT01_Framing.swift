import Testing

@testable import HTTP

/// What must be refused, and how.
struct Refused: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let octets: String
    let status: Int

    init(_ name: String, _ octets: String, _ status: Int = 400) {
        testDescription = name
        self.octets = octets
        self.status = status
    }
}

private let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

/// HT-01: requests are framed in one way only; any doubt is 400 and the end of the connection.
@Suite struct `HT-01 Framing` {
    static let ambiguous = [
        Refused("CL and TE", post("Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + smuggled)),
        Refused("TE and CL", post("Transfer-Encoding: chunked\r\nContent-Length: 4", "0\r\n\r\n" + smuggled)),
        Refused("two different lengths", post("Content-Length: 0\r\nContent-Length: 38", smuggled)),
        Refused("two equal lengths", post("Content-Length: 3\r\nContent-Length: 3", "abc" + smuggled)),
        Refused("a list of lengths", post("Content-Length: 3, 3", "abc" + smuggled)),
        Refused("a signed length", post("Content-Length: +3", "abc")),
        Refused("a negative length", post("Content-Length: -1", "")),
        Refused("an empty length", post("Content-Length:", "")),
        Refused("a hexadecimal length", post("Content-Length: 0x3", "abc")),
        Refused("a length with a space inside", post("Content-Length: 3 3", "abc")),
        Refused("a length beyond 63 bits", post("Content-Length: 9223372036854775808", ""), 413),
        Refused("TE twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
        Refused("TE identity", post("Transfer-Encoding: identity", ""), 501),
        Refused("TE gzip, chunked", post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"), 501),
        Refused("TE chunked, identity", post("Transfer-Encoding: chunked, identity", "0\r\n\r\n"), 501),
        Refused("TE xchunked", post("Transfer-Encoding: xchunked", "0\r\n\r\n"), 501),
        Refused("TE with a vertical tab", post("Transfer-Encoding: \u{b}chunked", "0\r\n\r\n")),
        Refused("TE by folding", post("Transfer-Encoding:\r\n chunked", "0\r\n\r\n")),
        Refused("a space before the colon", post("Transfer-Encoding : chunked", "0\r\n\r\n")),
        Refused("a tab before the colon", post("Content-Length\t: 3", "abc")),
        Refused("TE in HTTP/1.0", "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Refused("a bare line feed after a field", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
        Refused("a bare line feed at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        Refused("a bare line feed after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
        Refused("a bare carriage return in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n"),
        Refused("a field without a colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
        Refused("a field without a name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"),
        Refused("a folded first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        Refused("a name with a bracket", "GET / HTTP/1.1\r\nHost: a\r\nX[]: y\r\n\r\n"),
        Refused("NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n"),
        Refused("DEL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: y\u{7f}z\r\n\r\n"),
    ]

    static let requestLines = [
        Refused("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused("a tab", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused("a trailing space", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        Refused("a leading space", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused("no version", "GET /\r\nHost: a\r\n\r\n"),
        Refused("no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused("a lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n"),
        Refused("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
        Refused("HTTP/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        Refused("HTTP/0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505),
        Refused("two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused("a method with a colon", "GE:T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused("a method too long", "\(String(repeating: "A", count: 25)) / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        Refused("TLS octets", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}"),
        Refused("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused("another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused("* with GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused("a fragment", get("/#x")),
        Refused("a backslash", get("/\\x")),
        Refused("an octet beyond ASCII in the path", get("/é")),
        Refused("an octet beyond ASCII in the query", get("/?é")),
        Refused("a control character in the query", get("/?\u{1}")),
        Refused("a fragment in the query", get("/?a#b")),
        Refused("a dot segment", get("/a/./b")),
        Refused("a dot-dot segment", get("/a/../b")),
        Refused("a dot-dot segment at the end", get("/a/..")),
        Refused("an encoded dot-dot segment", get("/a/%2e%2E/b")),
        Refused("a half-encoded dot-dot segment", get("/a/.%2e/b")),
        Refused("an encoded slash", get("/a%2fb")),
        Refused("an encoded backslash", get("/a%5Cb")),
        Refused("an encoded NUL", get("/a%00b")),
        Refused("an encoded line feed", get("/a%0ab")),
        Refused("a percent sign with one digit", get("/a%2")),
        Refused("a percent sign with no digits", get("/a%zz")),
    ]

    static let chunks = [
        Refused("no digits", chunked("\r\nabc\r\n0\r\n\r\n")),
        Refused("not a number", chunked("g\r\nabc\r\n0\r\n\r\n")),
        Refused("a signed size", chunked("+3\r\nabc\r\n0\r\n\r\n")),
        Refused("a negative size", chunked("-3\r\nabc\r\n0\r\n\r\n")),
        Refused("a prefixed size", chunked("0x3\r\nabc\r\n0\r\n\r\n")),
        Refused("a space before the size", chunked(" 3\r\nabc\r\n0\r\n\r\n")),
        Refused("a space after the size", chunked("3 \r\nabc\r\n0\r\n\r\n")),
        Refused("a size that overflows 64 bits", chunked("ffffffffffffffff1\r\nabc\r\n0\r\n\r\n"), 413),
        Refused("a size of 64 bits", chunked("ffffffffffffffff\r\n"), 413),
        Refused("a size of 63 bits", chunked("7fffffffffffffff\r\n"), 413),
        Refused("seventeen zeros", chunked("00000000000000000\r\n\r\n")),
        Refused("a bare line feed after the size", chunked("3\nabc\r\n0\r\n\r\n")),
        Refused("a bare line feed after the data", chunked("3\r\nabc\n0\r\n\r\n")),
        Refused("data longer than its size", chunked("3\r\nabcd\r\n0\r\n\r\n")),
        Refused("a bare line feed in an extension", chunked("3;a\nabc\r\n0\r\n\r\n")),
        Refused("a trailer without a colon", chunked("0\r\nX\r\n\r\n")),
        Refused("a folded trailer", chunked("0\r\nX: y\r\n z\r\n\r\n")),
        Refused("a bare line feed at the end", chunked("0\r\n\n")),
        Refused("more than the route takes", chunked("3e9\r\n"), 413),
    ]

    let server: TestServer

    init() throws { server = try TestServer() }

    @Test(arguments: ambiguous + requestLines + chunks)
    func `a doubtful request is answered once, with nothing after it, and closed`(_ refused: Refused) throws {
        let connection = try server.connect()
        connection.send(refused.octets + smuggled)
        let answer = connection.rest()
        #expect(answer.hasPrefix("HTTP/1.1 \(refused.status) "), "\(answer)")
        #expect(answer.contains("\r\nConnection: close\r\n"))
        #expect(answer.contains("\r\nContent-Type: text/plain"))
        #expect(answer.components("\r\nContent-Length: ") == 1, "\(answer)")
        #expect(connection.isClosed)
        #expect(server.events.contains { if case .refused(_, refused.status, _) = $0 { true } else { false } })
    }

    static let good: [(String, String)] = [
        (get("/echo"), "GET /echo? "), (get("/echo?a=b|c&d"), "GET /echo?a=b|c&d "),
        (get("/echo?a=\"<>\\^`{}"), "GET /echo?a=\"<>\\^`{} "),
        ("\r\n" + get("/echo"), "GET /echo? "), (get("http://a/echo?x"), "GET /echo?x "),
        (post("Content-Length: 3", "abc"), "POST /echo? abc"), (post("content-LENGTH:\t3 ", "abc"), "POST /echo? abc"),
        (post("Content-Length: 003", "abc"), "POST /echo? abc"), (post("Content-Length: 0", ""), "POST /echo? "),
        (post("Transfer-Encoding: Chunked", "3\r\nabc\r\n00\r\n\r\n"), "POST /echo? abc"),
        (chunked("3;x=y;z=\"q\"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\nZ:\r\n\r\n"), "POST /echo? abc0123456789"),
    ]

    @Test(arguments: good)
    func `a request without doubt is taken`(_ octets: String, _ expected: String) throws {
        let connection = try server.connect()
        connection.send(octets)
        let response = try #require(connection.response())
        #expect(String(decoding: response.body, as: UTF8.self) == expected)
        connection.send(get("/"))
        #expect(connection.response()?.status == 200)
    }

    @Test(arguments: good.map(\.0))
    func `how a request is cut into packets does not matter`(_ text: String) throws {
        let octets = Array(text.utf8)
        let whole = try Parsing.requests([octets]).get()
        for cut in 1..<octets.count {
            let halves = try Parsing.requests([Array(octets[..<cut]), Array(octets[cut...])]).get()
            #expect(halves.map(\.path) == whole.map(\.path) && halves.map(\.body) == whole.map(\.body), "cut at \(cut)")
        }
        let single = try Parsing.requests(octets.map { [$0] }).get()
        #expect(single.map(\.path) == whole.map(\.path) && single.map(\.body) == whole.map(\.body))
        #expect(single.count == 1)
    }

    @Test(arguments: ambiguous + requestLines + chunks)
    func `how a doubtful request is cut into packets does not matter`(_ refused: Refused) throws {
        let pieces = Array(refused.octets.utf8).map { [$0] }
        guard case .failure(let failure) = try Parsing.requests(pieces) else {
            Issue.record("taken")
            return
        }
        #expect(failure.status == refused.status)
    }

    @Test func `octets sent one by one make a request over a socket too`() throws {
        let connection = try server.connect()
        for octet in Array(post("Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n").utf8) {
            connection.send([octet])
        }
        #expect(connection.response()?.body == Array("POST /echo? abc".utf8))
    }

    @Test func `random octets never trap`() throws {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("GETPOS /?%:=;,\"[]{}|\\.0123456789abcdefHhostChunked-\r\n\r\n\t\0\u{7f}".utf8)
        for round in 0..<3_000 {
            var octets = Array(
                (round % 2 == 0 ? post("Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n") : get("/echo?x")).utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<octets.count, using: &generator)
                octets[place] = alphabet.randomElement(using: &generator) ?? 0
            }
            _ = try Parsing.requests([octets])
        }
    }
}

func get(_ target: String, _ fields: String = "") -> String { "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n" }

func post(_ field: String, _ body: String) -> String { "POST /echo HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n\(body)" }

func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked", body) }

extension String {
    /// How often a text occurs.
    func components(_ text: String) -> Int {
        var count = 0
        var rest = Array(utf8)[...]
        while rest.count >= text.utf8.count {
            if rest.starts(with: text.utf8) { count += 1 }
            rest = rest.dropFirst()
        }
        return count
    }
}
