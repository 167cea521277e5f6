import Foundation
import Testing

@testable import lanyard

@Suite struct `K3: where the passphrase of the keys comes from` {
    private func words(_ script: String) -> [String] { ["/bin/sh", "-c", script] }

    @Test func `a program's output is it, without the end of the line`() throws {
        #expect(try CapturedCommand.output(of: ["/bin/echo", "a b"], seconds: 5, limit: 100) == Array("a b\n".utf8))
        #expect(throws: Never.self) { try KeyPassphraseSetting.asked(["/bin/echo", "secret"]) }
    }

    @Test(arguments: [
        (["/nowhere/program"], "/nowhere/program: "), (["/bin/false"], "/bin/false ended with 1"),
        (["/bin/true"], "prints nothing"), (["/bin/sh", "-c", "kill -9 $$"], "was stopped"),
        (["/bin/sh", "-c", "yes secret"], "prints more than"),
    ])
    func `a failing program is one line that names the setting, and never what it printed`(
        words: [String], reason: String
    ) {
        #expect {
            _ = try KeyPassphraseSetting.asked(words)
        } throws: { error in
            let message = (error as? CommandFailure)?.message ?? ""
            return message.hasPrefix("key_passphrase_command: ") && message.contains(reason)
                && !message.contains("\n") && !message.contains("secret")
        }
    }

    @Test func `a program that hangs is ended, with what it has started`() {
        let start = ContinuousClock.now
        #expect(throws: CapturedCommand.Failure(reason: "took too long")) {
            try CapturedCommand.output(of: words("sleep 60 & sleep 60"), seconds: 1, limit: 100)
        }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func `the program gets nothing to read and no shell between`() throws {
        #expect(try CapturedCommand.output(of: ["/bin/cat"], seconds: 5, limit: 100).isEmpty)
        #expect(
            try CapturedCommand.output(of: ["/bin/echo", "$HOME;id"], seconds: 5, limit: 100)
                == Array("$HOME;id\n".utf8))
    }

    @Test func `only one place may say it`() {
        let problems = ConfigurationText.problems(
            ConfigurationText.minimal + #", "key_passphrase_command": ["/bin/echo", "x"]"#,
            environment: ["LANYARD_KEY_PASSPHRASE": "y"])
        #expect(problems.count == 1 && problems.first?.contains("LANYARD_KEY_PASSPHRASE") == true, "\(problems)")
    }

    @Test func `it is no setting of the file, and wrong ones are named`() {
        let cases = [
            (#""key_passphrase": "x""#, "key_passphrase: "),
            (#""key_passphrase_command": ["echo", "x"]"#, "key_passphrase_command: must begin with the whole path"),
            (#""key_passphrase_command": "echo""#, "key_passphrase_command: "),
            (#""key_rsa_bits": 1024"#, "key_rsa_bits: must be 2048, 3072 or 4096"),
            (#""key_rotate_after_days": -1"#, "key_rotate_after_days: "),
            (#""key_passphrase_previous_files": ["gone"]"#, "key_passphrase_previous_files[0]: there is no such file"),
        ]
        for (member, problem) in cases {
            let problems = ConfigurationText.problems(ConfigurationText.minimal + ", " + member)
            #expect(problems.count == 1 && problems.first?.hasPrefix(problem) == true, "\(member): \(problems)")
        }
    }

    @Test func `the environment's is taken out of the environment`() {
        unsafe setenv("LANYARD_TEST_SECRET", "hidden words", 1)
        #expect(Environment.current()["LANYARD_TEST_SECRET"] == "hidden words")
        Environment.erase("LANYARD_TEST_SECRET")
        #expect(Environment.current()["LANYARD_TEST_SECRET"] == nil)
        #expect(!Environment.current().values.contains("hidden words"))
    }

    @Test func `the keys are encrypted by what the environment or a program says, and the server starts again with it`()
        throws
    {
        let lanyard = try LanyardProcess()
        let path = lanyard.files.directory + "/lanyard.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let command = #""key_passphrase_command": ["/bin/echo", "from the program"]"#
        try (text.dropLast() + ", " + command + "}").write(toFile: path, atomically: true, encoding: .utf8)
        let listed = try lanyard.run(["key", "list", "--json"])
        #expect(listed.status == 0, "\(listed.errors)")
        #expect(listed.output.contains(#""encrypted":true"#))
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let refused = try lanyard.run(["key", "list"])
        #expect(refused.status != 0 && refused.errors.contains("key_passphrase_file"), "\(refused.errors)")
        #expect(refused.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        #""key_passphrase_file": "NOW""#, #""key_passphrase_command": ["/bin/cat", "NOW"]"#,
    ])
    func `key reencrypt reads it anew, and does nothing where the keys do not open by it`(setting: String) throws {
        let lanyard = try LanyardProcess()
        let now = try lanyard.files.write("now", "one\n")
        let before = try lanyard.files.write("before", "zero\n")
        try lanyard.addSettings(
            setting.replacing("NOW", with: now) + #", "key_passphrase_previous_files": ["\#(before)"]"#)
        var server = try lanyard.serve()
        defer { server.terminate() }
        let folder = lanyard.files.directory + "/keys"
        func contents() throws -> [Data] {
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                .map { try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0)) }
        }
        let files = try contents()
        _ = try lanyard.files.write("now", "two\n")
        let refused = try lanyard.run(["key", "reencrypt"])
        #expect(refused.status == 1 && refused.errors.contains("key_passphrase_previous_files"), "\(refused.errors)")
        #expect(try contents() == files)
        _ = try lanyard.files.write("now", "")
        #expect(try lanyard.run(["key", "reencrypt"]).status != 0)
        #expect(try contents() == files)
        _ = try lanyard.files.write("now", "two\n")
        _ = try lanyard.files.write("before", "one\n")
        let done = try lanyard.run(["key", "reencrypt"])
        #expect(done.status == 0, "\(done.errors)")
        // New keys too are under the new one, which alone opens all of them.
        #expect(try lanyard.run(["key", "generate", "--algorithm", "ES256"]).status == 0)
        server.terminate()
        server.waitUntilExit()
        _ = try lanyard.files.write("before", "nothing\n")
        server = try lanyard.serve()
        #expect(try lanyard.run(["key", "list"]).status == 0)
    }
}

extension LanyardProcess {
    /// Adds members to its configuration.
    func addSettings(_ members: String) throws {
        let path = files.directory + "/lanyard.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try (text.dropLast() + ", " + members + "}").write(toFile: path, atomically: true, encoding: .utf8)
    }
}
