import Crypto
import Testing

@testable import HTTP

/// HT-11: TLS 1.2 with ECDHE and AEAD, or 1.3, and nothing else.
@Suite struct `HT-11 TLS` {
    let certificate: Certificate
    let server: TestServer

    init() throws {
        certificate = try Certificate()
        let tls = try TLSContext(certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
        server = try TestServer(tls: tls) { $0.limits.handshakeTime = 300 }
    }

    private var port: UInt16 { server.server.boundPorts[0] }

    private func handshake(_ arguments: [String], input: String = get("/peer", "Connection: close\r\n")) throws
        -> String
    {
        let connect = ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost", "-ign_eof"]
        return try OpenSSLCommand.run(connect + arguments, input: input).text
    }

    @Test(arguments: [
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"], ["-tls1_3"], ["-tls1_3", "-alpn", "h2,http/1.1"],
        ["-tls1_3", "-groups", "P-256"],
    ])
    func `TLS-1, TLS-2: a good client is served`(_ arguments: [String]) throws {
        let output = try handshake(arguments)
        #expect(output.contains("HTTP/1.1 200 OK"), "\(output)")
        #expect(output.contains("127.0.0.1 true a false"), "the request is secure")
        #expect(output.contains("Compression: NONE"))
        #expect(!output.contains("Max Early Data: 1"))
        if arguments.contains("-alpn") { #expect(output.contains("ALPN protocol: http/1.1")) }
    }

    @Test(arguments: [
        ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
        ["-tls1_2", "-cipher", "AES128-GCM-SHA256"], ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"],
        ["-tls1_2", "-cipher", "NULL:aNULL:@SECLEVEL=0"], ["-alpn", "h2"], ["-alpn", "spdy/1,http/1.0"],
    ])
    func `TLS-2, SEC-CNN-1: a client that offers only less is not`(_ arguments: [String]) throws {
        #expect(!(try handshake(arguments).contains("HTTP/1.1")))
    }

    @Test func `renegotiation is refused`() throws {
        let arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-tls1_2"]
        let output = try OpenSSLCommand.run(arguments, input: "R\n", until: "no renegotiation").text
        #expect(output.contains("RENEGOTIATING") && output.contains("no renegotiation"), "\(output)")
    }

    @Test func `a session is resumed`() throws {
        let file = certificate.folder + "/session"
        let request = get("/", "Connection: close\r\n")
        _ = try handshake(["-tls1_2", "-sess_out", file], input: request)
        #expect(try handshake(["-tls1_2", "-sess_in", file], input: request).contains("Reused, TLSv1.2"))
    }

    @Test func `a long answer and a long body pass`() throws {
        let output = try handshake(["-quiet"], input: get("/big", "Connection: close\r\n"))
        #expect(output.utf8.count > 8_000_000)
        let body = String(repeating: "b", count: 1_000)
        let echo = try handshake(["-quiet"], input: post("Connection: close\r\nContent-Length: 1000", body))
        #expect(echo.contains("POST /echo? " + body))
    }

    @Test func `a handshake has a deadline`() throws {
        let connection = try server.connect()
        #expect(connection.rest().isEmpty)
        #expect(connection.isClosed)
        let half = try server.connect()
        half.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
        #expect(half.isClosedByServer())
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "SSH-2.0-x\r\n", "\0\0\0\0\0\0\0\0"])
    func `another protocol is closed without an HTTP answer`(_ octets: String) throws {
        let connection = try server.connect()
        connection.send(octets)
        #expect(!connection.rest().contains("HTTP"))
        #expect(connection.isClosed)
    }
}

/// HT-12: a certificate is changed without a restart; a bad one changes nothing; an exposed key is not used at all.
@Suite struct `HT-12 Certificates` {
    private func subject(_ server: TestServer) throws -> String {
        let arguments = ["s_client", "-connect", "127.0.0.1:\(server.server.boundPorts[0])"]
        let lines = try OpenSSLCommand.run(arguments).text.split(separator: "\n")
        return lines.first { $0.hasPrefix("subject=") }.map { String($0.dropFirst(8)) } ?? "none"
    }

    @Test func `reloading takes the new files, or keeps the old ones`() throws {
        let certificate = try Certificate(name: "first")
        let tls = try TLSContext(certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
        let server = try TestServer(tls: tls)
        #expect(try subject(server).contains("first"))
        try certificate.write(name: "second")
        #expect(try subject(server).contains("first"))
        server.server.reloadCertificates()
        #expect(try subject(server).contains("second"))
        #expect(server.events.last == .certificateReloaded)
        try certificate.overwrite(certificate.certificateFile, "nonsense")
        server.server.reloadCertificates()
        #expect(try subject(server).contains("second"))
        #expect(server.events.contains { if case .certificateKept = $0 { true } else { false } })
        try certificate.write(name: "third")
        try certificate.setKeyMode(0o640)
        server.server.reloadCertificates()
        #expect(try subject(server).contains("second"))
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o610])
    func `a key others have any right on is refused`(_ mode: Int) throws {
        let certificate = try Certificate()
        try certificate.setKeyMode(mode)
        #expect(throws: TLSError.exposedKey(file: certificate.keyFile)) {
            _ = try TLSContext(certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
        }
    }

    @Test func `wrong files are named`() throws {
        let (one, other) = (try Certificate(), try Certificate())
        #expect(throws: TLSError.mismatch) {
            _ = try TLSContext(certificateFile: one.certificateFile, keyFile: other.keyFile)
        }
        #expect(throws: TLSError.unreadable(file: one.folder)) {
            _ = try TLSContext(certificateFile: one.certificateFile, keyFile: one.folder)
        }
        #expect(throws: TLSError.noCertificate(file: one.keyFile)) {
            _ = try TLSContext(certificateFile: one.keyFile, keyFile: one.keyFile)
        }
        try one.overwrite(one.keyFile, "nonsense")
        #expect(throws: TLSError.noKey(file: one.keyFile)) {
            _ = try TLSContext(certificateFile: one.certificateFile, keyFile: one.keyFile)
        }
    }
}
