/// A role with all that it inherits.
package struct ResolvedRole: Sendable {
    /// A rule and the role whose file states it.
    struct OwnedRule: Sendable {
        let owner: RoleName
        let rule: Rule

        /// `staff/labs`, as a trail names it.
        var name: String { "\(owner.value)/\(rule.id)" }
    }

    package let policy: RolePolicy
    let rules: [OwnedRule]
    /// Of all the roles it is made of; empty: whoever it is given to.
    package let holders: [Holder]
    /// Whether its roles have holders and none in common.
    let isForNobody: Bool
    package let parameters: [RoleParameter]
    /// What any of its roles requires.
    package let requires: [Requirements]
    /// Variables that rules use; two persons who differ in no other way have the same rights.
    let variables: Set<String>

    /// A parent's demands hold for the child: a role never loses them by being extended.
    init(_ policy: RolePolicy, parents: [ResolvedRole]) {
        self.policy = policy
        let own = policy.rules.map { OwnedRule(owner: policy.role, rule: $0) }
        var rules: [OwnedRule] = []
        var parameters: [RoleParameter] = []
        // What two parents share is there once.
        for rule in parents.flatMap(\.rules) + own where !rules.contains(where: { $0.name == rule.name }) {
            rules.append(rule)
        }
        for parameter in parents.flatMap(\.parameters) + policy.parameters where !parameters.contains(parameter) {
            parameters.append(parameter)
        }
        self.rules = rules
        self.parameters = parameters
        let limits = (parents.map(\.holders) + [policy.holders]).filter { !$0.isEmpty }
        holders = limits.dropFirst().reduce(limits.first ?? []) { all, next in all.filter(next.contains) }
        isForNobody = holders.isEmpty && !limits.isEmpty
        requires = parents.flatMap(\.requires) + (policy.requires == .none ? [] : [policy.requires])
        variables = Set(rules.flatMap { $0.rule.scopes.flatMap(\.variables) })
    }

    /// What names no holders is for people: a client holds only what says so.
    func isFor(_ holder: Holder?) -> Bool {
        holders.isEmpty ? holder != .client : holder.map(holders.contains) ?? false
    }

    package func parameter(_ name: String) -> RoleParameter? { parameters.first { $0.name == name } }
}
