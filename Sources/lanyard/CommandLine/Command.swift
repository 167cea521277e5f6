/// One command of the program. All there is to know of it is in this value: the parser, the help and the dispatcher
/// read it, so adding a command is one file in `Commands/` and one line in `Command.all`.
struct Command: Sendable {
    /// The words that call it: `["client", "add"]`.
    let path: [String]
    let summary: String
    let arguments: [Argument]
    let options: [Option]
    /// Further lines of its help.
    let notes: [String]
    /// True if it runs until a signal stops it; the process then takes signals from `Signals` (see there why so early).
    let untilStopped: Bool
    let run: @Sendable (Invocation) async throws -> Void

    init(
        _ path: String, _ summary: String, arguments: [Argument] = [], options: [Option] = [], notes: [String] = [],
        untilStopped: Bool = false, run: @escaping @Sendable (Invocation) async throws -> Void
    ) {
        self.path = path.split(separator: " ").map(String.init)
        self.summary = summary
        self.arguments = arguments
        self.options = options + [.help]
        self.notes = notes
        self.untilStopped = untilStopped
        self.run = run
    }

    var name: String { path.joined(separator: " ") }

    func option(_ name: String) -> Option? { options.first { $0.name == name } }
}

/// Commands that share their first word.
struct CommandGroup: Sendable {
    let name: String
    let summary: String

    init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
    }
}
