import Testing

@testable import HTTP

/// HT-03: nothing has no end.
@Suite struct `HT-03 Limits` {
    @Test func `a request line of 16 kB is taken, a longer one is 414`() throws {
        let fixed = "GET / HTTP/1.1".utf8.count
        #expect(try Parsing.status(get("/" + String(repeating: "a", count: 16_384 - fixed))) == nil)
        #expect(try Parsing.status(get("/" + String(repeating: "a", count: 16_385 - fixed))) == 414)
    }

    @Test func `a request line without an end is 414 before it ends`() throws {
        #expect(try Parsing.status("GET /" + String(repeating: "a", count: 16_380)) == 414)
    }

    @Test func `100 fields are taken, 101 are 431`() throws {
        #expect(try Parsing.status(get("/", String(repeating: "X: y\r\n", count: 99))) == nil)
        #expect(try Parsing.status(get("/", String(repeating: "X: y\r\n", count: 100))) == 431)
    }

    @Test func `32 kB of fields are taken, more are 431`() throws {
        let fixed = "Host: a\r\nX: ".utf8.count
        #expect(try Parsing.status(get("/", "X: \(String(repeating: "y", count: 32_768 - fixed))\r\n")) == nil)
        #expect(try Parsing.status(get("/", "X: \(String(repeating: "y", count: 32_769 - fixed))\r\n")) == 431)
    }

    @Test func `fields without an end are 431 before they end`() throws {
        #expect(try Parsing.status("GET / HTTP/1.1\r\nX: " + String(repeating: "y", count: 32_768)) == 431)
    }

    @Test func `what is as long as it may be is taken, wherever the octets that came so far end`() throws {
        var limits = Limits()
        limits.requestLine = "GET /ab HTTP/1.1".utf8.count
        limits.headerOctets = "Host: a\r\nX: yz".utf8.count
        let longest = Array(get("/ab", "X: yz\r\n").utf8)
        for cut in 1..<longest.count {
            let pieces = [Array(longest[..<cut]), Array(longest[cut...])]
            #expect(try Parsing.requests(pieces, limits: limits).get().count == 1, "\(cut)")
        }
        for longer in [get("/abc", "X: yz\r\n"), get("/ab", "X: yzz\r\n")] {
            let octets = Array(longer.utf8)
            for cut in 1..<octets.count {
                let pieces = [Array(octets[..<cut]), Array(octets[cut...])]
                #expect(throws: ParseFailure.self, "\(cut)") { try Parsing.requests(pieces, limits: limits).get() }
            }
        }
    }

    @Test func `a body beyond its route's limit is 413 from its declared length`() throws {
        #expect(try Parsing.status(post("Content-Length: 1000", "")) == nil)
        #expect(try Parsing.status(post("Content-Length: 1001", "")) == 413)
    }

    @Test func `no route takes more than the server`() throws {
        var limits = Limits()
        limits.body = 10
        #expect(try Parsing.status(post("Content-Length: 11", ""), limits: limits) == 413)
        #expect(Limits().body == 1_048_576)
    }

    @Test func `chunks are added up`() throws {
        let chunk = "64\r\n" + String(repeating: "a", count: 100) + "\r\n"
        #expect(try Parsing.status(chunked(String(repeating: chunk, count: 10) + "0\r\n\r\n")) == nil)
        #expect(try Parsing.status(chunked(String(repeating: chunk, count: 10) + "1\r\n")) == 413)
    }

    @Test func `chunk extensions are counted over all chunks`() throws {
        let chunk = "1;" + String(repeating: "x", count: 1_000) + "\r\na\r\n"
        #expect(try Parsing.status(chunked(String(repeating: chunk, count: 4) + "0\r\n\r\n")) == nil)
        #expect(try Parsing.status(chunked(String(repeating: chunk, count: 5))) == 413)
    }

    @Test func `trailer fields are counted in number and size`() throws {
        #expect(try Parsing.status(chunked("0\r\n" + String(repeating: "X: y\r\n", count: 100) + "\r\n")) == nil)
        #expect(try Parsing.status(chunked("0\r\n" + String(repeating: "X: y\r\n", count: 101))) == 431)
        #expect(try Parsing.status(chunked("0\r\nX: " + String(repeating: "y", count: 32_768))) == 431)
    }

    @Test func `a client that is refused while it still sends can read the answer`() throws {
        let server = try TestServer()
        let connection = try server.connect()
        connection.send(post("Content-Length: 200000", ""))
        connection.send([UInt8](repeating: 0x61, count: 200_000))
        #expect(connection.response()?.status == 413)
        #expect(connection.isClosedByServer())
    }

    @Test func `Expect 100-continue is answered before the body, or refused instead`() throws {
        let server = try TestServer()
        let connection = try server.connect()
        connection.send(post("Content-Length: 3\r\nExpect: 100-Continue", ""))
        #expect(connection.response()?.status == 100)
        connection.send("abc")
        #expect(connection.response()?.body == Array("POST /echo? abc".utf8))
        connection.send(post("Content-Length: 30000\r\nExpect: 100-continue", ""))
        #expect(connection.response()?.status == 413)
        #expect(try server.answer(post("Content-Length: 3\r\nExpect: tea", ""))?.status == 417)
        #expect(try server.answer(post("Content-Length: 3\r\nExpect: 100-continue", "abc"))?.status == 200)
    }

    /// HT-08: a head of ten times the length takes about ten times as long, though it comes octet by octet.
    @Test func `HT-08 reading a head is linear`() throws {
        func seconds(_ length: Int) throws -> Double {
            let octets = Array(get("/", "X: \(String(repeating: "y", count: length))\r\n").utf8)
            return try (0..<3).map { _ in
                var parser = HeadParser(limits: Limits())
                let clock = ContinuousClock()
                return try clock.measure {
                    for end in 1...octets.count { _ = try parser.advance(octets.span.extracting(0..<end)) }
                }
            }.map { Double($0.components.attoseconds) / 1e18 + Double($0.components.seconds) }.min() ?? 0
        }
        let (short, long) = (try seconds(3_000), try seconds(30_000))
        #expect(long < short * 30, "\(short) s, then \(long) s")
    }
}
