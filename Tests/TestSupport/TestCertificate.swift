import Foundation

/// A self-signed certificate and its key in a folder of their own, gone with their owner.
package final class TestCertificate: Sendable {
    private let folder: String
    package var certificateFile: String { folder + "/certificate" }
    package var keyFile: String { folder + "/key" }

    package init(name: String = "localhost") throws {
        folder = FileManager.default.temporaryDirectory.path + "/lanyard-certificate-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=\(name)", "-keyout", keyFile, "-out", certificateFile,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestFailure("openssl made no certificate") }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyFile)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
