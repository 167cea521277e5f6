package import SMART

/// What of a subject decides, so that subjects with equal keys have the same permissions at one edition of the policies: the
/// roles that stand with their parameters, the denies of those that do not, the scopes, the context and the purpose. Who it is counts only
/// where a rule asks for it.
package struct SubjectKey: Hashable, Sendable {
    private let holdings: [Holding]
    private let scope: String
    private let patient: FHIRID?
    private let purpose: PurposeOfUse?
    private let fhirUser: String?
    private let client: String?

    private struct Holding: Hashable, Sendable {
        let role: RoleName
        let isStanding: Bool
        let variables: Variables
    }

    fileprivate init(_ subject: Subject, _ policies: PolicySet) {
        let held = subject.heldRoles(policies)
        let used = Set(held.flatMap(\.role.variables))
        holdings = held.map { held in
            Holding(
                role: held.role.policy.role, isStanding: held.obstacle == nil,
                variables: held.variables.only(held.role.parameters.map(\.name)))
        }
        scope = subject.scope.text
        patient = subject.patient
        purpose = subject.purpose
        fhirUser = used.contains("fhirUser") ? subject.fhirUser : nil
        client = used.contains("client") ? subject.client : nil
    }
}

extension Subject {
    package func key(_ policies: PolicySet) -> SubjectKey { SubjectKey(self, policies) }
}

extension PolicySet {
    /// What the subject may do, compiled.
    package func permissions(of subject: Subject) -> Permissions { Compilation(subject, self).permissions }
}

extension Permissions {
    /// All that scopes say, for who is bound by no role: this server itself.
    package init(everyResourceOf scope: ScopeSet) {
        var allow: [String: [Allowance]] = [:]
        for scope in scope.resources where scope.level == .system {
            allow[scope.type.text, default: []].append(
                Allowance(interactions: scope.interactions, criteria: scope.constraint, compartment: nil))
        }
        self.init(allow: allow, deny: [:], roles: [])
    }
}
