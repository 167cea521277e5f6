import Encoding
import SMART

/// What the rules come to for one subject:
///
///     ( union of allows of the subject's active roles − union of denies ) ∩ granted scopes ∩ launch context
///
/// What the client may ask for is within the granted scopes already.
struct Compilation {
    /// One allow of one role within one granted scope.
    struct Contribution {
        let role: RoleName
        let rule: ResolvedRole.OwnedRule
        let scope: ResourceScope
        let type: ScopeResourceType
        let level: Level
        var allowance: Allowance
    }

    /// One deny that stands.
    struct StandingDenial {
        let role: RoleName
        let rule: ResolvedRole.OwnedRule
        let scope: ResourceScope
    }

    let roles: [HeldRole]
    /// Beyond it nothing more is given: what somebody asks for in hundreds of scopes must not hold up everybody.
    static let mostContributions = 2_000
    private(set) var contributions: [Contribution] = []
    private(set) var denials: [StandingDenial] = []
    private let subject: Subject

    /// What is looked through when it is asked what stands in the way; nothing of it for what is answered.
    struct Pardons: OptionSet {
        let rawValue: Int
        static let purpose = Pardons(rawValue: 1)
        static let requirements = Pardons(rawValue: 2)
        static let denies = Pardons(rawValue: 4)
        static let yieldingDenies = Pardons(rawValue: 8)
    }

    init(_ subject: Subject, _ policies: PolicySet, pardoning pardons: Pardons = []) {
        self.subject = subject
        roles = subject.heldRoles(policies)
        // Whoever has lost the right to break the glass meanwhile has nothing of it any more.
        let isEntitled = subject.purpose != .breakTheGlass || roles.contains(where: \.mayBreakGlass)
        let granted = isEntitled ? subject.scope.resources.filter { $0.level != .auth } : []
        for held in roles {
            let isStanding =
                held.obstacle == nil || (pardons.contains(.requirements) && held.obstacle != .holder)
            for owned in held.role.rules {
                let isMeant = owned.rule.applies(to: subject.purpose)
                switch owned.rule.effect {
                case .deny where isMeant && !pardons.contains(owned.rule): deny(owned, held)
                case .allow where isStanding && (isMeant || pardons.contains(.purpose)): allow(owned, held, granted)
                default: break
                }
            }
        }
    }

    private mutating func deny(_ owned: ResolvedRole.OwnedRule, _ held: HeldRole) {
        for scope in owned.rule.scopes {
            denials.append(
                StandingDenial(
                    role: held.role.policy.role, rule: owned, scope: scope.denied(held.variables)))
        }
    }

    private mutating func allow(_ owned: ResolvedRole.OwnedRule, _ held: HeldRole, _ granted: [ResourceScope]) {
        for ruleScope in owned.rule.scopes {
            guard let allowed = ruleScope.allowed(held.variables) else { continue }
            for scope in granted {
                guard contributions.count < Self.mostContributions else { return }
                guard let both = scope.intersection(allowed, reading: .role),
                    let allowance = allowance(both, owned.rule)
                else { continue }
                contributions.append(
                    Contribution(
                        role: held.role.policy.role, rule: owned, scope: scope, type: both.type, level: both.level,
                        allowance: allowance))
            }
        }
    }

    /// Within the launch context: `patient/` is that patient's record, and nothing without one (EHR-6). In an emergency
    /// everything is, and nothing is written.
    private func allowance(_ scope: ResourceScope, _ rule: Rule) -> Allowance? {
        var allowance = Allowance(
            interactions: scope.interactions, criteria: scope.constraint, hide: rule.hide, readonly: rule.readonly,
            operations: scope.level == .system ? rule.operations : rule.operations.filter { $0 != "$export" })
        let isEmergency = subject.purpose == .breakTheGlass
        if isEmergency {
            allowance.interactions.formIntersection([.read, .search])
            allowance.operations = []
            if allowance.interactions.isEmpty { return nil }
        }
        if scope.level == .patient || isEmergency {
            guard let patient = subject.patient else { return nil }
            allowance.compartment = patient
        }
        if case .named(let type) = scope.type { return allowance.within(type) }
        return allowance
    }

    /// The roles whose allows stand.
    var activeRoles: [RoleName] {
        var names: [RoleName] = []
        for held in roles where held.obstacle == nil && names.last != held.role.policy.role {
            names.append(held.role.policy.role)
        }
        return names
    }
}

extension Compilation.Pardons {
    fileprivate func contains(_ deny: Rule) -> Bool {
        contains(.denies) || (contains(.yieldingDenies) && deny.yieldsToBreakGlass)
    }
}

extension Compilation.StandingDenial {
    /// What an operation does with a resource is no less than to read it.
    var reachesOperations: Bool { scope.reachesOperations }
}

extension Allowance {
    /// For a resource type outside the Patient compartment, a scope for one record gives no more than to look things up, and
    /// only what is about nobody or what the criteria bind to that patient.
    func within(_ type: String) -> Allowance? {
        guard let patient = compartment, !PatientCompartment.contains(type) else { return self }
        guard PatientCompartment.isShared(type) || isBound(to: patient) else { return nil }
        var shared = self
        shared.compartment = nil
        shared.interactions.formIntersection([.read, .search])
        shared.operations = []
        return shared.interactions.isEmpty ? nil : shared
    }

    private func isBound(to patient: FHIRID) -> Bool {
        (criteria?.parameters ?? []).contains { clause in
            clause.modifier == nil && (clause.name == "patient" || clause.name == "subject")
                && clause.literals.allSatisfy { $0.hasSameOctets(as: "Patient/\(patient.value)") }
        }
    }
}
