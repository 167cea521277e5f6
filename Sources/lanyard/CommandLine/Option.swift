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

/// A positional argument of a command. Those that may be left out, and the one that may be repeated, come last.
struct Argument: Sendable, Equatable {
    enum Occurrence: Sendable {
        case once, optional
        /// Once or more.
        case repeated
    }

    /// As the help shows it: `FILE|-`.
    let name: String
    let summary: String
    let occurrence: Occurrence

    init(_ name: String, _ summary: String, _ occurrence: Occurrence = .once) {
        self.name = name
        self.summary = summary
        self.occurrence = occurrence
    }

    /// As the usage line shows it.
    var form: String {
        switch occurrence {
        case .once: name
        case .optional: "[\(name)]"
        case .repeated: "\(name)…"
        }
    }
}
