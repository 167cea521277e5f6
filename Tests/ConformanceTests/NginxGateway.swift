import Foundation
import HTTP
import TestSupport

/// nginx with the configuration that README.md gives, word for word, but for addresses, certificate and the path of the FHIR base.
final class NginxGateway: Sendable {
    private let process = Process()
    private let directory: String
    private let socket: String

    /// `lanyard`, `fhir`: the ports of the two servers.
    init(lanyard: UInt16, fhir: UInt16) throws {
        directory = FileManager.default.temporaryDirectory.path + "/nginx-\(UUID().uuidString)"
        socket = directory + "/nginx.sock"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var text = try PublishedGateway.nginx.configuration()
        for (written, here) in [
            ("server 10.0.0.2:8080;", "server 127.0.0.1:\(lanyard);"),
            ("server 10.0.0.3:8080;", "server 127.0.0.1:\(fhir);"),
            ("listen 443 ssl;", "listen unix:\(socket);"), ("/r4/", "/fhir/"), ("?fhir=r4;", "?fhir=fhir;"),
        ] {
            guard text.contains(written) else { throw TestFailure("README.md's nginx has no \(written)") }
            text = text.replacingOccurrences(of: written, with: here)
        }
        text = text.split(separator: "\n").filter { !$0.contains("ssl_certificate") }.joined(separator: "\n")
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(directory)/\($0);" }
        let file = """
            daemon off; worker_processes 1; pid \(directory)/pid; error_log \(directory)/error.log;
            events { worker_connections 128; }
            http { access_log off; \(paths.joined(separator: " "))
            \(text)
            }
            """
        try file.write(toFile: directory + "/nginx.conf", atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/nginx")
        process.arguments = ["-c", directory + "/nginx.conf", "-p", directory]
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<200 where (try? send(.get, "/nothing-here")) == nil { Thread.sleep(forTimeInterval: 0.05) }
        _ = try send(.get, "/nothing-here")
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: directory)
    }

    func send(_ method: HTTP.Method, _ path: String, headers: [(String, String)] = [], body: String = "") throws
        -> ClientResponse
    {
        try HTTPClient(timeoutSeconds: 20).send(
            method, path, to: .unix(path: socket), headers: [("Host", "fhir.hospital.example")] + headers,
            body: Array(body.utf8))
    }
}
