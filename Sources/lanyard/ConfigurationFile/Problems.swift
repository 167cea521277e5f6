/// One thing that is wrong with the configuration: which member (`listen[1].tls.key`, or an environment variable),
/// and why. Never the value: it may be a secret in the wrong place.
struct Problem: Sendable, Equatable {
    let member: String
    let reason: String

    /// The same problem seen from the object or list that holds the member.
    func inside(_ path: String) -> Problem {
        Problem(member: member.isEmpty || member.hasPrefix("[") ? path + member : path + "." + member, reason: reason)
    }

    /// It lies at or within the setting of this name.
    func concerns(_ setting: String) -> Bool {
        member == setting || member.hasPrefix(setting + ".") || member.hasPrefix(setting + "[")
    }

    var line: String { member.isEmpty ? reason : "\(member): \(reason)" }
}

/// All that is wrong with the configuration, at once.
struct Problems: Error, Equatable {
    let list: [Problem]

    init(_ list: [Problem]) { self.list = list }

    /// The value as a whole has one problem.
    init(_ reason: String) { list = [Problem(member: "", reason: reason)] }

    func inside(_ path: String) -> Problems { Problems(list.map { $0.inside(path) }) }

    /// What the command answers.
    func failure(in file: String) -> CommandFailure {
        let count = list.count == 1 ? "a problem" : "\(list.count) problems"
        return CommandFailure(
            exitCode: .configuration, message: "\(file): the configuration has \(count)",
            details: list.map { "  " + SafeText.line($0.line) })
    }
}
