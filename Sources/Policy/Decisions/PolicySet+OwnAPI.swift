package import SMART

/// Rights to this server's own API (`auth/`). Roles give and take them by the rules that hold for FHIR; its scopes have no
/// constraint, so that nothing of a right is ever left open.
extension PolicySet {
    /// What of the subject's scopes for it the roles carry. Nothing in an emergency, which is about one patient.
    package func ownRights(of subject: Subject) -> ScopeSet { ownRights(of: subject, pardoning: []) }

    /// Whether the subject has a right, written as a scope: `auth/Client.u`.
    package func decide(_ right: ResourceScope, for subject: Subject) -> RequestDecision {
        func wouldHave(_ subject: Subject, _ pardons: OwnPardons = []) -> Bool {
            ownRights(of: subject, pardoning: pardons).covers(.resource(right), reading: .role)
        }
        var wide = subject
        wide.scope = ScopeSet([.resource(right)])
        if wouldHave(subject) { return .permitted }
        if wouldHave(subject, .denies) { return RequestDecision(denied: .deniedByRule) }
        if wouldHave(subject, .requirements) { return RequestDecision(denied: .needsStepUp) }
        if wouldHave(subject, .purpose) { return RequestDecision(denied: .purposeNotAllowed) }
        return RequestDecision(denied: wouldHave(wide, [.requirements, .purpose]) ? .scopeInsufficient : .noRole)
    }

    private func ownRights(of subject: Subject, pardoning pardons: OwnPardons) -> ScopeSet {
        if subject.purpose == .breakTheGlass { return .empty }
        let held = subject.heldRoles(self)
        let allows = held.filter { pardons.contains($0.obstacle) }.flatMap(\.ownAllows)
            .filter { pardons.contains(.purpose) || $0.applies(to: subject.purpose) }
        let denies = pardons.contains(.denies) ? [] : held.flatMap(\.ownDenies)
        return Self.scopes(subject.scope.resources)
            .intersection(Self.scopes(allows.flatMap(\.scopes).map(\.scope)), reading: .role)
            .subtracting(Self.scopes(denies.flatMap(\.scopes).map(\.scope))).kept
    }

    private static func scopes(_ resources: [ResourceScope]) -> ScopeSet {
        ScopeSet(resources.filter { $0.level == .auth }.map(Scope.resource))
    }
}

/// What is looked through when it is asked what stands in the way.
private struct OwnPardons: OptionSet {
    let rawValue: Int
    static let purpose = OwnPardons(rawValue: 1)
    static let requirements = OwnPardons(rawValue: 2)
    static let denies = OwnPardons(rawValue: 4)

    /// Nobody is pardoned for not being who the role is for.
    func contains(_ obstacle: Subject.Obstacle?) -> Bool {
        obstacle == nil || (contains(.requirements) && obstacle != .holder)
    }
}

extension HeldRole {
    fileprivate var ownAllows: [Rule] { role.rules.map(\.rule).filter { $0.effect == .allow } }
    fileprivate var ownDenies: [Rule] { role.rules.map(\.rule).filter { $0.effect == .deny } }
}

extension ResolvedRole {
    /// All of this server's own API that the role can give to anybody, whoever it is and however they signed in.
    package var ownRightsGiven: ScopeSet { ownRights(.allow) }
    /// All that it can take.
    package var ownRightsDenied: ScopeSet { ownRights(.deny) }

    private func ownRights(_ effect: Rule.Effect) -> ScopeSet {
        let scopes = rules.map(\.rule).filter { $0.effect == effect }.flatMap(\.scopes).map(\.scope)
        return ScopeSet(scopes.filter { $0.level == .auth }.map(Scope.resource)).normalForm
    }
}
