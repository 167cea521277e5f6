import SMART

/// What loads and is probably not meant. A warning is no problem: it refuses nothing.
package struct PolicyLint: Sendable {
    package let warnings: [PolicyProblem]

    /// One question about one policy, and what it finds: member and reason.
    private typealias Check = @Sendable (RolePolicy, PolicySet) -> [Finding]

    struct Finding {
        let member: String
        let reason: String
    }

    private static let checks: [Check] = [untested, unusedParameters, narratives, deadAllows, shadowedAllows]

    /// `policies` resolved as `set`.
    package init(_ policies: [PolicySet.NamedPolicy], _ set: PolicySet) {
        warnings = policies.flatMap { file, policy in
            Self.checks.flatMap { $0(policy, set) }
                .map { PolicyProblem(file: file, member: $0.member, reason: $0.reason) }
        }
    }

    @Sendable private static func untested(_ policy: RolePolicy, _ set: PolicySet) -> [Finding] {
        guard policy.tests.isEmpty else { return [] }
        let reason = "the role \(policy.role.value) has none: nothing tells when it changes"
        return [Finding(member: "tests", reason: reason)]
    }

    /// Used by no rule, neither here nor in a role that extends this one.
    @Sendable private static func unusedParameters(_ policy: RolePolicy, _ set: PolicySet) -> [Finding] {
        let heirs = set.all.filter { set.lineage(of: $0.policy.role).contains(policy.role) }
        return policy.parameters.filter { parameter in
            !heirs.contains { $0.variables.contains(parameter.name) }
        }.map { parameter in
            Finding(
                member: "parameters.\(parameter.name)",
                reason: "no rule uses %\(parameter.name), and yet every assignment must give it a value")
        }
    }

    /// The narrative says in words what the elements say, those that are hidden too (FHIR R4 §2.4.0).
    @Sendable private static func narratives(_ policy: RolePolicy, _ set: PolicySet) -> [Finding] {
        policy.rules.filter { rule in
            !rule.hide.isEmpty && !rule.hide.contains("text")
                && !rule.scopes.allSatisfy { withoutNarrative.contains($0.scope.type.text) }
        }.map { rule in
            let hidden = rule.hide.joined(separator: ", ")
            return Finding(
                member: "rules[\(rule.id)].hide",
                reason: "\(hidden) may still be read in text, the narrative, which is not hidden")
        }
    }

    /// FHIR R4 §2.3.0: resources that are no DomainResource.
    private static let withoutNarrative: Set<String> = ["Binary", "Bundle", "Parameters"]
}

extension PolicySet {
    /// The role and all that it extends.
    func lineage(of role: RoleName) -> Set<RoleName> { (self[role]?.ancestors ?? []).union([role]) }
}
