/// All role policies of one server, valid together: every role that is named exists, no role extends itself, every variable
/// is declared, and the tests that the files bring pass.
package struct PolicySet: Sendable {
    private let roles: [RoleName: ResolvedRole]

    package static let empty = PolicySet(roles: [:])

    private init(roles: [RoleName: ResolvedRole]) { self.roles = roles }

    package typealias NamedPolicy = (file: String, policy: RolePolicy)

    /// Throws every problem there is between the files, tests that fail included.
    package init(_ policies: [NamedPolicy]) throws(PolicyProblems) {
        let set = try PolicySet(stored: policies)
        let failures = policies.flatMap { named in
            RoleTestRun(set, named.policy).failures().map { failure in
                PolicyProblem(file: named.file, member: "tests[\(failure.index)]", reason: failure.text)
            }
        }
        guard failures.isEmpty else { throw PolicyProblems(failures) }
        self = set
    }

    /// Policies that were held together when they were stored: their tests are not run again.
    package init(stored policies: [NamedPolicy]) throws(PolicyProblems) {
        var resolution = Resolution(policies)
        let resolved = resolution.resolveAll()
        guard resolution.problems.isEmpty else { throw PolicyProblems(resolution.problems) }
        self.init(roles: resolved)
    }

    package subscript(_ name: RoleName) -> ResolvedRole? { roles[name] }

    package var names: [RoleName] { roles.keys.sorted() }

    package var all: [ResolvedRole] { names.compactMap { roles[$0] } }
}

/// Brings roles and what they extend together.
private struct Resolution {
    private let policies: [RoleName: PolicySet.NamedPolicy]
    private let order: [PolicySet.NamedPolicy]
    private var resolved: [RoleName: ResolvedRole] = [:]
    private var found = Distinct<PolicyProblem>()
    var problems: [PolicyProblem] { found.elements }

    init(_ policies: [PolicySet.NamedPolicy]) {
        var known: [RoleName: PolicySet.NamedPolicy] = [:]
        var order: [PolicySet.NamedPolicy] = []
        var problems: [PolicyProblem] = []
        for named in policies {
            if let other = known[named.policy.role] {
                problems.append(
                    PolicyProblem(
                        file: named.file, member: "role",
                        reason: "\(named.policy.role.value) is also the role of \(other.file)"))
            } else {
                known[named.policy.role] = named
                order.append(named)
            }
        }
        self.policies = known
        found = Distinct(problems)
        self.order = order
    }

    mutating func resolveAll() -> [RoleName: ResolvedRole] {
        for named in order { _ = resolve(named, path: []) }
        return resolved
    }

    /// Nil after a problem, which is told once.
    private mutating func resolve(_ named: PolicySet.NamedPolicy, path: [RoleName]) -> ResolvedRole? {
        let (file, policy) = named, name = policy.role
        if let known = resolved[name] { return known }
        // Before the call stack says so.
        guard path.count <= ResolvedRole.mostRoles else {
            refuse(file, "extends", "is part of a row of more than \(ResolvedRole.mostRoles) roles")
            return nil
        }
        var parents: [ResolvedRole] = []
        for parent in policy.extends {
            guard let extended = policies[parent] else {
                refuse(file, "extends", "there is no role \(parent.value)")
                continue
            }
            if parent == name || path.contains(parent) {
                let circle = (path + [name, parent]).map(\.value).joined(separator: ", ")
                refuse(file, "extends", "goes in a circle: \(circle)")
            } else if let resolved = resolve(extended, path: path + [name]) {
                parents.append(resolved)
            }
        }
        var role = ResolvedRole(policy, parents: parents)
        if role.ancestors.count > ResolvedRole.mostRoles {
            refuse(file, "extends", "brings \(role.ancestors.count) roles: at most \(ResolvedRole.mostRoles)")
            role = ResolvedRole(policy, parents: [])
        } else if role.rules.count > ResolvedRole.mostRules {
            refuse(
                file, "rules",
                "are \(role.rules.count) with those of the roles that it extends: at most \(ResolvedRole.mostRules)")
        } else if role.scopeCount > ResolvedRole.mostScopes {
            refuse(
                file, "rules",
                "have \(role.scopeCount) scopes with those of the roles that it extends: at most \(ResolvedRole.mostScopes)"
            )
        } else {
            check(role, file)
        }
        resolved[name] = role
        return role
    }

    private mutating func check(_ role: ResolvedRole, _ file: String) {
        for rule in role.policy.rules {
            for variable in rule.scopes.flatMap(\.variables)
            where !Variables.builtIn.contains(variable) && role.parameter(variable) == nil {
                refuse(
                    file, "rules[\(rule.id)].\(rule.effect.rawValue)",
                    "%\(variable) is neither a parameter of the role nor built in")
            }
        }
        var known: Set<String> = []
        for parameter in role.parameters where !known.insert(parameter.name).inserted {
            refuse(file, "parameters.\(parameter.name)", "has another type in a role that this one extends")
        }
        if role.isForNobody {
            refuse(file, "holders", "nobody is left whom the roles that it extends could be given to")
        }
    }

    private mutating func refuse(_ file: String, _ member: String, _ reason: String) {
        found.append(PolicyProblem(file: file, member: member, reason: reason))
    }
}
