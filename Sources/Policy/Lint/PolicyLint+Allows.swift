import SMART

/// Allows that give nothing, or nothing to somebody who holds another role too.
extension PolicyLint {
    /// Nobody who can hold the role can have a scope that the rule allows, or the role itself denies it.
    @Sendable static func deadAllows(_ role: ResolvedRole, _ set: PolicySet) -> [Finding] {
        let own = role.rules.filter { $0.rule.effect == .deny }
        let denies = DeniedScopes(own.map(\.rule))
        return role.policy.rules.filter { $0.effect == .allow }.flatMap { rule in
            rule.scopes.compactMap { scope in
                let denial = denies.first(takingAll: scope).map { "\(own[$0].name) denies it" }
                let reason = role.unmeetableLevel(of: scope) ?? denial
                return reason.map { Finding(member: "rules[\(rule.id)].allow", reason: "\(scope.text) is dead: \($0)") }
            }
        }
    }

    /// One role's deny takes away what another one allows (policy: deny overrides allow across roles). Told where the deny
    /// stands, and only where it takes the allow whole.
    @Sendable static func shadowedAllows(_ role: ResolvedRole, _ set: PolicySet) -> [Finding] {
        let rules = role.policy.rules.filter { $0.effect == .deny && !$0.deniesEverything }
        if rules.isEmpty { return [] }
        let denies = DeniedScopes(rules)
        var findings: [[Finding]] = rules.map { _ in [] }
        let others = set.all.filter { !$0.isRelated(to: role) && $0.canBeHeld(with: role) }
        for other in others {
            for allow in other.policy.rules where allow.effect == .allow {
                var taken: [Int: [String]] = [:]
                for scope in allow.scopes {
                    for (place, letters) in denies.taken(of: scope) {
                        if let part = scope.with(letters) { taken[place, default: []].append(part.text) }
                    }
                }
                for (place, scopes) in taken {
                    findings[place].append(shadow(of: rules[place], over: allow, of: other.policy.role, taking: scopes))
                }
            }
        }
        return findings.flatMap(\.self)
    }

    private static func shadow(of deny: Rule, over allow: Rule, of other: RoleName, taking scopes: [String]) -> Finding
    {
        let exception = deny.yieldsToBreakGlass ? ", except in an emergency" : ""
        return Finding(
            member: "rules[\(deny.id)].deny",
            reason: "takes \(scopes.joined(separator: " ")) of \(other.value)/\(allow.id) from whoever holds both roles"
                + exception)
    }
}

/// What some rules deny whatever the values of any variables, found for a scope without a look at each.
private struct DeniedScopes {
    /// The place of its rule, for each scope.
    private let rules: [Int]
    private let scopes: [ResourceScope]
    private let covering: CoveringScopes

    init(_ denies: [Rule]) {
        let all = denies.enumerated().flatMap { place, rule in
            rule.scopes.filter(\.variables.isEmpty).map { (place, $0.denied(Variables())) }
        }
        rules = all.map(\.0)
        scopes = all.map(\.1)
        covering = CoveringScopes(scopes)
    }

    /// Of an allow's letters those that each rule takes whole, whatever the values of its variables.
    func taken(of allow: RuleScope) -> [Int: Interactions] {
        var taken: [Int: Interactions] = [:]
        for place in covering.places(covering: allow.denied(Variables())) {
            let letters = scopes[place].interactions.intersection(allow.scope.interactions)
            if !letters.isEmpty { taken[rules[place], default: []].formUnion(letters) }
        }
        return taken
    }

    /// The first rule that leaves nothing of an allow.
    func first(takingAll allow: RuleScope) -> Int? {
        taken(of: allow).filter { $0.value.isSuperset(of: allow.scope.interactions) }.keys.min()
    }
}

extension ResolvedRole {
    /// What a role denies of what it extends, it means to.
    fileprivate func isRelated(to other: ResolvedRole) -> Bool {
        lineage.contains(other.policy.role) || other.lineage.contains(policy.role)
    }

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
}

extension Rule {
    /// `deny *` is meant to take everything.
    fileprivate var deniesEverything: Bool { scopes == RuleScope.everything }
}
