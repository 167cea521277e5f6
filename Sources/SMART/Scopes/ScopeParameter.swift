import Encoding

/// One clause of a scope's constraint: a search parameter that has one of the values. Immutable; a class, because it is handed
/// on for each request that is decided, where a copy would count four references.
package final class ScopeParameter: Sendable, Equatable {
    package let name: String
    package let modifier: String?
    /// In the order and spelling they are printed in: ASCII, escaped the one canonical way, so that equal texts are equal
    /// octets and `%7C` is `|`.
    package let values: [String]
    /// In one order, to be compared by one walk.
    private let sortedValues: [String]

    /// Reads `name=value,value` or `name:modifier=value` as it stands in a scope (RFC 6749 §3.3 characters).
    convenience init?(_ text: String) {
        let bytes = text.utf8
        guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let key = bytes[..<equals].split(
            separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        let items = bytes[bytes.index(after: equals)...].split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard let name = key.first, items.count <= ScopeConstraint.maximumValues else { return nil }
        var literals: [String] = []
        for item in items {
            guard let literal = PercentEncoding.decode(String(Substring(item))) else { return nil }
            literals.append(literal)
        }
        self.init(
            name: String(Substring(name)), modifier: key.count > 1 ? key.last.map { String(Substring($0)) } : nil,
            literals: literals)
    }

    /// A clause from values as they are meant: `C7&category=x` stays one value. Nil if name, modifier or a value is one
    /// that a resource server could not enforce.
    package init?(name: String, modifier: String? = nil, literals: [String]) {
        guard Self.isAllowed(name), !literals.isEmpty else { return nil }
        if let modifier {
            guard Self.isAllowed(modifier: modifier, literals) else { return nil }
        }
        self.name = name
        self.modifier = modifier
        if literals.count == 1, Self.isPlain(literals[0]) {
            values = literals
            sortedValues = literals
            return
        }
        var values: [String] = []
        values.reserveCapacity(literals.count)
        for literal in literals {
            guard let value = Self.canonical(literal) else { return nil }
            if !values.contains(value) { values.append(value) }
        }
        self.values = values
        sortedValues = values.count > 1 ? values.sorted() : values
    }

    /// Equal if they say the same, in whatever order.
    package static func == (left: ScopeParameter, right: ScopeParameter) -> Bool {
        left.name == right.name && left.modifier == right.modifier && left.sortedValues == right.sortedValues
    }

    package var text: String { "\(key)=\(values.joined(separator: ","))" }

    /// The values as they are meant, without escapes.
    package var literals: [String] { values.compactMap(PercentEncoding.decode) }

    /// The same for all clauses that say the same.
    var canonicalText: String { "\(key)=\(sortedValues.joined(separator: ","))" }

    /// Whether whatever meets `other` meets this clause too: the same parameter, and no value that is not here.
    package func isImplied(by other: ScopeParameter) -> Bool {
        guard name == other.name, modifier == other.modifier, other.sortedValues.count <= sortedValues.count else {
            return false
        }
        var rest = sortedValues[...]
        for value in other.sortedValues {
            rest = rest.drop { $0 < value }
            guard rest.first == value else { return false }
        }
        return true
    }

    private var key: String { modifier.map { "\(name):\($0)" } ?? name }

    /// A search parameter of FHIR. Those with an underscore are only the ones that filter; `_include`, `_has`, `_filter`
    /// and the like do something else, and a dot would be a chain (SCP-8).
    private static func isAllowed(_ name: String) -> Bool {
        guard name.utf8.count <= 64, let first = name.utf8.first else { return false }
        if first == UInt8(ascii: "_") { return filteringParameters.contains(name) }
        return first.isLetter
            && name.utf8.span.allSatisfy { byte in
                byte.isLetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }

    private static let filteringParameters = [
        "_id", "_language", "_lastUpdated", "_profile", "_security", "_source", "_tag",
    ]

    /// SCP-8: `:in`, `:below` and the others are experimental, and `:not` would turn the algebra around. `:missing` is
    /// what App State's global scopes are made of.
    private static func isAllowed(modifier: String, _ literals: [String]) -> Bool {
        modifier == "missing" && (literals == ["true"] || literals == ["false"])
    }

    /// Nil for what two readers could split differently: an escaped comma or a backslash (FHIR's escape character) means
    /// one thing before percent-decoding and another after it.
    private static func canonical(_ literal: String) -> String? {
        if isPlain(literal) { return literal }
        var bytes: [UInt8] = []
        for byte in literal.utf8 {
            if byte.isControl || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\\") { return nil }
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), hexDigit(byte >> 4), hexDigit(byte & 0xF)]
            }
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Whether it is its own canonical spelling.
    private static func isPlain(_ literal: String) -> Bool { !literal.isEmpty && literal.utf8.span.allSatisfy(isPlain) }

    /// What stands in a scope's value as it is. A plus sign does not: to some readers it is a space.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "+"), UInt8(ascii: ","): false
        default: byte.isScopeCharacter
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}

extension Span<UInt8> {
    fileprivate func allSatisfy(_ predicate: (UInt8) -> Bool) -> Bool {
        for index in indices where !predicate(self[index]) { return false }
        return true
    }
}
