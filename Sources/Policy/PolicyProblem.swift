/// What is wrong in a policy, where.
package struct PolicyProblem: Sendable, Hashable, Error, CustomStringConvertible {
    /// The file's name, or the role's where there is no file.
    package let file: String
    /// `rules[labs].allow`; empty for the whole file.
    package let member: String
    package let reason: String

    package init(file: String, member: String, reason: String) {
        self.file = file
        self.member = member
        self.reason = reason
    }

    package var description: String { member.isEmpty ? "\(file): \(reason)" : "\(file): \(member): \(reason)" }
}

/// All that is wrong, found in one reading.
package struct PolicyProblems: Error, Sendable, Equatable {
    package let list: [PolicyProblem]

    package init(_ list: [PolicyProblem]) { self.list = list }
}
