package import SMART

/// A role as somebody holds it, with the values of its parameters.
package struct RoleHolding: Sendable, Hashable {
    package let role: RoleName
    package let parameters: [String: [ParameterValue]]

    package init(_ role: RoleName, parameters: [String: [ParameterValue]] = [:]) {
        self.role = role
        self.parameters = parameters
    }
}

/// All that decides what a token may do, beside the policies.
package struct Subject: Sendable {
    package var roles: [RoleHolding]
    /// Nil for somebody who is nobody in the record.
    package var holder: Holder?
    /// `Practitioner/9`
    package var fhirUser: String?
    package var client: String
    /// What was granted: already within what the client may ask for and what the person agreed to.
    package var scope: ScopeSet
    /// The patient of the launch context.
    package var patient: FHIRID?
    package var purpose: PurposeOfUse?
    /// Whether the person showed a second factor.
    package var isMultiFactor: Bool
    /// Whether the address that the grant was made from lies in that range, for those that roles require.
    package var isInside: @Sendable (_ network: String) -> Bool

    package init(
        roles: [RoleHolding], holder: Holder?, fhirUser: String? = nil, client: String, scope: ScopeSet,
        patient: FHIRID? = nil, purpose: PurposeOfUse? = nil, isMultiFactor: Bool = false,
        isInside: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        self.roles = roles
        self.holder = holder
        self.fhirUser = fhirUser
        self.client = client
        self.scope = scope
        self.patient = patient
        self.purpose = purpose
        self.isMultiFactor = isMultiFactor
        self.isInside = isInside
    }
}

/// A role of a subject, and with what.
struct HeldRole: Sendable {
    let role: ResolvedRole
    let variables: Variables
    /// Why its allows do not stand. Its denies always do: who comes from outside or without a second factor never gets
    /// more for it.
    let obstacle: Subject.Obstacle?
}

extension Subject {
    /// Why the allows of a role that somebody holds do not stand.
    enum Obstacle: Sendable, Equatable {
        /// The role is for others.
        case holder
        case multiFactor
        case network
    }

    /// Its policies that there are, each holding once, in the order of their names.
    func heldRoles(_ policies: PolicySet) -> [HeldRole] {
        var seen: Set<RoleHolding> = []
        return roles.filter { seen.insert($0).inserted }
            .compactMap { holding in
                policies[holding.role].map { role in
                    HeldRole(role: role, variables: variables(holding, role), obstacle: obstacle(role))
                }
            }
            .sorted { $0.role.policy.role < $1.role.policy.role }
    }

    private func obstacle(_ role: ResolvedRole) -> Obstacle? {
        if !role.isFor(holder) { return .holder }
        for requirement in role.requires {
            if requirement.isMultiFactor && !isMultiFactor { return .multiFactor }
            if !requirement.networks.isEmpty && !requirement.networks.contains(where: isInside) { return .network }
        }
        return nil
    }

    private func variables(_ holding: RoleHolding, _ role: ResolvedRole) -> Variables {
        var variables = Variables()
        // With a value that the parameter no longer takes it is unset: the rest of the list would deny less.
        for parameter in role.parameters {
            let bound = holding.parameters[parameter.name] ?? []
            let values = bound.compactMap { parameter.value($0.text) }
            variables[parameter.name] = values.count == bound.count ? values : []
        }
        if let user = fhirUser.flatMap(FHIRUser.init) {
            variables["fhirUser"] = [.reference(type: user.type.rawValue, id: user.id.value)]
        }
        if let patient { variables["patient"] = [.reference(type: "Patient", id: patient.value)] }
        variables["client"] = [.text(client)]
        return variables
    }
}
