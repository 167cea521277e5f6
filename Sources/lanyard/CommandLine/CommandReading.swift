/// The words after a command's name, sorted into arguments and options.
struct CommandReading {
    let command: Command
    private(set) var arguments: [String] = []
    private(set) var options: [String: [String]] = [:]
    private var onlyArguments = false

    init(_ command: Command, _ words: [String]) throws(CommandFailure) {
        self.command = command
        var rest = words[...]
        while let word = rest.popFirst() { try take(word, &rest) }
        try finish()
    }

    /// Takes `word`, and the next one too where `word` is an option that wants a value.
    private mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(CommandFailure) {
        if onlyArguments || word == "-" || !word.hasPrefix("-") { return try takeArgument(word) }
        if word == "--" {
            onlyArguments = true
            return
        }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let option = try known(parts.first ?? word)
        guard option.placeholder != nil else {
            guard parts.count == 1 else { throw .usage("--\(option.name) takes no value") }
            return try store("", for: option)
        }
        if parts.count == 2 { return try store(parts[1], for: option) }
        guard let value = rest.first, !value.hasPrefix("--") else {
            throw .usage("\(option.form): the value is missing")
        }
        rest.removeFirst()
        try store(value, for: option)
    }

    /// Names what is missing.
    private func finish() throws(CommandFailure) {
        if let missing = command.arguments.dropFirst(arguments.count).first, missing.occurrence != .optional {
            throw .usage("\(missing.name) is missing: \(missing.summary)")
        }
        for option in command.options where option.isRequired && options[option.name] == nil {
            throw .usage("\(option.form) is missing: \(option.summary)")
        }
    }

    private mutating func takeArgument(_ word: String) throws(CommandFailure) {
        guard arguments.count < command.arguments.count || command.arguments.last?.occurrence == .repeated else {
            throw .usage("\"\(word)\" is one argument too many")
        }
        arguments.append(word)
    }

    private func known(_ word: String) throws(CommandFailure) -> Option {
        if word.hasPrefix("--"), let option = command.option(String(word.dropFirst(2))) { return option }
        let all = command.options.map { "--" + $0.name }
        throw .usage(Suggestion.sentence("there is no option \(word)", for: word, among: all))
    }

    private mutating func store(_ value: String, for option: Option) throws(CommandFailure) {
        guard option.isRepeatable || options[option.name] == nil else {
            throw .usage("--\(option.name) is given twice")
        }
        options[option.name, default: []].append(value)
    }
}
