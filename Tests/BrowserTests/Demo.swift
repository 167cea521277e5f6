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
    func register(_ client: JSON) throws {
        let response = try HTTPClient(timeoutSeconds: 20).send(
            .post, "/admin/v1/clients", to: .unix(path: directory + "/admin.sock"),
            headers: [("Content-Type", "application/json")], body: client.serialized())
        guard response.status == 201 else { throw TestFailure("the app is not registered: \(response.text)") }
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
