import Testing

@testable import HTTP

/// HT-13: a forwarded address counts only from configured peers, and only as far as they can be trusted.
@Suite struct `HT-13 Trusted proxies` {
    struct Case: Sendable, CustomTestStringConvertible {
        let field: ForwardingField
        let headers: [(String, String)]
        let client: String
        var isSecure = false

        init(_ field: ForwardingField, _ headers: [(String, String)], _ client: String, isSecure: Bool = false) {
            (self.field, self.headers, self.client, self.isSecure) = (field, headers, client, isSecure)
        }

        var testDescription: String { headers.map { "\($0.0): \($0.1)" }.joined(separator: " | ") }
    }

    private static let chain = ("X-Forwarded-For", "203.0.113.9, 10.0.0.2")
    static let cases = [
        Case(.xForwarded, [], "10.0.0.1"),
        Case(.xForwarded, [("X-Forwarded-For", "203.0.113.9")], "203.0.113.9"),
        Case(.xForwarded, [chain], "203.0.113.9"),
        Case(.xForwarded, [("X-Forwarded-For", "6.6.6.6, 203.0.113.9")], "203.0.113.9"),
        Case(.xForwarded, [("X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.0.0.2")], "203.0.113.9"),
        Case(.xForwarded, [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "203.0.113.9")], "203.0.113.9"),
        Case(.xForwarded, [("X-Forwarded-For", "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
        Case(.xForwarded, [("X-Forwarded-For", "unknown")], "10.0.0.1"),
        Case(.xForwarded, [("X-Forwarded-For", "203.0.113.9, nonsense")], "10.0.0.1"),
        Case(.xForwarded, [("X-Forwarded-For", "203.0.113.9, nonsense, 10.0.0.2")], "10.0.0.2"),
        Case(.xForwarded, [("X-Forwarded-For", "203.0.113.9,")], "10.0.0.1"),
        Case(.xForwarded, [("X-Forwarded-For", "203.0.113.9:4711")], "203.0.113.9"),
        Case(.xForwarded, [("X-Forwarded-For", "2001:db8::7")], "2001:db8::7"),
        Case(.xForwarded, [("X-Forwarded-For", "[2001:db8::7]:4711")], "2001:db8::7"),
        Case(.xForwarded, [("X-Forwarded-For", "::ffff:203.0.113.9")], "203.0.113.9"),
        Case(.xForwarded, [("X-Forwarded-For", "203.0.113.9\\n")], "10.0.0.1"),
        Case(.xForwarded, [("Forwarded", "for=6.6.6.6;proto=https")], "10.0.0.1"),
        Case(.xForwarded, [("X-Forwarded-Proto", "https")], "10.0.0.1", isSecure: true),
        Case(
            .xForwarded, [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")], "203.0.113.9",
            isSecure: true),
        Case(.xForwarded, [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "http")], "203.0.113.9"),
        Case(.xForwarded, [chain, ("X-Forwarded-Proto", "https, http")], "203.0.113.9", isSecure: true),
        Case(.xForwarded, [chain, ("X-Forwarded-Proto", "http, https")], "203.0.113.9"),
        Case(.forwarded, [("Forwarded", "for=203.0.113.9;proto=https")], "203.0.113.9", isSecure: true),
        Case(.forwarded, [("Forwarded", "For=\"[2001:db8::7]:4711\"; Proto=HTTPS")], "2001:db8::7", isSecure: true),
        Case(.forwarded, [("Forwarded", "for=6.6.6.6, for=203.0.113.9")], "203.0.113.9"),
        Case(.forwarded, [("Forwarded", "for=203.0.113.9, for=10.0.0.2;by=10.0.0.1")], "203.0.113.9"),
        Case(.forwarded, [("Forwarded", "for=unknown")], "10.0.0.1"),
        Case(.forwarded, [("Forwarded", "for=_hidden;proto=https")], "10.0.0.1", isSecure: true),
        Case(.forwarded, [("Forwarded", "for=6.6.6.6;for=7.7.7.7")], "10.0.0.1"),
        Case(.forwarded, [("Forwarded", "for=\"6.6.6.6")], "10.0.0.1"),
        Case(.forwarded, [("Forwarded", "for=6.6.6.6 proto=https")], "10.0.0.1"),
        Case(.forwarded, [("Forwarded", "")], "10.0.0.1"),
        Case(.forwarded, [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Proto", "https")], "10.0.0.1"),
    ]

    @Test(arguments: cases) func `the client is found from the right`(_ one: Case) throws {
        let networks = [IPNetwork("10.0.0.0/24")].compactMap { $0 }
        let proxies = TrustedProxies(networks: networks, field: one.field)
        let client = proxies.client(behind: try #require(IPAddress("10.0.0.1")), Headers(one.headers))
        #expect(client.address.text == one.client)
        #expect(client.isSecure == one.isSecure)
    }

    @Test func `a peer that is not configured is believed nothing`() throws {
        let server = try TestServer { $0.trustedProxies = [IPNetwork("10.0.0.0/8")].compactMap { $0 } }
        let fields = "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nForwarded: for=6.6.6.6;proto=https\r\n"
        let response = try #require(try server.answer(get("/peer", fields)))
        #expect(response.body == Array("127.0.0.1 false a false\n".utf8))
    }

    @Test func `a configured peer is believed`() throws {
        let server = try TestServer { $0.trustedProxies = [IPNetwork("127.0.0.0/8")].compactMap { $0 } }
        let fields = "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
        let response = try #require(try server.answer(get("/peer", fields)))
        #expect(response.body == Array("203.0.113.9 true a false\n".utf8))
    }

    @Test func `the PROXY protocol is not spoken`() throws {
        let server = try TestServer { $0.trustedProxies = [IPNetwork("127.0.0.0/8")].compactMap { $0 } }
        #expect(try server.answer("PROXY TCP4 6.6.6.6 1.1.1.1 1 2\r\n" + get("/"))?.status == 400)
    }
}

@Suite struct `IP networks` {
    @Test(arguments: [
        ("10.1.0.0/16", "10.1.255.255", true), ("10.1.0.0/16", "10.10.0.1", false), ("10.1.0.0/16", "10.2.0.0", false),
        ("10.0.0.0/8", "::ffff:10.9.9.9", true), ("::ffff:10.0.0.0/104", "10.9.9.9", true),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.10", false), ("192.0.2.1/32", "192.0.2.1", true),
        ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true),
        ("::/0", "8.8.8.8", false), ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::1", false),
        ("2001:db8::/127", "2001:db8::1", true), ("2001:db8::/127", "2001:db8::2", false),
        ("::1", "0:0:0:0:0:0:0:1", true),
        ("10.0.0.0/8", "10.0.0.1 ", false), ("10.0.0.0/8", "10.1", false), ("10.0.0.0/8", "0x0a.0.0.1", false),
        ("10.0.0.0/8", "010.0.0.1", false), ("10.0.0.0/8", "", false), ("10.0.0.0/8", "10.0.0.1\u{0}", false),
    ])
    func `an address lies in a network or not`(_ network: String, _ address: String, _ expected: Bool) throws {
        #expect(try #require(IPNetwork(network)).contains(address) == expected)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/8/8", "10.1.0.0/8",
        "10.0.0/8", "2001:db8::/129", "2001:db8::1/64", "::ffff:10.0.0.0/8", "example.org", "10.0.0.0/a", " 10.0.0.0/8",
        "fe80::1%eth0", "[::1]/128",
    ])
    func `what is not a network is refused`(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test(arguments: ["127.0.0.1", "255.255.255.255", "0.0.0.0", "2001:db8::1", "::", "::1", "fe80::1:0:0:1"])
    func `an address is printed as it is usually written`(_ text: String) {
        #expect(IPAddress(text)?.text == text)
    }
}
