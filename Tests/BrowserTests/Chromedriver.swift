import Foundation
import HTTP
import Testing

/// Debian's `chromium-driver`.
enum Chromedriver {
    /// Where it is installed; nil where it is not.
    static let path: String? = {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").map(String.init) ?? []
        return folders.map { $0 + "/chromedriver" }.first(where: FileManager.default.isExecutableFile)
    }()

    /// Starts it; comes back when it takes sessions.
    static func start(_ path: String, port: UInt16) throws -> ChildProcess {
        let process = try ChildProcess(path, ["--port=\(port)", "--log-level=OFF"])
        try process.waitUntilReady {
            let answer = try? HTTPClient(timeoutSeconds: 5).send(
                .get, "/status", to: .tcp(host: "127.0.0.1", port: port))
            return answer?.status == 200
        }
        return process
    }
}

extension Trait where Self == ConditionTrait {
    /// Without a browser these tests can say nothing.
    static var needsChromium: Self {
        .enabled(
            if: Chromedriver.path != nil,
            "chromedriver is not in PATH: install the packages chromium and chromium-driver, as Tests/run does")
    }
}
