/// Why a command did not do its work: one line for people, more lines where there is more to say, and the exit code.
struct CommandFailure: Error, Equatable {
    let exitCode: ExitCode
    let message: String
    var details: [String] = []
    /// Whose `--help` says more.
    var command: String?

    static func usage(_ message: String) -> CommandFailure { CommandFailure(exitCode: .usage, message: message) }

    static func failed(_ message: String, details: [String] = []) -> CommandFailure {
        CommandFailure(exitCode: .failed, message: message, details: details)
    }

    static func unavailable(_ message: String) -> CommandFailure {
        CommandFailure(exitCode: .unavailable, message: message)
    }
}
