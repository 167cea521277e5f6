import Encoding

@testable import Policy

/// A file of `Policies/`, of which a test says only what it is about.
struct RoleFile {
    let name: String
    let text: String

    /// `rules` and `members` as JSON writes them: `#"{"id": "a", "allow": "user/Patient.rs"}"#`, `#""holders": ["Client"]"#`.
    init(_ role: String, _ rules: String..., members: String = "") {
        self.init(role, rules, members: members)
    }

    init(_ role: String, _ rules: [String], members: String = "") {
        name = "\(role).json"
        text = """
            {"role": "\(role)", "version": 1, "title": "A role", "description": "A role of a test",
             "rules": [\(rules.joined(separator: ","))]\(members.isEmpty ? "" : ", \(members)")}
            """
    }

    init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    func read() throws(PolicyProblems) -> RolePolicy {
        try PolicyReader { $0.contains("/") }.read(Array(text.utf8), file: name)
    }

    static func load(_ files: [RoleFile]) throws(PolicyProblems) -> PolicySet {
        var policies: [PolicySet.NamedPolicy] = []
        for file in files { policies.append((file.name, try file.read())) }
        return try PolicySet(policies)
    }
}

/// What is wrong with files that should not load, each as it is told; empty if they load.
func problems(_ files: RoleFile...) -> [String] {
    do throws(PolicyProblems) {
        _ = try RoleFile.load(files)
        return []
    } catch {
        return error.list.map(\.description)
    }
}

/// A rule that allows, or denies, `scope`; `more` as JSON members.
func allow(_ scope: String, id: String = "a", _ more: String = "") -> String { rule("allow", scope, id, more) }
func deny(_ scope: String, id: String = "d", _ more: String = "") -> String { rule("deny", scope, id, more) }

private func rule(_ effect: String, _ scope: String, _ id: String, _ more: String) -> String {
    #"{"id": "\#(id)", "\#(effect)": "\#(scope)"\#(more.isEmpty ? "" : ", \(more)")}"#
}
