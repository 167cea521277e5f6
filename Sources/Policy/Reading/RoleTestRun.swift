import SMART

/// Runs the tests that a policy brings with it, against all policies as they are together.
struct RoleTestRun {
    private let policies: PolicySet
    private let policy: RolePolicy

    init(_ policies: PolicySet, _ policy: RolePolicy) {
        self.policies = policies
        self.policy = policy
    }

    func failures() -> [(index: Int, text: String)] {
        policy.tests.enumerated().compactMap { index, test in failure(of: test).map { (index, $0) } }
    }

    /// Nil if the test passes.
    private func failure(of test: RoleTest) -> String? {
        let accesses: [FHIRAccess]
        do throws(FHIRRequestError) {
            guard case .single(let single) = try FHIRRequest(line: test.request) else {
                return "\(test.request) is no single request"
            }
            accesses = single
        } catch {
            return "\(test.request) is no FHIR request: \(error.reason)"
        }
        guard let role = policies[policy.role] else { return "the role is not there" }
        let parameters: [String: [ParameterValue]]
        switch Self.bound(test.parameters, role) {
        case .success(let values): parameters = values
        case .failure(let problem): return problem.text
        }
        let explanation = Explanation(
            accesses, subject(test, role, parameters), policies, filtering: test.expect == .permit ? [] : .all)
        return Self.mismatch(explanation, test)
    }

    private func subject(
        _ test: RoleTest, _ role: ResolvedRole, _ parameters: [String: [ParameterValue]]
    ) -> Subject {
        let named = test.fhirUser.flatMap(FHIRUser.init)
        return Subject(
            roles: [RoleHolding(policy.role, parameters: parameters)],
            holder: named.map { Holder($0.type) } ?? role.holders.first ?? .practitioner,
            fhirUser: named?.relative, client: "test", scope: ScopeSet(parsing: test.scopes),
            patient: test.patient.flatMap(FHIRID.init), purpose: test.purpose, isMultiFactor: true,
            isInside: { _ in true })
    }

    private struct Unbound: Error { let text: String }

    private static func bound(
        _ texts: [String: [String]], _ role: ResolvedRole
    ) -> Result<[String: [ParameterValue]], Unbound> {
        var values: [String: [ParameterValue]] = [:]
        for (name, texts) in texts {
            guard let parameter = role.parameter(name) else {
                return .failure(Unbound(text: "the role has no parameter \(name)"))
            }
            let bound = texts.compactMap(parameter.value)
            guard bound.count == texts.count else {
                return .failure(Unbound(text: "a value of \(name) is no \(parameter.typeName)"))
            }
            values[name] = bound
        }
        return .success(values)
    }

    private static func mismatch(_ explanation: Explanation, _ test: RoleTest) -> String? {
        let decision = explanation.decision
        let isRight =
            switch test.expect {
            case .permit: decision.isPermitted
            case .filter: decision.isPermitted && !decision.remainders.allSatisfy(\.isNothing)
            case .deny: !decision.isPermitted
            }
        if !isRight {
            let came =
                decision.reason.map { "was denied: \($0.rawValue)" }
                ?? (decision.remainders.allSatisfy(\.isNothing) ? "was permitted" : "was permitted in part")
            return "\(test.request) with \(test.scopes) should be \(test.expect.rawValue), and \(came)"
        }
        if let reason = test.reason, reason != decision.reason {
            return
                "\(test.request) was denied because of \(decision.reason?.rawValue ?? "nothing"), not \(reason.rawValue)"
        }
        let row = decision.remainders.first?.any.first
        if let criteria = test.criteria, row?.criteria != ScopeConstraint(criteria) {
            return "\(test.request) came with the criteria \(row?.criteria?.text ?? "none"), not \(criteria)"
        }
        if let hide = test.hide, row?.hide ?? [] != hide.sorted() {
            return
                "\(test.request) hid \((row?.hide ?? []).joined(separator: ", ")), not \(hide.joined(separator: ", "))"
        }
        return nil
    }
}
