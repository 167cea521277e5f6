import Testing

@testable import lanyard

@Suite struct `Passwords from the terminal and from standard input` {
    private func type(_ octets: [UInt8]) -> SecretLine.Step {
        var line = SecretLine()
        var step = SecretLine.Step.more
        for octet in octets where step == .more { step = line.take(octet) }
        return step
    }

    @Test(arguments: [
        ("abc\n", "abc"), ("abc\r", "abc"), ("abx\u{7F}c\n", "abc"), ("aä\u{7F}b\n", "ab"), ("\u{7F}a\n", "a"),
        ("wrong\u{15}right\n", "right"), ("ä🔑\n", "ä🔑"), ("\n", ""),
    ])
    func `keys edit the line, whole letters at a time`(typed: String, text: String) {
        #expect(type(Array(typed.utf8)) == .done(text))
    }

    @Test func `Ctrl-C cancels, Ctrl-D on an empty line too`() {
        #expect(type([0x61, 0x03]) == .cancelled)
        #expect(type([0x04]) == .cancelled)
        #expect(type([0x61, 0x04]) == .done("a"))
    }

    @Test func `octets that are not UTF-8 are no password`() { #expect(type([0xFF, 0x0A]) == .done(nil)) }

    @Test(arguments: [("correct horse\n", "correct horse"), ("a\r\nb", "a"), ("no end", "no end"), (" sp \n", " sp ")])
    func `standard input gives its first line as it is`(input: String, password: String) throws {
        let captured = CapturedConsole(input: ["-": input])
        let invocation = try captured.invocation(["user", "set-password", "maria", "--password-stdin"])
        #expect(try invocation.newPassword() == password)
    }

    @Test func `an empty first line is refused`() throws {
        let captured = CapturedConsole(input: ["-": "\nsecond"])
        let invocation = try captured.invocation(["user", "set-password", "maria", "--password-stdin"])
        #expect(throws: CommandFailure.self) { try invocation.newPassword() }
    }

    @Test func `the terminal is asked twice, and both must be equal`() throws {
        let words = ["user", "set-password", "maria"]
        #expect(try CapturedConsole(secrets: ["one two", "one two"]).invocation(words).newPassword() == "one two")
        #expect(throws: CommandFailure.failed("the two passwords differ")) {
            try CapturedConsole(secrets: ["one", "two"]).invocation(words).newPassword()
        }
    }
}
