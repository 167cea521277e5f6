import AuthorizationServer
import Foundation
import Testing

@testable import lanyard

/// Files of a mode, in a directory of their own.
struct TemporaryFiles: ~Copyable {
    let directory: String

    init() throws {
        directory = NSTemporaryDirectory() + "lanyard-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let path = directory + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }
}

@Suite struct `HT-12 ST-16 Secret files that others can read` {
    @Test(arguments: [0o604, 0o602, 0o644, 0o666])
    func `a passphrase file open to everyone is refused`(mode: Int) throws {
        let files = try TemporaryFiles()
        let path = try files.write("passphrase", "open sesame", mode: mode)
        let lines = ConfigurationText.problems(
            ConfigurationText.minimal + #", "key_passphrase_file": "\#(path)""#)
        #expect(lines.contains { $0.hasPrefix("key_passphrase_file: others can read") }, "\(lines)")
    }

    @Test(arguments: [0o600, 0o400, 0o440])
    func `a passphrase file of its owner, or mounted for a group, is read`(mode: Int) throws {
        let files = try TemporaryFiles()
        let path = try files.write("passphrase", "open sesame", mode: mode)
        let settings = try ConfigurationText.read(
            ConfigurationText.minimal + #", "key_passphrase_file": "\#(path)""#)
        #expect(settings.configuration.keyPassphrase != nil)
    }

    @Test func `an empty passphrase file is refused, which would leave the keys in the clear`() throws {
        let files = try TemporaryFiles()
        let path = try files.write("passphrase", "\n")
        let lines = ConfigurationText.problems(ConfigurationText.minimal + #", "key_passphrase_file": "\#(path)""#)
        #expect(lines == ["key_passphrase_file: the file is empty"])
    }

    @Test(arguments: [(0o600, true), (0o640, false), (0o604, false), (0o644, false)])
    func `a TLS key that group or others can read is refused`(mode: Int, accepted: Bool) throws {
        let files = try TemporaryFiles()
        let key = try files.write("key.pem", "k", mode: mode)
        let certificate = try files.write("certificate.pem", "c", mode: 0o644)
        let tls = #"{"certificate": "\#(certificate)", "key": "\#(key)"}"#
        let lines = ConfigurationText.problems(
            ConfigurationText.minimal + #", "listen": [{"host": "0.0.0.0", "port": 443, "tls": \#(tls)}]"#)
        #expect(lines.isEmpty == accepted, "\(lines)")
    }
}
