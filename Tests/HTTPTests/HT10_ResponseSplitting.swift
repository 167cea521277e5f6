import Testing

@testable import HTTP

/// HT-10: no value breaks out of its header line.
@Suite struct `HT-10 Response splitting` {
    private func written(_ response: Response) -> (text: String, isClean: Bool) {
        var writer = ResponseWriter()
        var output = Array("before\n".utf8)
        let isClean = writer.append(response, to: &output, omitsBody: false, closes: false, now: 0)
        return (String(decoding: output, as: UTF8.self), isClean)
    }

    @Test(arguments: [
        ("X-Value", "a\r\nSet-Cookie: b"), ("X-Value", "a\nb"), ("X-Value", "a\rb"), ("X-Value", "a\0b"),
        ("X-Value", "\u{7f}"), ("X-Value", "\u{1b}[0m"), ("X\r\nY", "a"), ("X Y", "a"), ("X:", "a"), ("", "a"),
        ("é", "a"),
    ])
    func `an answer with such a field is a 500 that has nothing of it`(_ name: String, _ value: String) {
        let fields = [("X-Before", "1"), (name, value), ("X-After", "2")]
        let (text, isClean) = written(Response(status: 200, headers: fields, body: [0x61]))
        #expect(!isClean)
        #expect(text.hasPrefix("before\nHTTP/1.1 500 Internal Server Error\r\n"))
        #expect(!text.contains("X-Before") && !text.contains("Cookie") && !text.contains("200"))
        #expect(text.components("\r\n\r\n") == 1)
    }

    @Test(arguments: ["", "plain", "tab\there", "é", "a: b; c=\"d\""])
    func `an ordinary value is written as it is`(_ value: String) {
        let (text, isClean) = written(Response(status: 200, headers: [("X-Value", value)]))
        #expect(isClean)
        #expect(text.contains("\r\nX-Value: \(value)\r\n"))
    }

    @Test func `the fields that frame an answer are the server's`() {
        let fields = [
            ("content-length", "999"), ("Transfer-Encoding", "chunked"), ("CONNECTION", "keep-alive"),
            ("Date", "never"),
        ]
        let (text, isClean) = written(Response(status: 200, headers: fields, body: [0x61, 0x62]))
        #expect(isClean)
        let date = "Date: Thu, 01 Jan 1970 00:00:00 GMT"
        #expect(text == "before\nHTTP/1.1 200 OK\r\n\(date)\r\nContent-Length: 2\r\n\r\nab")
    }

    @Test(arguments: [99, 100, 199, 600, -1]) func `a status that is none is a 500`(_ status: Int) {
        #expect(written(Response(status: status)).text.contains("HTTP/1.1 500 "))
    }

    @Test func `204 and 304 have neither length nor body`() {
        for status in [204, 304] {
            let text = written(Response(status: status, body: [0x61])).text
            #expect(text.hasPrefix("before\nHTTP/1.1 \(status) ") && text.hasSuffix("GMT\r\n\r\n"))
        }
    }

    @Test func `over a socket as well, and it is told`() throws {
        let server = try TestServer(routes: [Route(.get, "/", Careless())])
        let connection = try server.connect()
        connection.send(get("/"))
        let response = try #require(connection.response())
        #expect(response.status == 500 && response.headers["set-cookie"] == nil)
        #expect(server.events.contains { if case .unwritableResponse = $0 { true } else { false } })
    }

    private struct Careless: ImmediateEndpoint {
        func respond(to request: Request) throws -> Response {
            Response(status: 200, headers: [("X-Value", "a\r\nSet-Cookie: session=stolen")])
        }
    }
}
