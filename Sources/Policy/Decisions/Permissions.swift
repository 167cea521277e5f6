package import SMART

/// One row of what is allowed: interactions with the resources of a type that meet the criteria.
package struct Allowance: Sendable, Hashable {
    /// Empty where only operations are left.
    package var interactions: Interactions
    package var criteria: ScopeConstraint?
    /// The one record that it reaches: types of the Patient compartment only within it, and of the others those that are
    /// about nobody, to be looked up.
    package var compartment: FHIRID?
    /// In order.
    package var hide: [String] = []
    /// In order.
    package var readonly: [String] = []
    package var operations: [String] = []
}

/// One row of what is denied, whatever is allowed.
package struct Denial: Sendable, Hashable {
    package let interactions: Interactions
    package let criteria: ScopeConstraint?
    /// Whether break-glass would open it.
    package let yieldsToBreakGlass: Bool
}

/// What a token may do at a FHIR server, compiled: `allow[type] ?? allow["*"]`, less `deny[type]` and `deny["*"]`.
package struct Permissions: Sendable, Equatable {
    package let allow: [String: [Allowance]]
    package let deny: [String: [Denial]]
    /// The roles that stand, in order.
    package let roles: [RoleName]

    /// `deny[type]` and `deny["*"]` in one list, by type.
    private let denied: [String: [Denial]]
    private let allowedOfAny: [Allowance]
    private let deniedOfAny: [Denial]

    package init(allow: [String: [Allowance]], deny: [String: [Denial]], roles: [RoleName]) {
        self.allow = allow
        self.deny = deny
        self.roles = roles
        let deniedOfAny = deny[Self.anyType] ?? []
        self.deniedOfAny = deniedOfAny
        allowedOfAny = allow[Self.anyType] ?? []
        denied = deny.filter { $0.key != Self.anyType }.mapValues { $0 + deniedOfAny }
    }

    package static let none = Permissions(allow: [:], deny: [:], roles: [])

    static let anyType = "*"

    func allowances(_ type: String?) -> [Allowance] { type.flatMap { allow[$0] } ?? allowedOfAny }

    func denials(_ type: String?) -> [Denial] {
        // What asks for all types meets the denies of each.
        guard let type else { return deny.values.flatMap { $0 } }
        return denied[type] ?? deniedOfAny
    }
}
