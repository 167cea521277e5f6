import Testing

@testable import HTTP

/// HT-01: requests are framed in one way only; any doubt is 400 and the end of the connection.
@Suite struct `HT-01 Framing` {
    let server: TestServer

    init() throws { server = try TestServer() }

    @Test func `a request is answered`() throws {
        let response = try #require(try server.answer("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
        #expect(response.status == 200)
        #expect(response.body == Array("ok\n".utf8))
        #expect(response.headers["date"] == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test func `an async endpoint is answered`() throws {
        let response = try #require(try server.answer("GET /later?a=1 HTTP/1.1\r\nHost: a\r\n\r\n"))
        #expect(response.body == Array("GET /later?a=1 ".utf8))
    }
}
