import Testing

@testable import HTTP

/// HT-04: nobody holds a connection by being slow.
@Suite struct `HT-04 Deadlines` {
    @Test func `the defaults are those of the threat list`() {
        let limits = Limits()
        #expect(limits.headTime == 10_000 && limits.bodyTime == 30_000 && limits.bodyRate == 500)
        #expect(limits.writeTime == 30_000 && limits.idleTime == 60_000 && limits.handshakeTime == 10_000)
        #expect(limits.connections == 10_000 && limits.requestsPerConnection > 0 && limits.connectionsPerAddress > 0)
    }

    @Test func `a head that does not end is 408`() throws {
        let server = try TestServer { $0.limits.headTime = 150 }
        let connection = try server.connect()
        connection.send("GET / HTTP/1.1\r\nHos")
        #expect(connection.response()?.status == 408)
        #expect(connection.isClosedByServer())
    }

    @Test func `the time for a head is not prolonged by sending on`() throws {
        let server = try TestServer { $0.limits.headTime = 200 }
        let connection = try server.connect(timeoutMilliseconds: 20)
        connection.send("GET / HTTP/1.1\r\n")
        var sent = 0
        while sent < 200, connection.response() == nil, !connection.isClosed {
            connection.send("X: y\r\n")
            sent += 1
        }
        #expect(sent < 100)
    }

    @Test func `a body that stops coming is 408`() throws {
        let server = try TestServer { $0.limits.bodyGrace = 150 }
        let connection = try server.connect()
        connection.send(post("Content-Length: 10", "abc"))
        #expect(connection.response()?.status == 408)
        #expect(connection.isClosedByServer())
    }

    @Test func `a body has 500 octets a second, and an end`() {
        var timing = ConnectionTiming(limits: Limits(), now: 0, isHandshaking: false)
        timing.note(.head, bodyReceived: 0, 0)
        timing.note(.body, bodyReceived: 0, 1_000)
        #expect(!timing.hasExpired(5_999) && timing.hasExpired(6_000))
        timing.note(.body, bodyReceived: 5_000, 9_000)
        #expect(!timing.hasExpired(15_999) && timing.hasExpired(16_000))
        timing.note(.body, bodyReceived: 1_000_000, 9_000)
        #expect(!timing.hasExpired(30_999) && timing.hasExpired(31_000))
    }

    @Test func `a connection that asks nothing is closed without a word`() throws {
        let server = try TestServer { $0.limits.idleTime = 150 }
        let connection = try server.connect()
        #expect(connection.rest().isEmpty)
        #expect(connection.isClosed)
        let second = try server.connect()
        second.send(get("/"))
        #expect(second.response()?.status == 200)
        #expect(second.rest().isEmpty)
        #expect(second.isClosed)
    }

    @Test func `a client that does not read its answer is cut off`() throws {
        let server = try TestServer { $0.limits.writeTime = 200 }
        let connection = try server.connect(timeoutMilliseconds: 2_000)
        connection.shrinkReceiveBuffer()
        connection.send(get("/big"))
        try sleep(milliseconds: 700)
        #expect(connection.rest().utf8.count < 8_000_000)
        #expect(connection.isClosed)
    }

    @Test func `an endpoint may take its time`() throws {
        let server = try TestServer(routes: [Route(.get, "/slow", Slow())]) {
            $0.limits.headTime = 50
            $0.limits.idleTime = 50
            $0.limits.bodyGrace = 50
        }
        #expect(try server.answer(get("/slow"))?.status == 200)
    }

    @Test func `a connection has an end after so many requests`() throws {
        let server = try TestServer { $0.limits.requestsPerConnection = 3 }
        let connection = try server.connect()
        for last in [false, false, true] {
            connection.send(get("/"))
            #expect((connection.response()?.headers["connection"] == "close") == last)
        }
        #expect(connection.isClosedByServer())
    }

    private struct Slow: Endpoint {
        func respond(to request: Request) async throws -> Response {
            try await Task.sleep(for: .milliseconds(300))
            return .text(200, "at last")
        }
    }
}
