import Crypto
import Encoding
import Foundation
import HTTP
import Testing

@testable import lanyard

@Suite struct `AD-12 the administration on an address of its own` {
    private static let policy = #"""
        {"role": "automation", "version": 1, "title": "Automation", "description": "Sees clients", "holders": ["Client"],
         "rules": [{"id": "clients", "allow": ["auth/Client.rs", "auth/AuditEvent.s"]}]}
        """#
    private static let client = #"""
        {"client_id": "robot", "client_secret": "robot-secret-0123456789", "grant_types": ["client_credentials"],
         "response_types": [], "scope": "auth/Client.rs auth/User.s auth/AuditEvent.s", "client_name": "Robot"}
        """#

    /// Between the ports of systems and those that systems give out.
    private static func freePort() -> UInt16 { UInt16.random(in: 20_000...30_000) }

    @Test func `commands reach it with a token from a file or the environment, and never as an argument`() throws {
        let port = Self.freePort()
        let lanyard = try LanyardProcess(admin: "127.0.0.1:\(port)")
        let server = try lanyard.serve()
        defer {
            server.terminate()
            server.waitUntilExit()
        }
        _ = try lanyard.files.write("automation.json", Self.policy)
        #expect(try lanyard.run(["policy", "apply", "automation.json"]).status == 0)
        #expect(try lanyard.run(["client", "add", "-"], input: Self.client).status == 0)
        let assigned = try lanyard.run(["role", "assign", "automation", "--client", "robot"])
        #expect(assigned.status == 0, "\(assigned.errors)")
        let form = FormParameters([
            ("grant_type", "client_credentials"), ("scope", "auth/Client.rs auth/User.s auth/AuditEvent.s"),
            ("resource", "http://127.0.0.1:8080/admin/v1"), ("client_id", "robot"),
        ])
        let basic = "Basic " + Base64.encode(Array("robot:robot-secret-0123456789".utf8))
        let answer = try HTTPClient(timeoutSeconds: 10).send(
            .post, "/token", to: .unix(path: lanyard.files.directory + "/http.sock"),
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Authorization", basic)],
            body: Array(form.serialized().utf8))
        let token = try JSON(parsing: answer.body)
        // The scope is cut to what a role gives.
        #expect(token["scope"] == "auth/Client.rs auth/AuditEvent.s", "\(token.text)")
        let text = try #require(token["access_token"]?.stringValue)
        _ = try lanyard.files.write("token", text + "\n")
        let url = ["--url", "http://127.0.0.1:\(port)"]
        let listed = try lanyard.run(["client", "list", "--json", "--token-file", "token"] + url)
        #expect(listed.status == 0 && listed.output.contains("robot"), "\(listed.errors)")
        let exported = try lanyard.run(["audit", "export", "--token-file", "token"] + url)
        #expect(exported.status == 0 && exported.output.contains("token-issued"), "\(exported.errors)")
        let refused = try lanyard.run(["user", "list", "--token-file", "token"] + url)
        #expect(refused.status == 1 && refused.errors.contains("auth/User.s"), "\(refused.errors)")
        #expect(try lanyard.run(["client", "list"] + url).status == 64)
        #expect(try lanyard.run(["client", "list", "--token-file", "token"]).status == 64)
        let plain = try lanyard.run(["client", "list", "--token-file", "token", "--url", "http://192.0.2.1:80"])
        #expect(plain.status == 64 && plain.errors.contains("https"), "\(plain.errors)")
        _ = try lanyard.files.write("token", "garbage")
        #expect(try lanyard.run(["client", "list", "--token-file", "token"] + url).status == 1)
    }
}
