import Testing

@testable import HTTP

/// HT-02: exactly one valid Host, and only hosts this server is.
@Suite struct `HT-02 Host` {
    static let wrong = [
        "", "Host:\r\n", "Host: a\r\nHost: a\r\n", "Host: a\r\nHost: b\r\n", "Host: a b\r\n", "Host: a/b\r\n",
        "Host: a@b\r\n", "Host: a,b\r\n", "Host: a:\r\n", "Host: a:x\r\n", "Host: a:65536\r\n", "Host: a:123456\r\n",
        "Host: :80\r\n", "Host: a:80:80\r\n", "Host: [::1\r\n", "Host: ::1\r\n", "Host: [1.2.3.4]\r\n",
        "Host: [::1]80\r\n", "Host: [::g]\r\n", "Host: a?b\r\n", "Host: a#b\r\n", "Host: <a>\r\n", "Host: a%41\r\n",
        "Host: \u{e9}\r\n", "Host: \(String(repeating: "a", count: 300))\r\n",
    ]

    @Test(arguments: wrong)
    func `anything but one host is refused`(_ fields: String) throws {
        #expect(try Parsing.status("GET / HTTP/1.1\r\n\(fields)\r\n") == 400)
    }

    @Test(arguments: [
        "a", "a:80", "a.example.org", "127.0.0.1:8080", "[::1]", "[2001:db8::1]:443", "a_b-c.d", "A:65535",
    ])
    func `one host, with or without a port, is taken`(_ host: String) throws {
        let requests = try Parsing.requests("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").get()
        #expect(requests.map(\.host) == [host])
    }

    @Test func `HTTP/1.0 needs a host as well`() throws {
        #expect(try Parsing.status("GET / HTTP/1.0\r\n\r\n") == 400)
        #expect(try Parsing.status("GET / HTTP/1.0\r\nHost: a\r\n\r\n") == nil)
    }

    @Test func `an absolute target must name the host of the Host field`() throws {
        #expect(try Parsing.status("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n") == 400)
        #expect(try Parsing.status("GET http://a:80/ HTTP/1.1\r\nHost: a\r\n\r\n") == 400)
        #expect(try Parsing.status("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n") == 400)
        #expect(try Parsing.status("GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n") == 400)
        #expect(try Parsing.status("GET http://A/ HTTP/1.1\r\nHost: a\r\n\r\n") == nil)
    }

    @Test(arguments: [
        ("auth.example.org", 200), ("AUTH.example.org", 200), ("auth.example.org:9999", 200), ("ehr:8443", 200),
        ("ehr", 421), ("ehr:8444", 421), ("evil.example.org", 421), ("auth.example.org.evil.org", 421),
        ("xauth.example.org", 421), ("[::1]", 200), ("[::1]:80", 200),
    ])
    func `another server's host is answered 421`(_ host: String, _ status: Int) throws {
        let server = try TestServer { $0.hosts = ["auth.example.org", "EHR:8443", "[::1]"] }
        let response = try #require(try server.answer("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n"))
        #expect(response.status == status)
    }
}
