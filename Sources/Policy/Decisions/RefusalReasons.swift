import SMART

/// Finds out why something is refused: the rules are asked again with what may be in the way set aside, one thing after the
/// other. Each way of asking is compiled once, however many refusals of one request want to know. Of one request and thread.
package final class RefusalReasons {
    private struct Way: Hashable {
        let isWide: Bool
        let pardons: Int
    }

    private let subject: Subject
    private let policies: PolicySet
    private lazy var hasRoles = !subject.heldRoles(policies).isEmpty
    private var compiled: [Way: Permissions] = [:]

    package init(_ subject: Subject, _ policies: PolicySet) {
        self.subject = subject
        self.policies = policies
    }

    /// The decision with the reason that helps: `scope_insufficient` only where a wider scope would do.
    package func reasoned(
        _ decision: Decision, _ access: FHIRAccess, properties: [String: [String]] = [:]
    ) -> Decision {
        guard case .deny(.scopeInsufficient) = decision else { return decision }
        return .deny(reason(access, properties))
    }

    private func reason(_ access: FHIRAccess, _ properties: [String: [String]]) -> DenialReason {
        func wouldAllow(_ pardons: Compilation.Pardons, isWide: Bool = false) -> Decision {
            permissions(Way(isWide: isWide, pardons: pardons.rawValue)).decide(access, properties: properties)
        }
        if !hasRoles { return .noRole }
        // What a role gave within the scopes, and a deny has taken away whole.
        if case .permit = wouldAllow(.denies) {
            if case .permit = wouldAllow(.yieldingDenies) { return .needsBreakGlass }
            return .deniedByRule
        }
        if case .permit = wouldAllow(.requirements) { return .needsStepUp }
        if case .permit = wouldAllow(.purpose) { return .purposeNotAllowed }
        for pardons: Compilation.Pardons in [[], .purpose, [.purpose, .requirements]] {
            switch wouldAllow(pardons, isWide: true) {
            case .permit: return .scopeInsufficient
            case .deny(let reason) where reason != .scopeInsufficient: return reason
            case .deny: break
            }
        }
        return .noRole
    }

    private func permissions(_ way: Way) -> Permissions {
        if let known = compiled[way] { return known }
        var subject = subject
        if way.isWide { subject.scope = subject.everyScope }
        let permissions = Compilation(
            subject, policies, pardoning: Compilation.Pardons(rawValue: way.pardons)
        ).permissions
        compiled[way] = permissions
        return permissions
    }
}

extension Subject {
    /// As if everything had been granted that this kind of subject can be granted.
    var everyScope: ScopeSet {
        let levels = holder == .client ? "system/*.cruds" : "user/*.cruds patient/*.cruds"
        return ScopeSet(parsing: levels)
    }
}
