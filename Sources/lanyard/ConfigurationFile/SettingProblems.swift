/// One thing that is wrong with the configuration: which member (`listen[1].tls.key`, or an environment variable),
/// and why. Never the value: it may be a secret in the wrong place.
struct SettingProblem: Sendable, Equatable {
    let member: String
    let reason: String

    /// The same problem seen from the object or list that holds the member.
    func inside(_ path: String) -> SettingProblem {
        SettingProblem(
            member: member.isEmpty || member.hasPrefix("[") ? path + member : path + "." + member, reason: reason)
    }

    /// It lies at or within the setting of this name.
    func concerns(_ setting: String) -> Bool {
        member == setting || member.hasPrefix(setting + ".") || member.hasPrefix(setting + "[")
    }

    var line: String { member.isEmpty ? reason : "\(member): \(reason)" }
}

/// All that is wrong with the configuration, at once.
struct SettingProblems: Error, Equatable {
    let list: [SettingProblem]

    init(_ list: [SettingProblem]) { self.list = list }

    /// The value as a whole has one problem.
    init(_ reason: String) { list = [SettingProblem(member: "", reason: reason)] }

    func inside(_ path: String) -> SettingProblems { SettingProblems(list.map { $0.inside(path) }) }

    /// What the command answers.
    func failure(in file: String) -> CommandFailure {
        let count = list.count == 1 ? "a problem" : "\(list.count) problems"
        return CommandFailure(
            exitCode: .configuration, message: "\(file): the configuration has \(count)",
            details: list.map { "  " + SafeText.line($0.line) })
    }
}
