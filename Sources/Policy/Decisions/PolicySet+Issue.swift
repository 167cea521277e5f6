package import SMART

extension PolicySet {
    /// What of a scope the subject's roles carry, when a token is issued: types and letters, with the constraints that were
    /// asked for. What roles narrow further (their criteria, denies of a part, the record in context) is in the permissions
    /// of the token, which are made anew whenever a role changes, within the scopes issued here.
    ///
    /// Only resource scopes for FHIR come back. A role's `patient/` carries no `user/`.
    package func carried(_ scope: ScopeSet, by subject: Subject) -> ScopeSet {
        let held = subject.heldRoles(self)
        if subject.purpose == .breakTheGlass, !held.contains(where: \.mayBreakGlass) { return .empty }
        // Without their constraints, thousands of scopes are a few.
        let allows = Distinct(
            held.filter { $0.obstacle == nil }.flatMap { held in
                let variables = held.assumingPatient
                return held.scopes(.allow, for: subject.purpose).filter { $0.allowed(variables) != nil }.map(\.scope)
            }
        ).elements
        let denies = CoveringScopes(
            Distinct(held.flatMap { $0.scopes(.deny, for: subject.purpose) }.filter(\.isWhole).map(\.scope)).elements)
        var asked = scope.resources.filter { $0.level != .auth }
        if subject.purpose == .breakTheGlass {
            // Looking is all that an emergency opens.
            asked = asked.compactMap {
                $0.with($0.interactions.intersection([.read, .search]), isVersion1: $0.isVersion1)
            }
        }
        var pieces: [ResourceScope] = []
        for scope in asked where pieces.count < 2 * ScopeSet.maximumItems {
            pieces += Self.carried(scope, allows, denies)
        }
        return ScopeSet(pieces.map(Scope.resource)).keptShort(scope)
    }

    /// Whether the subject may break the glass: a role that stands has an allow that names the purpose.
    package func mayBreakGlass(_ subject: Subject) -> Bool {
        subject.heldRoles(self).contains(where: \.mayBreakGlass)
    }

    /// What of its scopes for this server's own API a client keeps: it has them by its registration, which needs no role to
    /// allow them, but a role may deny them.
    package func undenied(_ scope: ScopeSet, by subject: Subject) -> ScopeSet {
        let denies = subject.heldRoles(self).flatMap { $0.scopes(.deny, for: subject.purpose) }.map(\.scope)
        return ScopeSet(scope.resources(level: .auth).map(Scope.resource))
            .subtracting(ScopeSet(denies.filter { $0.level == .auth }.map(Scope.resource))).kept
    }

    private static func carried(
        _ asked: ResourceScope, _ allows: [ResourceScope], _ denies: CoveringScopes
    ) -> [ResourceScope] {
        let pieces = allows.filter { $0.level.covers(asked.level, reading: .role) }
            .compactMap { asked.intersection($0, reading: .role) }
        return pieces.compactMap { piece in
            piece.with(
                piece.interactions.subtracting(denies.letters(covering: piece)), isVersion1: asked.isVersion1)
        }
    }
}

extension ScopeSet {
    /// The shortest text within the bounds of a scope set; what was asked for and is carried whole stays as it was written (checklist SCP-21).
    fileprivate func keptShort(_ asked: ScopeSet) -> ScopeSet {
        let whole = ScopeSet(asked.resources.map(Scope.resource).filter { covers($0, reading: .ceiling) })
        return ScopeSet(bounded: whole.scopes + normalForm.scopes.filter { !whole.covers($0, reading: .ceiling) })
    }
}

extension HeldRole {
    /// The right to break the glass: an allow of a role that stands names the purpose.
    var mayBreakGlass: Bool {
        obstacle == nil
            && role.rules.contains { $0.rule.effect == .allow && $0.rule.purposes.contains(.breakTheGlass) }
    }

    fileprivate func scopes(_ effect: Rule.Effect, for purpose: PurposeOfUse?) -> [RuleScope] {
        role.rules.map(\.rule).filter { $0.effect == effect && $0.applies(to: purpose) }.flatMap(\.scopes)
    }

    /// The patient is picked after the roles are first asked.
    fileprivate var assumingPatient: Variables {
        var variables = variables
        if variables["patient"].isEmpty { variables["patient"] = [.reference(type: "Patient", id: "1")] }
        return variables
    }
}
