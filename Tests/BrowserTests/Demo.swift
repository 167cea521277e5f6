import Encoding
import Foundation
import HTTP
import TestSupport

/// `lanyard demo`, as built beside the tests, on a port and with a directory of its own.
final class Demo {
    let port: UInt16
    var origin: String { "http://127.0.0.1:\(port)" }
    private let directory: String
    private let process: ChildProcess

    init() throws {
        let port = try FreePort.find()
        let directory = NSTemporaryDirectory() + "lanyard-browser-\(UUID().uuidString)"
        self.port = port
        self.directory = directory
        process = try ChildProcess(try Self.program(), ["demo", "--port", "\(port)", "--data", directory])
        try process.waitUntilReady {
            let answer = try? HTTPClient(timeoutSeconds: 5).send(.get, "/", to: .tcp(host: "127.0.0.1", port: port))
            return answer?.status == 200
        }
    }

    deinit { stop() }

    func stop() {
        process.stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Registers one more app, as an operator would over the admin socket.
    func register(_ client: JSON) throws { try administer(.post, "/clients", client) }

    /// Lets a person do all that a scope says, whatever their usual role.
    func allow(_ scope: String, to username: String) throws {
        let policy: JSON = [
            "role": "whole", "version": 1, "title": "Whole", "description": "For a test",
            "rules": [["id": "all", "allow": .string(scope)]],
        ]
        try administer(.put, "/role-policies/whole?reason=test", policy)
        try administer(.post, "/role-assignments", ["user": .string(username), "role": "whole", "reason": "test"])
    }

    private func administer(_ method: HTTP.Method, _ path: String, _ body: JSON) throws {
        let response = try HTTPClient(timeoutSeconds: 20).send(
            method, "/admin/v1" + path, to: .unix(path: directory + "/admin.sock"),
            headers: [("Content-Type", "application/json")], body: body.serialized())
        guard (200..<300).contains(response.status) else { throw TestFailure("\(path): \(response.text)") }
    }

    private static func program() throws -> String {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let program = tests.appendingPathComponent("lanyard").path
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw TestFailure("\(program) is not built")
        }
        return program
    }
}
