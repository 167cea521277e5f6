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

    /// Prints a line made of parts that may come from outside.
    func print(_ line: String) { write(SafeText.line(line) + "\n") }

    static let standard = Console(
        write: { FileAccess.write(Array($0.utf8), to: .standardOutput) },
        note: { FileAccess.write(Array($0.utf8), to: .standardError) },
        read: readInput,
        askSecret: { (prompt: String) throws(CommandFailure) in try SecretPrompt(prompt).ask() })

    @Sendable private static func readInput(_ path: String) throws(CommandFailure) -> [UInt8] {
        do {
            return path == "-" ? try FileAccess.read(.standardInput) : try FileAccess.read(path)
        } catch {
            throw .failed("\(path == "-" ? "standard input" : path): \(error.reason)")
        }
    }
}
