import Foundation
import TestSupport

/// A program that a test starts and that ends with it, whatever happens: it is told to stop when this value goes, and
/// should the tests themselves be killed, `timeout` stops it some minutes later.
final class ChildProcess {
    private let process = Process()

    init(_ program: String, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["--kill-after=10", "300", program] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try Self.withoutBlockedSignals { try process.run() }
    }

    deinit { stop() }

    /// `timeout` hands SIGTERM on, and SIGKILL after it where that is not enough.
    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// Comes back when the program answers.
    func waitUntilReady(_ isReady: () -> Bool) throws {
        let deadline = Date().addingTimeInterval(30)
        while process.isRunning, Date() < deadline {
            if isReady() { return }
            usleep(20_000)
        }
        stop()
        throw TestFailure("\(process.arguments ?? []) did not answer; its exit code is \(process.terminationStatus)")
    }

    /// A program inherits the mask of the thread that starts it, and a thread of the tests blocks what would stop the
    /// program.
    private static func withoutBlockedSignals(_ body: () throws -> Void) throws {
        var (none, saved) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &saved)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &saved, nil) }
        try body()
    }
}
