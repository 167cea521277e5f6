import Crypto
import Testing

@testable import HTTP

@Suite struct `TK-19 calls to addresses that others chose` {
    private static let local = OutboundAddresses(permitted: OutboundAddresses.loopback)

    private func client(
        _ addresses: OutboundAddresses = Self.local, trust: TLSTrust = TLSTrust(), longestBody: Int = 1_000
    ) -> OutboundClient {
        OutboundClient(timeoutSeconds: 5, longestBody: longestBody, addresses: addresses, trust: trust)
    }

    private func target(
        _ port: UInt16, host: String = "127.0.0.1", isSecure: Bool = false, _ path: String = "/echo?a=b"
    ) -> OutboundClient.Target {
        OutboundClient.Target(isSecure: isSecure, host: host, port: port, pathAndQuery: path)
    }

    @Test(arguments: [
        "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1", "192.0.0.8", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fc00::1", "fd12::1", "fe80::1",
        "ff02::1", "2001:db8::1",
    ])
    func `no address that is not public`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!OutboundAddresses().permits(address))
        #expect(throws: ClientError.refusedAddress(text)) {
            try client(OutboundAddresses()).send(.post, to: target(443, host: text, isSecure: true))
        }
    }

    @Test(arguments: [
        "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "192.167.0.1", "2606:4700::1", "::ffff:8.8.8.8",
    ])
    func `public ones are permitted`(text: String) throws {
        #expect(OutboundAddresses().permits(try #require(IPAddress(text))))
    }

    @Test func `a network that the operator named is permitted, and no other`() throws {
        let addresses = OutboundAddresses(permitted: [try #require(IPNetwork("10.1.0.0/16"))])
        #expect(addresses.permits(try #require(IPAddress("10.1.2.3"))))
        #expect(!addresses.permits(try #require(IPAddress("10.2.0.1"))))
        #expect(!addresses.permits(try #require(IPAddress("127.0.0.1"))))
    }

    /// Names that lead to the machine itself: what counts is the address that the resolver gives.
    @Test(arguments: ["localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"])
    func `the address is judged, not the name`(host: String) throws {
        #expect(throws: ClientError.refusedAddress(host)) {
            try client(OutboundAddresses()).send(.get, to: target(443, host: host, isSecure: true))
        }
    }

    @Test func `plain HTTP stays on the machine, whatever is permitted`() throws {
        let anywhere = OutboundAddresses(permitted: [try #require(IPNetwork("0.0.0.0/0"))])
        #expect(throws: ClientError.refusedAddress("8.8.8.8")) {
            try client(anywhere).send(.get, to: target(80, host: "8.8.8.8"))
        }
        let server = try TestServer()
        let response = try client().send(.post, to: target(server.server.boundPorts[0]), body: Array("x".utf8))
        #expect(String(decoding: response.body, as: UTF8.self) == "POST /echo?a=b x")
    }

    @Test func `the answer is bounded`() throws {
        let server = try TestServer()
        #expect(throws: ClientError.tooLarge) {
            try client().send(.get, to: target(server.server.boundPorts[0], "/big"))
        }
    }

    @Test func `TLS-4: over TLS the certificate must lead to an authority that is trusted, and name the host`() throws {
        let (good, other) = (try Certificate(name: "localhost"), try Certificate(name: "other.example"))
        for (certificate, isRight) in [(good, true), (other, false)] {
            let tls = try TLSContext(certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
            let server = try TestServer(tls: tls)
            let place = target(server.server.boundPorts[0], host: "localhost", isSecure: true)
            let trust = TLSTrust(authorities: certificate.certificateFile)
            if isRight {
                let response = try client(trust: trust).send(.post, to: place, body: Array("x".utf8))
                #expect(String(decoding: response.body, as: UTF8.self) == "POST /echo?a=b x")
                let big = target(place.port, host: "localhost", isSecure: true, "/big")
                #expect(try client(trust: trust, longestBody: 9_000_000).send(.get, to: big).body.count == 8_000_000)
            } else {
                #expect(throws: ClientError.notTrusted) { try client(trust: trust).send(.post, to: place) }
            }
            let byAddress = target(place.port, isSecure: true)
            #expect(throws: ClientError.notTrusted) { try client(trust: trust).send(.post, to: byAddress) }
            #expect(throws: ClientError.notTrusted) { try client().send(.post, to: place) }
            #expect(throws: ClientError.notTrusted) {
                try client(trust: TLSTrust(authorities: "/nowhere")).send(.post, to: place)
            }
        }
    }

    @Test func `TLS is spoken with who speaks TLS, or not at all`() throws {
        let server = try TestServer()
        #expect(throws: ClientError.notTrusted) {
            try client().send(.get, to: target(server.server.boundPorts[0], host: "localhost", isSecure: true))
        }
    }
}
