/// The part of a resource scope behind the `?`: clauses that must all hold (SCP-7).
///
/// Two clauses of one parameter are not the clause of their common values: a resource with the categories `a` and `b`
/// meets `category=a&category=b`. So a conjunction keeps both, unless one says less than the other.
package struct ScopeConstraint: Sendable, Hashable {
    package let parameters: [ScopeParameter]
    package let text: String
    /// One text for one meaning: no clause that another one implies, clauses and values in order.
    private let canonicalText: String

    static let maximumParameters = 10
    static let maximumValues = 100
    static let maximumLength = 1984

    package init?(_ text: String) {
        var parameters: [ScopeParameter] = []
        let items = text.utf8.split(
            separator: UInt8(ascii: "&"), maxSplits: Self.maximumParameters, omittingEmptySubsequences: false)
        for item in items {
            guard let parameter = ScopeParameter(String(Substring(item))) else { return nil }
            parameters.append(parameter)
        }
        self.init(parameters)
    }

    /// Nil without a clause, and over the bounds: a constraint cut short would be a wider one.
    package init?(_ parameters: [ScopeParameter]) {
        guard (1...Self.maximumParameters).contains(parameters.count),
            parameters.reduce(0, { $0 + $1.values.count }) <= Self.maximumValues
        else { return nil }
        text = parameters.map(\.text).joined(separator: "&")
        guard text.utf8.count <= Self.maximumLength else { return nil }
        self.parameters = parameters
        canonicalText = Self.irreducible(parameters).map(\.canonicalText).sorted().joined(separator: "&")
    }

    /// Equal if they mean the same, however they are written.
    package static func == (left: ScopeConstraint, right: ScopeConstraint) -> Bool {
        left.canonicalText == right.canonicalText
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(canonicalText) }

    /// Whether whatever meets `other` meets this constraint too.
    package func isImplied(by other: ScopeConstraint) -> Bool {
        parameters.allSatisfy { clause in other.parameters.contains { clause.isImplied(by: $0) } }
    }

    /// Both at once, shortest; nil if that is over the bounds, and then nothing may be granted.
    package func conjoined(with other: ScopeConstraint) -> ScopeConstraint? {
        if other.isImplied(by: self) { return self }
        if isImplied(by: other) { return other }
        let narrower = other.parameters.filter { clause in !parameters.contains { clause.isImplied(by: $0) } }
        let remaining = parameters.filter { clause in !narrower.contains { clause.isImplied(by: $0) } }
        return ScopeConstraint(remaining + narrower)
    }

    private static func irreducible(_ parameters: [ScopeParameter]) -> [ScopeParameter] {
        if parameters.count == 1 { return parameters }
        var kept: [ScopeParameter] = []
        for clause in parameters where !kept.contains(where: { clause.isImplied(by: $0) }) {
            kept.removeAll { $0.isImplied(by: clause) }
            kept.append(clause)
        }
        return kept
    }
}
