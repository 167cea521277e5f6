extension Option {
    static let passwordFromInput = Option.flag("password-stdin", "read the password from standard input")
    static let keepPassword = Option.flag(
        "keep-password", "the person typed it: do not ask for another at the first sign-in")
    static let passwordNotes = [
        "The password is asked for at the terminal, or is the first line of standard input. It is never an argument:",
        "everyone on the machine can read those. It needs 15 characters of any kind, and more than common passwords and names.",
        "Whoever it is for chooses another at the first sign-in.",
    ]
}

extension Invocation {
    /// A new password: the first line of standard input where that was asked for, else typed twice.
    func newPassword() throws(CommandFailure) -> String {
        if flag(Option.passwordFromInput.name) { return try secretFromInput() }
        let password = try console.askSecret("Password: ")
        guard try console.askSecret("Once more: ") == password else { throw .failed("the two passwords differ") }
        guard !password.isEmpty else { throw .failed("the password is empty") }
        return password
    }

    /// The first line of standard input.
    func secretFromInput() throws(CommandFailure) -> String {
        let bytes = try console.read("-")
        var line = bytes.prefix { $0 != 0x0A }
        if line.last == 0x0D { line.removeLast() }
        guard let text = String(validating: line, as: UTF8.self) else { throw .failed("the secret is not UTF-8") }
        guard !text.isEmpty else { throw .failed("the first line of standard input is empty") }
        return text
    }
}
