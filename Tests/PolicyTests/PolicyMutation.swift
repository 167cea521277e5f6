import Encoding

@testable import Policy

/// A policy file with one thing in it made wrong: a rule gone, narrowed or widened.
struct PolicyMutation {
    let change: String
    let json: JSON

    static func all(of file: ShippedPolicy) -> [PolicyMutation] {
        guard let policy = file.json.objectValue else { return [] }
        let rules = policy["rules"]?.arrayValue ?? []
        var mutations = ["holders", "extends"].filter(policy.contains).map { name in
            PolicyMutation(change: "without \(name)", json: .object(policy.without(name)))
        }
        for (index, rule) in rules.enumerated() {
            guard let object = rule.objectValue, let id = object["id"]?.stringValue else { continue }
            for variant in [RuleVariant(change: "gone", rule: nil)] + RuleVariant.all(of: object) {
                var changed = rules
                changed.replaceSubrange(index...index, with: variant.rule.map { [.object($0)] } ?? [])
                mutations.append(
                    PolicyMutation(
                        change: "\(id): \(variant.change)", json: .object(policy.with("rules", .array(changed)))))
            }
        }
        return mutations
    }
}

/// A rule made wrong.
private struct RuleVariant {
    let change: String
    /// Nil: no rule.
    let rule: JSONObject?

    static func all(of rule: JSONObject) -> [RuleVariant] {
        members(of: rule) + scopes(of: rule)
    }

    /// A member gone, or one item of it.
    private static func members(of rule: JSONObject) -> [RuleVariant] {
        ["hide", "readonly", "operations", "purposes", "unless"].filter(rule.contains).flatMap { name in
            let items = rule[name]?.arrayValue ?? []
            let whole = RuleVariant(change: "without \(name)", rule: rule.without(name))
            if items.count < 2 { return [whole] }
            return [whole]
                + items.indices.map { index in
                    var rest = items
                    let item = rest.remove(at: index)
                    return RuleVariant(change: "\(name) without \(item.text)", rule: rule.with(name, .array(rest)))
                }
        }
    }

    private static func scopes(of rule: JSONObject) -> [RuleVariant] {
        let effect = rule.contains("allow") ? "allow" : "deny"
        let texts = rule[effect].map { $0.strings ?? [$0.stringValue ?? ""] } ?? []
        let scopes = texts.compactMap(ScopeText.init)
        var lists: [(change: String, scopes: [ScopeText])] = []
        for index in scopes.indices where scopes.count > 1 {
            var rest = scopes
            let scope = rest.remove(at: index)
            lists.append(("without \(scope.text)", rest))
        }
        for index in scopes.indices where !scopes[index].constraint.isEmpty {
            var wider = scopes
            wider[index].constraint = ""
            lists.append(("\(scopes[index].text) without its constraint", wider))
        }
        if effect == "allow" { lists += letters(scopes) + levels(scopes) }
        return lists.filter { !$0.scopes.isEmpty && $0.scopes != scopes }.map { change, scopes in
            let list = JSON.array(scopes.map { .string($0.text) })
            return RuleVariant(change: change, rule: rule.with(effect, list))
        }
    }

    private static func letters(_ scopes: [ScopeText]) -> [(change: String, scopes: [ScopeText])] {
        let less = "cruds".map { letter in
            let narrower = scopes.map { $0.with(letters: $0.letters.filter { $0 != letter }) }
            return ("without \(letter)", narrower.filter { !$0.letters.isEmpty })
        }
        let more = scopes.map { $0.isOnlyLookedUp ? $0 : $0.with(letters: "cruds") }
        return less + [("with cruds", more)]
    }

    /// Of one record made of all; not where the constraint keeps to it.
    private static func levels(_ scopes: [ScopeText]) -> [(change: String, scopes: [ScopeText])] {
        let wider = scopes.map { scope in
            scope.level == "patient" && !scope.constraint.contains("%patient") ? scope.with(level: "user") : scope
        }
        return [("at user/", wider)]
    }
}

/// The parts of a scope's text.
private struct ScopeText: Equatable {
    var level: String
    let type: String
    var letters: String
    var constraint: String

    /// Nil for `*`.
    init?(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1)
        let words = parts.first?.split(whereSeparator: { $0 == "/" || $0 == "." }) ?? []
        guard words.count == 3 else { return nil }
        level = String(words[0])
        type = String(words[1])
        letters = String(words[2])
        constraint = parts.count > 1 ? "?\(parts[1])" : ""
    }

    /// At `patient/`, what is in nobody's record is read and found, whatever the letters say.
    var isOnlyLookedUp: Bool { level == "patient" && !PatientCompartment.contains(type) }

    var text: String { "\(level)/\(type).\(letters)\(constraint)" }

    func with(level: String? = nil, letters: String? = nil) -> ScopeText {
        var copy = self
        copy.level = level ?? self.level
        copy.letters = letters ?? self.letters
        return copy
    }
}

extension JSONObject {
    fileprivate func with(_ name: String, _ value: JSON) -> JSONObject {
        var copy = self
        copy[name] = value
        return copy
    }

    fileprivate func without(_ name: String) -> JSONObject {
        var copy = self
        copy[name] = nil
        return copy
    }
}
