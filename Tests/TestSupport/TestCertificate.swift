import Foundation

/// A self-signed certificate and its key in a folder of their own, gone with their owner.
package final class TestCertificate: Sendable {
    private let folder: String
    package var certificateFile: String { folder + "/certificate" }
    package var keyFile: String { folder + "/key" }

    package init(name: String = "localhost") throws {
        folder = FileManager.default.temporaryDirectory.path + "/lanyard-certificate-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=\(name)", "-keyout", keyFile, "-out", certificateFile,
        ])
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyFile)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Not by Foundation's Process: where a process has more than a thousand descriptors, as one with many servers has, its
    /// `run` reads beyond the end of the kernel's list of them, and now and then crashes.
    private static func openssl(_ arguments: [String]) throws {
        var words: [UnsafeMutablePointer<CChar>?] = unsafe []
        for argument in ["openssl"] + arguments { unsafe words.append(strdup(argument)) }
        unsafe words.append(nil)
        defer { for index in unsafe words.indices { unsafe free(words[index]) } }
        var child: pid_t = 0
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        guard unsafe posix_spawn(&child, "/usr/bin/openssl", &actions, nil, words, environ) == 0 else {
            throw TestFailure("openssl was not started")
        }
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw TestFailure("openssl is gone") }
        }
        guard status == 0 else { throw TestFailure("openssl made no certificate") }
    }
}
