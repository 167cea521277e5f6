/// Policies, a token and nothing else, in words of their own: what the module reads as text and what the model judges by.
struct World: Sendable {
    struct Clause: Sendable {
        let name: String
        /// `a`, or `%ward`.
        let values: [String]
    }

    struct Scope: Sendable {
        let level: String
        let type: String
        let letters: String
        let clauses: [Clause]
    }

    struct Rule: Sendable {
        let id: String
        let isAllow: Bool
        let scopes: [Scope]
        let hide: [String]
        let readonly: [String]
        let operations: [String]
        let purposes: [String]
        let yields: Bool
    }

    struct Role: Sendable {
        let name: String
        let extends: [String]
        let holders: [String]
        let needsMultiFactor: Bool
        let networks: [String]
        let rules: [Rule]
    }

    struct Holding: Sendable {
        let role: String
        let values: [String: [String]]
    }

    let roles: [Role]
    let held: [Holding]
    let granted: [Scope]
    let patient: String?
    let purpose: String?
    let holder: String?
    let isMultiFactor: Bool
    let isInside: Bool
}

/// One resource, with all that searches could know of it.
struct Row: Sendable {
    let type: String
    let id: String
    /// By search parameter. One that is not here does not exist for the type.
    let properties: [String: [String]]
    /// Whose records it is in.
    let patients: [String]
}

extension World.Clause {
    var text: String { "\(name)=\(values.map(Self.escaped).joined(separator: ","))" }

    /// What a policy's author writes for a value: variables bare, and what has a meaning in a scope escaped.
    private static func escaped(_ value: String) -> String {
        value.hasPrefix("%") ? value : value.replacing("%", with: "%25").replacing("&", with: "%26")
    }
}

extension World.Scope {
    var text: String {
        "\(level)/\(type).\(letters)" + (clauses.isEmpty ? "" : "?") + clauses.map(\.text).joined(separator: "&")
    }
}

extension World.Role {
    /// As its file says it.
    var file: RoleFile {
        func list(_ texts: [String]) -> String { "[\(texts.map { "\"\($0)\"" }.joined(separator: ","))]" }
        let rules = rules.map { rule in
            var members = [
                #""id": "\#(rule.id)""#, #""\#(rule.isAllow ? "allow" : "deny")": \#(list(rule.scopes.map(\.text)))"#,
            ]
            for (name, texts) in [
                ("hide", rule.hide), ("readonly", rule.readonly), ("operations", rule.operations),
                ("purposes", rule.purposes),
            ] where !texts.isEmpty { members.append("\"\(name)\": \(list(texts))") }
            if rule.yields { members.append(#""unless": "break-glass""#) }
            return "{\(members.joined(separator: ", "))}"
        }
        var requires = ["\"mfa\": \(needsMultiFactor)"]
        if !networks.isEmpty { requires.append("\"networks\": \(list(networks))") }
        return RoleFile(
            name: "\(name).json",
            text: """
                {"role": "\(name)", "version": 1, "title": "x", "description": "x", "extends": \(list(extends)),
                 \(holders.isEmpty ? "" : "\"holders\": \(list(holders)),") "requires": {\(requires.joined(separator: ", "))},
                 "parameters": {"clinic": "Organization", "ward": "text"}, "rules": [\(rules.joined(separator: ",\n"))]}
                """)
    }
}

extension World: CustomStringConvertible {
    var description: String {
        """
        \(roles.map(\.file.text).joined(separator: "\n"))
        held: \(held.map { "\($0.role) \($0.values)" }), scope: \(granted.map(\.text).joined(separator: " ")),
        patient: \(patient ?? "-"), purpose: \(purpose ?? "-"), holder: \(holder ?? "-"), mfa: \(isMultiFactor), inside: \(isInside)
        """
    }
}
