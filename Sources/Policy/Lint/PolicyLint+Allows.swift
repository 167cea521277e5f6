import SMART

/// Allows that give nothing, or nothing to somebody who holds another role too.
extension PolicyLint {
    /// Nobody who can hold the role can have a scope that the rule allows, or the role itself denies it.
    @Sendable static func deadAllows(_ policy: RolePolicy, _ set: PolicySet) -> [Finding] {
        guard let role = set[policy.role] else { return [] }
        return policy.rules.filter { $0.effect == .allow }.flatMap { rule in
            rule.scopes.compactMap { scope in
                let reason = role.unmeetableLevel(of: scope) ?? role.ownDenial(of: scope)
                return reason.map { Finding(member: "rules[\(rule.id)].allow", reason: "\(scope.text) is dead: \($0)") }
            }
        }
    }

    /// One role's deny takes away what another one allows (policy: deny overrides allow across roles). Told where the deny
    /// stands, and only where it takes the allow whole.
    @Sendable static func shadowedAllows(_ policy: RolePolicy, _ set: PolicySet) -> [Finding] {
        guard let role = set[policy.role] else { return [] }
        return policy.rules.filter { $0.effect == .deny && !$0.deniesEverything }.flatMap { deny in
            set.all.filter { !set.areRelated($0.policy.role, policy.role) && $0.canBeHeld(with: role) }
                .flatMap { other in
                    other.policy.rules.filter { $0.effect == .allow }.compactMap { allow in
                        shadow(of: deny, over: allow, of: other.policy.role)
                    }
                }
        }
    }

    private static func shadow(of deny: Rule, over allow: Rule, of other: RoleName) -> Finding? {
        let taken = allow.scopes.compactMap { $0.taken(by: deny) }
        if taken.isEmpty { return nil }
        let exception = deny.yieldsToBreakGlass ? ", except in an emergency" : ""
        return Finding(
            member: "rules[\(deny.id)].deny",
            reason: "takes \(taken.joined(separator: " ")) of \(other.value)/\(allow.id) from whoever holds both roles"
                + exception)
    }
}

extension PolicySet {
    /// What a role denies of what it extends, it means to.
    fileprivate func areRelated(_ one: RoleName, _ other: RoleName) -> Bool {
        lineage(of: one).contains(other) || lineage(of: other).contains(one)
    }
}

extension ResolvedRole {
    private static let people = Holder.allCases.filter { $0 != .client }

    fileprivate var possibleHolders: [Holder] { holders.isEmpty ? Self.people : holders }

    fileprivate func canBeHeld(with other: ResolvedRole) -> Bool {
        possibleHolders.contains(where: other.possibleHolders.contains)
    }

    /// `user/` and `patient/` are for people, `system/` is for clients, who have neither a record nor a patient in context.
    fileprivate func unmeetableLevel(of scope: RuleScope) -> String? {
        let holdsClient = possibleHolders.contains(.client), holdsPeople = possibleHolders.contains { $0 != .client }
        switch scope.scope.level {
        case .auth: return nil
        case .user, .patient: return holdsPeople ? nil : "only clients hold the role"
        case .system:
            guard holdsClient else { return "no client holds the role" }
            let unset = scope.variables.first(where: ["fhirUser", "patient"].contains)
            return unset.map { "%\($0) is never set for a client" }
        }
    }

    fileprivate func ownDenial(of scope: RuleScope) -> String? {
        rules.first { owned in
            owned.rule.effect == .deny && scope.letters(leftBy: owned.rule).isEmpty
        }.map { "\($0.name) denies it" }
    }
}

extension Rule {
    /// `deny *` is meant to take everything.
    fileprivate var deniesEverything: Bool { scopes == RuleScope.everything }
}

extension RuleScope {
    /// What of an allow's letters a deny leaves.
    fileprivate func letters(leftBy deny: Rule) -> Interactions {
        deny.scopes.filter(isWithin).reduce(scope.interactions) { $0.subtracting($1.scope.interactions) }
    }

    /// The part that a deny takes whole, as a scope; nil if there is none.
    fileprivate func taken(by deny: Rule) -> String? {
        with(scope.interactions.subtracting(letters(leftBy: deny)))?.text
    }

    /// Whether a deny is about all that this allow is about, whatever the values of its variables.
    private func isWithin(_ deny: RuleScope) -> Bool {
        deny.variables.isEmpty && denied(Variables()).isWithin(deny.denied(Variables()), reading: .role)
    }
}
