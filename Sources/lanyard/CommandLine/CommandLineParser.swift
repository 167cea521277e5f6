/// Reads the words of a command line by the table of commands. It knows no command.
struct CommandLineParser: Sendable {
    /// What the words ask for.
    enum Outcome: Sendable {
        case help(String)
        case run(Command, arguments: [String], options: [String: [String]])
    }

    let commands: [Command]
    let help: Help

    init(commands: [Command], groups: [CommandGroup]) {
        self.commands = commands
        help = Help(commands: commands, groups: groups)
    }

    func parse(_ words: [String]) throws(CommandFailure) -> Outcome {
        if words.first == "help" { return try .help(help.text(of: Array(words.dropFirst()))) }
        guard let first = words.first else { throw missingCommand(after: []) }
        if Self.asksForHelp(first) { return .help(help.overview) }
        if let command = commands.first(where: { !$0.path.isEmpty && words.starts(with: $0.path) }) {
            return try parse(Array(words.dropFirst(command.path.count)), for: command)
        }
        guard help.isGroup(first) else { throw unknownCommand(words: [first]) }
        guard words.count > 1 else { throw missingCommand(after: [first]) }
        if Self.asksForHelp(words[1]) { return try .help(help.text(of: [first])) }
        throw unknownCommand(words: [first, words[1]])
    }

    private func parse(_ words: [String], for command: Command) throws(CommandFailure) -> Outcome {
        if words.prefix(while: { $0 != "--" }).contains(where: Self.asksForHelp) {
            return .help(help.text(of: command))
        }
        do {
            let reading = try CommandReading(command, words)
            return .run(command, arguments: reading.arguments, options: reading.options)
        } catch {
            var failure = error
            failure.command = command.name
            throw failure
        }
    }

    private static func asksForHelp(_ word: String) -> Bool { word == "--help" || word == "-h" }

    private func missingCommand(after words: [String]) -> CommandFailure {
        let what = words.isEmpty ? "a command" : "a command after \"\(words.joined(separator: " "))\""
        let text = words.first.map { help.overview(of: $0) } ?? help.overview
        return CommandFailure(exitCode: .usage, message: "\(what) is missing", details: ["", text])
    }

    private func unknownCommand(words: [String]) -> CommandFailure {
        let name = words.joined(separator: " ")
        let known = words.count == 1 ? help.firstWords : commands.map(\.name)
        return .usage(Suggestion.sentence("there is no command \"\(name)\"", for: name, among: known))
    }
}
