import SMART

/// One rule of a role: what it allows or denies, in scopes.
package struct Rule: Sendable, Equatable {
    package enum Effect: String, Sendable { case allow, deny }

    package let id: String
    package let effect: Effect
    package let scopes: [RuleScope]
    /// Top-level elements that are taken out of what is answered; in order.
    package let hide: [String]
    /// Top-level elements that may not be written; in order.
    package let readonly: [String]
    /// With the dollar sign. Never implied by letters.
    package let operations: [String]
    /// Empty: whatever the purpose.
    package let purposes: [PurposeOfUse]
    /// The one way in which a deny yields.
    package let yieldsToBreakGlass: Bool
    package let because: String?

    /// Whether the rule stands for somebody who asks for that purpose.
    func applies(to purpose: PurposeOfUse?) -> Bool {
        if effect == .deny { return !(yieldsToBreakGlass && purpose == .breakTheGlass) }
        return purposes.isEmpty || purpose.map(purposes.contains) ?? false
    }
}
