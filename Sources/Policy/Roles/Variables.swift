import Encoding
import SMART

/// What the variables of a rule stand for: whole values, never text to be pasted in.
struct Variables: Sendable, Hashable {
    private var values: [String: [ParameterValue]] = [:]

    static let builtIn: Set<String> = ["fhirUser", "patient", "client"]

    /// `clinic` for `%clinic`, nil for what is no variable. No percent-escape looks like one: an octet whose first digit
    /// is a letter begins no character, and a name has no second percent sign.
    static func name(_ text: String) -> String? {
        guard text.utf8.first == UInt8(ascii: "%") else { return nil }
        let name = String(text.dropFirst())
        return isName(name) ? name : nil
    }

    static func isName(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count) && text.utf8.first?.isLetter == true
            && text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
    }

    subscript(_ name: String) -> [ParameterValue] {
        get { values[name] ?? [] }
        set { values[name] = newValue }
    }

    func only(_ names: [String]) -> Variables {
        var rest = Variables()
        for name in names { rest.values[name] = values[name] }
        return rest
    }

    /// As they stand behind a search parameter: references whole, but by their id alone behind `_id`.
    func literals(_ name: String, of searchParameter: String) -> [String] {
        self[name].map { searchParameter == "_id" ? $0.id : $0.text }
    }
}

/// One value of a role's parameter.
package enum ParameterValue: Sendable, Hashable {
    case reference(type: String, id: String)
    case text(String)

    /// `Organization/C7`, or the text.
    package var text: String {
        switch self {
        case .reference(let type, let id): "\(type)/\(id)"
        case .text(let text): text
        }
    }

    var id: String {
        switch self {
        case .reference(_, let id): id
        case .text(let text): text
        }
    }
}

/// What a role must be given with each assignment.
package struct RoleParameter: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A reference to a resource of that type.
        case reference(String)
        /// Any text that can stand in a scope, such as a code.
        case text
    }

    package let name: String
    package let kind: Kind

    /// What a file writes for the kind.
    package var typeName: String {
        switch kind {
        case .reference(let type): type
        case .text: "text"
        }
    }

    /// Nil for what is no value of the kind: another type's reference, or what no scope could say.
    package func value(_ text: String) -> ParameterValue? {
        switch kind {
        case .text:
            return ScopeParameter(name: "x", literals: [text]) == nil ? nil : .text(text)
        case .reference(let type):
            let prefix = "\(type)/"
            let id = text.utf8.starts(with: prefix.utf8) ? String(text.dropFirst(prefix.count)) : text
            return FHIRID(id).map { .reference(type: type, id: $0.value) }
        }
    }
}
