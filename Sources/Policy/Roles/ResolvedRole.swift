/// A role with all that it inherits.
package struct ResolvedRole: Sendable {
    /// A rule and the role whose file states it.
    struct OwnedRule: Sendable {
        let owner: RoleName
        let rule: Rule

        /// `staff/labs`, as a trail names it.
        var name: String { "\(owner.value)/\(rule.id)" }
    }

    /// Of how many other roles one may be made, and how many rules and scopes it may have with theirs: whatever a token may do
    /// is compiled from them all, and of no more scopes would all that are granted count (`Compilation.mostContributions`).
    static let mostRoles = 20
    static let mostRules = 1000
    static let mostScopes = 2000

    package let policy: RolePolicy
    /// All that it extends, and what these extend.
    package let ancestors: Set<RoleName>
    let rules: [OwnedRule]
    /// Of all the roles it is made of; empty: whoever it is given to.
    package let holders: [Holder]
    /// Whether its roles have holders and none in common.
    let isForNobody: Bool
    package let parameters: [RoleParameter]
    private let parametersByName: [String: RoleParameter]
    /// What any of its roles requires.
    package let requires: [Requirements]
    /// Variables that rules use; two persons who differ in no other way have the same rights.
    let variables: Set<String>

    /// A parent's demands hold for the child: a role never loses them by being extended.
    init(_ policy: RolePolicy, parents: [ResolvedRole]) {
        self.policy = policy
        ancestors = Set(parents.map(\.policy.role)).union(parents.flatMap(\.ancestors))
        let own = policy.rules.map { OwnedRule(owner: policy.role, rule: $0) }
        // What two parents share is there once.
        rules = Self.once(parents.flatMap(\.rules) + own, by: \.name)
        parameters = Self.once(parents.flatMap(\.parameters) + policy.parameters, by: \.self)
        parametersByName = Dictionary(parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let limits = (parents.map(\.holders) + [policy.holders]).filter { !$0.isEmpty }
        holders = limits.dropFirst().reduce(limits.first ?? []) { all, next in all.filter(next.contains) }
        isForNobody = holders.isEmpty && !limits.isEmpty
        requires = Self.once(
            parents.flatMap(\.requires) + (policy.requires == .none ? [] : [policy.requires]), by: \.self)
        variables = Set(rules.flatMap { $0.rule.scopes.flatMap(\.variables) })
    }

    private static func once<Item, Key: Hashable>(_ items: [Item], by key: (Item) -> Key) -> [Item] {
        var known: Set<Key> = []
        return items.filter { known.insert(key($0)).inserted }
    }

    var scopeCount: Int { rules.reduce(0) { $0 + $1.rule.scopes.count } }

    /// What names no holders is for people: a client holds only what says so.
    func isFor(_ holder: Holder?) -> Bool {
        holders.isEmpty ? holder != .client : holder.map(holders.contains) ?? false
    }

    package func parameter(_ name: String) -> RoleParameter? { parametersByName[name] }
}
