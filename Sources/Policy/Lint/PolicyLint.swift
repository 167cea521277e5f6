import SMART

/// What loads and is probably not meant. A warning is no problem: it refuses nothing.
package struct PolicyLint: Sendable {
    package let warnings: [PolicyProblem]

    /// One question about one role, and what it finds: member and reason.
    private typealias Check = @Sendable (ResolvedRole, PolicySet) -> [Finding]

    struct Finding {
        let member: String
        let reason: String
    }

    private static let checks: [Check] = [untested, unusedParameters, narratives, deadAllows, shadowedAllows]

    /// `policies` resolved as `set`.
    package init(_ policies: [PolicySet.NamedPolicy], _ set: PolicySet) {
        let roles = policies.compactMap { file, policy in set[policy.role].map { (file, $0) } }
        warnings = roles.flatMap { file, role in
            Self.checks.flatMap { $0(role, set) }
                .map { PolicyProblem(file: file, member: $0.member, reason: $0.reason) }
        }
    }

    @Sendable private static func untested(_ role: ResolvedRole, _ set: PolicySet) -> [Finding] {
        guard role.policy.tests.isEmpty else { return [] }
        let reason = "the role \(role.policy.role.value) has none: nothing tells when it changes"
        return [Finding(member: "tests", reason: reason)]
    }

    /// Used by no rule, neither here nor in a role that extends this one.
    @Sendable private static func unusedParameters(_ role: ResolvedRole, _ set: PolicySet) -> [Finding] {
        let heirs = set.all.filter { $0.lineage.contains(role.policy.role) }
        return role.policy.parameters.filter { parameter in
            !heirs.contains { $0.variables.contains(parameter.name) }
        }.map { parameter in
            Finding(
                member: "parameters.\(parameter.name)",
                reason: "no rule uses %\(parameter.name), and yet every assignment must give it a value")
        }
    }

    /// The narrative says in words what the elements say, those that are hidden too (FHIR R4 §2.4.0).
    @Sendable private static func narratives(_ role: ResolvedRole, _ set: PolicySet) -> [Finding] {
        role.policy.rules.filter { rule in
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

extension ResolvedRole {
    /// The role and all that it extends.
    var lineage: Set<RoleName> { ancestors.union([policy.role]) }
}
