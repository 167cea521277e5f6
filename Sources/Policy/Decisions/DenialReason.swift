/// Why a request is not permitted, in the words of the answer.
package enum DenialReason: String, Sendable, CaseIterable {
    case tokenInactive = "token_inactive"
    case noRole = "no_role"
    case scopeInsufficient = "scope_insufficient"
    case deniedByRule = "denied_by_rule"
    case purposeNotAllowed = "purpose_not_allowed"
    case needsStepUp = "needs_step_up"
    case needsBreakGlass = "needs_break_glass"
    /// Permitted in part, and the caller has not said that it can hold back the rest.
    case needsFilter = "needs_filter"
    /// No FHIR request, or one that can be read in two ways.
    case requestNotUnderstood = "request_not_understood"
}
