import Encoding
import SMART

/// Reads the rules of a policy file.
enum RuleReader {
    private static let mostRules = 200
    /// Elements or operations of one rule: each row that it comes to names them all.
    private static let mostNames = 200

    static func rules(_ reader: inout MemberReader) -> [Rule] {
        guard let items = reader.required("rules", "a list of rules", \.arrayValue) else { return [] }
        guard items.count <= mostRules else {
            reader.refuse("rules", "has more than \(mostRules) rules")
            return []
        }
        var rules: [Rule] = []
        for (index, item) in items.enumerated() {
            guard let object = item.objectValue else {
                reader.refuse("rules[\(index)]", "must be an object")
                continue
            }
            let name = object["id"]?.stringValue.flatMap { isID($0) ? $0 : nil }
            var inner = MemberReader(object, path: "rules[\(name ?? String(index))]")
            let rule = rule(&inner)
            if let rule, rules.contains(where: { $0.id == rule.id }) {
                inner.refuse("id", "is another rule's too")
            }
            inner.finish()
            reader.add(inner.problems)
            if let rule { rules.append(rule) }
        }
        return rules
    }

    private static func rule(_ reader: inout MemberReader) -> Rule? {
        let id = reader.required("id", "letters, digits and hyphens") { json in
            json.stringValue.flatMap { isID($0) ? $0 : nil }
        }
        guard reader.has("allow") != reader.has("deny") else {
            reader.refuse("allow", "must be there, or deny, and not both")
            return nil
        }
        let effect: Rule.Effect = reader.has("allow") ? .allow : .deny
        let scopes = scopes(effect, &reader)
        let rule = Rule(
            id: id ?? "", effect: effect, scopes: scopes,
            hide: elements("hide", &reader).sorted(), readonly: elements("readonly", &reader).sorted(),
            operations: reader.list("operations", "the names of operations with a $", most: mostNames) { name in
                isOperation(name) ? name : nil
            },
            purposes: reader.limit("purposes", purposeNames, PurposeOfUse.init(rawValue:)),
            yieldsToBreakGlass: reader.value("unless", "break-glass") { $0.stringValue == "break-glass" ? true : nil }
                ?? false,
            because: reader.text("because"))
        requireFittingMembers(rule, &reader)
        return id == nil || scopes.isEmpty ? nil : rule
    }

    /// One scope, or a list of them. `deny` knows `*`, which is everything.
    private static func scopes(_ effect: Rule.Effect, _ reader: inout MemberReader) -> [RuleScope] {
        let name = effect.rawValue
        let texts = reader.value(name, "a scope or a list of scopes") { json in
            json.stringValue.map { [$0] } ?? json.strings.flatMap { $0.isEmpty ? nil : $0 }
        }
        return (texts ?? []).flatMap { text -> [RuleScope] in
            if effect == .deny, text == "*" { return RuleScope.everything }
            guard let scope = RuleScope(text) else {
                reader.refuse(name, "\(MemberReader.quoted(text)) is not a scope")
                return []
            }
            // A deny at patient/ would say nothing of user/, although both reach the same record.
            if effect == .deny, scope.scope.level == .patient {
                reader.refuse(name, "\(MemberReader.quoted(text)): a deny is written with user/, which covers patient/")
                return []
            }
            return [scope]
        }
    }

    private static func requireFittingMembers(_ rule: Rule, _ reader: inout MemberReader) {
        let onlyAllow = ["hide", "readonly", "operations", "purposes"], onlyDeny = ["unless", "because"]
        for name in rule.effect == .allow ? onlyDeny : onlyAllow where reader.has(name) {
            reader.refuse(
                name, "has no meaning in a rule that \(rule.effect.rawValue == "allow" ? "allows" : "denies")")
        }
        if rule.operations.contains("$export"), rule.scopes.contains(where: { $0.scope.level != .system }) {
            reader.refuse("operations", "$export needs system/ scopes")
        }
        if rule.scopes.contains(where: { $0.scope.level == .auth }),
            !(rule.hide.isEmpty && rule.readonly.isEmpty && rule.operations.isEmpty)
        {
            reader.refuse(rule.effect.rawValue, "hide, readonly and operations are about FHIR resources, not auth/")
        }
    }

    /// Top-level elements. What a resource is and which one it is can never be hidden (lessons F4).
    private static func elements(_ name: String, _ reader: inout MemberReader) -> [String] {
        reader.list(name, "top-level elements; id, resourceType and meta are not among them", most: mostNames) {
            element in
            isElement(element) && !["id", "resourceType", "meta"].contains(element) ? element : nil
        }
    }

    private static func isElement(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.first.map { (0x61...0x7A).contains($0) } == true
            && text.utf8.allSatisfy { $0.isLetter || $0.isDigit }
    }

    static func isOperation(_ text: String) -> Bool {
        (2...65).contains(text.utf8.count) && text.utf8.first == UInt8(ascii: "$")
            && text.utf8.dropFirst().first?.isLetter == true
            && text.utf8.dropFirst().allSatisfy { $0.isLetter || $0.isDigit || $0.isOne(of: "-._") }
    }

    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0.isOne(of: "-_") }
    }

    private static let purposeNames = PurposeOfUse.allCases.map(\.rawValue).joined(separator: ", ")
}
