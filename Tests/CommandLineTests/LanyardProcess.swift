import Foundation
import Testing

/// The built program, run as people run it.
struct LanyardProcess: ~Copyable {
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    let files: TemporaryFiles

    /// A directory with a configuration that listens at a socket file only, or at the address that is given.
    /// `admin`: where the administration listens beside its socket.
    init(listen: String = #"{"unix": "http.sock"}"#, admin: String? = nil) throws {
        let files = try TemporaryFiles()
        _ = try files.write(
            "lanyard.json",
            #"{"issuer": "http://127.0.0.1:8080", "listen": [\#(listen)], "#
                + (admin.map { #""admin_listen": ["\#($0)"], "# } ?? "")
                + #""fhir_servers": [{"base": "http://127.0.0.1:8080/fhir", "name": "Records"}]}"#)
        self.files = files
    }

    /// Runs a command to its end.
    func run(_ words: [String], input: String = "") throws -> Result {
        let (process, output, errors) = try start(words, input: input)
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self),
            errors: String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
    }

    /// Starts `serve` and comes back when it answers.
    func serve() throws -> Process {
        let (process, _, errors) = try start(["serve"], input: "")
        for _ in 0..<200 where process.isRunning {
            if FileManager.default.fileExists(atPath: files.directory + "/data/admin.sock") { return process }
            usleep(50_000)
        }
        process.terminate()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        throw Failure(description: "the server did not start: \(text)")
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    private static let sanitizing = ["ASAN_OPTIONS", "TSAN_OPTIONS", "LD_PRELOAD"]

    private func start(_ words: [String], input: String) throws -> (Process, Pipe, Pipe) {
        let process = Process()
        process.executableURL = try Self.program()
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: files.directory)
        // What a sanitizer is told holds for the program too.
        let told = ProcessInfo.processInfo.environment.filter { Self.sanitizing.contains($0.key) }
        process.environment = told.merging(["PATH": "/usr/bin:/bin"]) { $1 }
        let (standardInput, output, errors) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (standardInput, output, errors)
        try withoutBlockedSignals { try process.run() }
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        return (process, output, errors)
    }

    /// A program inherits the mask of the thread that starts it, and a thread of the tests blocks what would stop the
    /// program.
    private func withoutBlockedSignals(_ body: () throws -> Void) throws {
        var (none, saved) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &saved)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &saved, nil) }
        try body()
    }

    /// It is built beside the tests.
    private static func program() throws -> URL {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let program = tests.appendingPathComponent("lanyard")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw Failure(description: "\(program.path) is not built")
        }
        return program
    }
}
