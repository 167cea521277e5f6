/// A `--name` of a command: a flag, or with a value.
struct Option: Sendable, Equatable {
    /// Without the dashes.
    let name: String
    /// What stands for the value in the help; nil for a flag.
    let placeholder: String?
    let summary: String
    let isRequired: Bool
    let isRepeatable: Bool

    static func flag(_ name: String, _ summary: String) -> Option {
        Option(name: name, placeholder: nil, summary: summary, isRequired: false, isRepeatable: false)
    }

    static func value(
        _ name: String, _ placeholder: String, _ summary: String, required: Bool = false, repeatable: Bool = false
    ) -> Option {
        Option(
            name: name, placeholder: placeholder, summary: summary, isRequired: required, isRepeatable: repeatable)
    }

    /// As the usage line and the option list show it: `--config FILE`.
    var form: String { placeholder.map { "--\(name) \($0)" } ?? "--\(name)" }

    /// Every command has it.
    static let help = Option.flag("help", "show this help")
    /// Every command that answers with data has it.
    static let json = Option.flag("json", "print the answer as JSON, for scripts")
}

/// A positional argument of a command; all are required.
struct Argument: Sendable, Equatable {
    /// As the help shows it: `FILE|-`.
    let name: String
    let summary: String

    init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
    }
}
