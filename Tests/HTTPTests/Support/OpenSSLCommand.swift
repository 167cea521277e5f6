import Foundation
import Testing

/// The `openssl` command: makes certificates, and is a client that shows what was agreed on.
enum OpenSSLCommand {
    struct Output {
        let text: String
        let status: Int32
    }

    /// Runs it with `input`, and keeps the input open until `until` has been printed or the time is over.
    static func run(_ arguments: [String], input: String = "", until: String? = nil) throws -> Output {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        let (into, out) = (Pipe(), Pipe())
        process.standardInput = into
        process.standardOutput = out
        process.standardError = out
        try process.run()
        try into.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        var text = Data()
        if let until {
            while !text.contains(until) {
                let more = out.fileHandleForReading.availableData
                if more.isEmpty { break }
                text += more
            }
        }
        try? into.fileHandleForWriting.close()
        text += try out.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Output(text: String(decoding: text, as: UTF8.self), status: process.terminationStatus)
    }
}

extension Data {
    fileprivate func contains(_ text: String) -> Bool { range(of: Data(text.utf8)) != nil }
}

/// A folder with a self-signed certificate and its key, gone with its owner.
final class Certificate {
    let folder: String
    var certificateFile: String { folder + "/certificate" }
    var keyFile: String { folder + "/key" }

    init(name: String = "localhost") throws {
        folder = NSTemporaryDirectory() + "lanyard-tls-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write(name: name)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Makes both files anew.
    func write(name: String) throws {
        let output = try OpenSSLCommand.run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=\(name)", "-keyout", keyFile, "-out", certificateFile,
        ])
        guard output.status == 0 else { throw Failure(output: output.text) }
        try setKeyMode(0o600)
    }

    func setKeyMode(_ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: keyFile)
    }

    func overwrite(_ file: String, _ text: String) throws {
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    struct Failure: Error { let output: String }
}
