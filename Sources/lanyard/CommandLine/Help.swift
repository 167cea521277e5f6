/// The help texts, written from the table of commands.
struct Help: Sendable {
    let commands: [Command]
    let groups: [CommandGroup]

    /// Of the whole program.
    var overview: String {
        var seen: Set<String> = []
        let rows = commands.compactMap { command -> [String]? in
            guard let word = command.path.first, seen.insert(word).inserted else { return nil }
            return ["  " + word, groups.first { $0.name == word }?.summary ?? command.summary]
        }
        return """
            Lanyard, a SMART on FHIR authorization server.

            Usage: lanyard COMMAND …

            \(Columns(rows).text)
            Help on each: lanyard COMMAND --help
            """
    }

    /// The first words of all commands.
    var firstWords: [String] { commands.compactMap(\.path.first) }

    func isGroup(_ word: String) -> Bool { commands.contains { $0.path.count > 1 && $0.path.first == word } }

    /// Of a group: its commands.
    func overview(of group: String) -> String {
        let members = commands.filter { $0.path.first == group }
        let summary = groups.first { $0.name == group }?.summary ?? ""
        return """
            lanyard \(group): \(summary)

            \(Columns(members.map { ["  " + $0.name, $0.summary] }).text)
            Help on each: lanyard \(group) COMMAND --help
            """
    }

    /// Of what the words name: a command, a group, or with no words the program.
    func text(of words: [String]) throws(CommandFailure) -> String {
        guard let first = words.first else { return overview }
        if let command = commands.first(where: { $0.path == words }) { return text(of: command) }
        guard words.count == 1, isGroup(first) else {
            let name = words.joined(separator: " ")
            let known = commands.map(\.name) + groups.map(\.name)
            throw .usage(Suggestion.sentence("there is no command \"\(name)\"", for: name, among: known))
        }
        return overview(of: first)
    }

    func text(of command: Command) -> String {
        var lines = ["lanyard \(command.name): \(command.summary)", "", usage(of: command), ""]
        if !command.arguments.isEmpty {
            lines.append(Columns(command.arguments.map { ["  " + $0.name, $0.summary] }).text)
        }
        lines.append(Columns(command.options.map { ["  " + $0.form, description(of: $0)] }).text)
        lines += command.notes
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    func usage(of command: Command) -> String {
        let required = command.options.filter(\.isRequired).map(\.form)
        let words = [command.name] + command.arguments.map(\.form) + required
        return "Usage: lanyard \(words.joined(separator: " ")) [options]"
    }

    private func description(of option: Option) -> String {
        option.summary + (option.isRequired ? " (required)" : "") + (option.isRepeatable ? " (may be repeated)" : "")
    }
}
