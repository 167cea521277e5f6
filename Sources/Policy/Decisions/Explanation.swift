import SMART

/// A decision with its trail: which rules of which roles spoke, in which scope, and what was missing.
package struct Explanation: Sendable {
    package struct Step: Sendable, Equatable {
        package enum Kind: String, Sendable {
            case allows, denies
            /// An allow of a role that does not stand, or that another purpose would open, or that no scope reaches.
            case wouldAllow = "would-allow"
            case roleInactive = "role-inactive"
        }

        package let kind: Kind
        package let role: String
        /// `staff/labs`; empty for a whole role.
        package let rule: String
        /// What it comes to, as a scope; or why it does not.
        package let text: String
        /// The granted scope that it stands in.
        package let scope: String?
    }

    package let decision: RequestDecision
    package let steps: [Step]

    /// `permissions` are those of `subject`; the reason is found by asking the rules again with what was in the way set aside.
    package init(
        _ accesses: [FHIRAccess], _ subject: Subject, _ policies: PolicySet, filtering: Filtering,
        properties: [String: [String]] = [:]
    ) {
        let compilation = Compilation(subject, policies)
        let permissions = compilation.permissions
        let reasons = RefusalReasons(subject, policies)
        decision = RequestDecision(accesses, filtering: filtering) { access in
            reasons.reasoned(permissions.decide(access, properties: properties), access, properties: properties)
        }
        steps = Self.inactive(compilation) + accesses.flatMap { Self.steps($0, compilation, subject, policies) }
    }

    private static func inactive(_ compilation: Compilation) -> [Step] {
        compilation.roles.compactMap { held in
            held.obstacle.map { obstacle in
                Step(
                    kind: .roleInactive, role: held.role.policy.role.value, rule: "", text: obstacle.words, scope: nil)
            }
        }
    }

    private static func steps(
        _ access: FHIRAccess, _ compilation: Compilation, _ subject: Subject, _ policies: PolicySet
    ) -> [Step] {
        let allows = compilation.contributions.filter { $0.concerns(access) }
        var steps = allows.map { $0.step(.allows) }
        if allows.isEmpty {
            var wide = subject
            wide.scope = subject.everyScope
            steps = Compilation(wide, policies, pardoning: [.purpose, .requirements]).contributions
                .filter { $0.concerns(access) }.map { $0.step(.wouldAllow) }
        }
        return steps
            + compilation.denials.filter { $0.concerns(access) }.map { denial in
                Step(
                    kind: .denies, role: denial.role.value, rule: denial.rule.name,
                    text: denial.scope.text + (denial.rule.rule.because.map { " (\($0))" } ?? ""), scope: nil)
            }
    }
}

extension Subject.Obstacle {
    var words: String {
        switch self {
        case .holder: "is for others"
        case .multiFactor: "requires a second factor"
        case .network: "is not valid from this address"
        }
    }
}

extension Compilation.Contribution {
    fileprivate func concerns(_ access: FHIRAccess) -> Bool {
        guard type == .any || access.type.map({ type.text == $0 }) ?? false else { return false }
        return access.operation.map(allowance.operations.contains)
            ?? allowance.interactions.isSuperset(of: access.letters)
    }

    fileprivate func step(_ kind: Explanation.Step.Kind) -> Explanation.Step {
        let given = ResourceScope(
            level: level, type: type, interactions: allowance.interactions, constraint: allowance.criteria)
        var text = ([given?.text].compactMap(\.self) + allowance.operations).joined(separator: " ")
        if !allowance.hide.isEmpty { text += ", without \(allowance.hide.joined(separator: ", "))" }
        return Explanation.Step(
            kind: kind, role: role.value, rule: rule.name, text: text, scope: kind == .allows ? scope.text : nil)
    }
}

extension Compilation.StandingDenial {
    fileprivate func concerns(_ access: FHIRAccess) -> Bool {
        // As for the decision: an operation meets the denies of all types.
        if access.operation != nil { return reachesOperations }
        return (access.type == nil || scope.type == .any || scope.type.text == access.type)
            && !scope.interactions.isDisjoint(with: access.letters)
    }
}
