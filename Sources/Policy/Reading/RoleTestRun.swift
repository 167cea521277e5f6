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
    func failure(of test: RoleTest) -> String? {
        do throws(Unusable) {
            return Self.mismatch(try decision(for: test), test)
        } catch {
            return error.text
        }
    }

    private func decision(for test: RoleTest) throws(Unusable) -> RequestDecision {
        let subject = try subject(test)
        if let right = ResourceScope(test.request), right.level == .auth {
            return policies.decide(right, for: subject)
        }
        let permissions = policies.permissions(of: subject), accesses = try Self.accesses(test.request)
        let reasons = RefusalReasons(subject, policies)
        return RequestDecision(accesses, filtering: test.expect == .permit ? [] : .all) { access in
            reasons.reasoned(permissions.decide(access), access)
        }
    }

    private static func accesses(_ request: String) throws(Unusable) -> [FHIRAccess] {
        do throws(FHIRRequestError) {
            switch try FHIRRequest(line: request) {
            case .single(let accesses): return accesses
            case .bundle: throw .unknownBundle
            }
        } catch {
            throw Unusable(text: "\(request) is no FHIR request: \(error.reason)")
        }
    }

    /// Somebody who could hold all the roles of the test.
    private func subject(_ test: RoleTest) throws(Unusable) -> Subject {
        var roles: [ResolvedRole] = []
        for name in [policy.role] + test.roles {
            guard let role = policies[name] else { throw Unusable(text: "there is no role \(name.value)") }
            roles.append(role)
        }
        var holdings: [RoleHolding] = []
        for (index, role) in roles.enumerated() {
            let parameters = try index == 0 ? Self.bound(test.parameters, role) : [:]
            holdings.append(RoleHolding(role.policy.role, parameters: parameters))
        }
        let named = test.fhirUser.flatMap(FHIRUser.init)
        let candidates = roles.prefix(1).flatMap(\.holders) + [.practitioner] + Holder.allCases
        let holder = candidates.first { holder in
            roles.allSatisfy { $0.holders.isEmpty || $0.holders.contains(holder) }
        }
        return Subject(
            roles: holdings, holder: named.map { Holder($0.type) } ?? holder ?? .practitioner,
            fhirUser: named?.relative, client: "test", scope: ScopeSet(parsing: test.scopes),
            patient: test.patient.flatMap(FHIRID.init), purpose: test.purpose, isMultiFactor: true,
            isInside: { _ in true })
    }

    /// Why a test asks nothing that could be answered.
    private struct Unusable: Error { let text: String }

    private static func bound(
        _ texts: [String: [String]], _ role: ResolvedRole
    ) throws(Unusable) -> [String: [ParameterValue]] {
        var values: [String: [ParameterValue]] = [:]
        for (name, texts) in texts {
            guard let parameter = role.parameter(name) else {
                throw Unusable(text: "the role has no parameter \(name)")
            }
            let bound = texts.compactMap(parameter.value)
            guard bound.count == texts.count else {
                throw Unusable(text: "a value of \(name) is no \(parameter.typeName)")
            }
            values[name] = bound
        }
        return values
    }

    private static func mismatch(_ decision: RequestDecision, _ test: RoleTest) -> String? {
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
        let hidden = row?.hide ?? [], kept = row?.readonly ?? []
        if let hide = test.hide, hidden != hide.sorted() {
            return "\(test.request) hid \(hidden.joined(separator: ", ")), not \(hide.joined(separator: ", "))"
        }
        if let readonly = test.readonly, kept != readonly.sorted() {
            return
                "\(test.request) kept \(kept.joined(separator: ", ")) from being written, not \(readonly.joined(separator: ", "))"
        }
        return nil
    }
}
