import Glibc

/// Where a command reads and writes; tests give their own.
struct Console: Sendable {
    /// Writes to standard output.
    let write: @Sendable (String) -> Void
    /// Writes to standard error: what is meant for people, so that standard output stays clean for scripts.
    let note: @Sendable (String) -> Void
    /// Reads all of a file, or of standard input for `-`.
    let read: @Sendable (String) throws(CommandFailure) -> [UInt8]
    /// Asks for a secret at the terminal, with the echo off.
    let askSecret: @Sendable (String) throws(CommandFailure) -> String
    /// Asks for a line at the terminal; nil where there is none.
    let ask: @Sendable (String) -> String?

    /// Prints a line made of parts that may come from outside.
    func print(_ line: String) { write(SafeText.line(line) + "\n") }

    static let standard = Console(
        write: { FileAccess.write(Array($0.utf8), to: .standardOutput) },
        note: { FileAccess.write(Array($0.utf8), to: .standardError) },
        read: readInput,
        askSecret: { (prompt: String) throws(CommandFailure) in try SecretPrompt(prompt).ask() },
        ask: askLine)

    @Sendable private static func askLine(_ question: String) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        FileAccess.write(Array(question.utf8), to: .standardError)
        return readLine() ?? ""
    }

    @Sendable private static func readInput(_ path: String) throws(CommandFailure) -> [UInt8] {
        do {
            return path == "-" ? try FileAccess.read(.standardInput) : try FileAccess.read(path)
        } catch {
            throw .failed("\(path == "-" ? "standard input" : path): \(error.reason)")
        }
    }
}
