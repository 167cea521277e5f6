import Encoding
import Policy
import Storage

/// Policy files brought into the database, by a start or by an administrator: a new role is put in place, a higher version
/// replaces a lower one that no administrator has changed, and what one has changed or removed stays.
struct PolicySeed: Sendable {
    /// What becomes of one file.
    enum Step: Sendable, Equatable {
        case insert
        case replace(from: Int64)
        /// The database has another text and would keep it, but for the administrator who says otherwise.
        case overwrite(String)
        /// The database has it already.
        case keep
        /// The database has another text, and keeps it.
        case drift(String)
    }

    struct Plan: Sendable {
        var text: String { "\(policy.role.value): \(step.text)" }

        let file: String
        let policy: RolePolicy
        let document: String
        let step: Step
        /// What it would be put over; 0: nothing.
        let revision: Int64
    }

    let files: [PolicyFile]
    /// Those that the server is started with. What is put in place and is none of them is an administrator's work, which no
    /// later start replaces.
    let shipped: [PolicyFile]
    /// Whether the files go over what administrators have changed.
    var overwrites = false
    /// What its audit records begin with.
    var remark = ""

    /// Puts in place what is to be, or changes nothing and tells every problem of the files, of the roles together, and of their
    /// tests. `require` throws where something has changed since somebody planned it.
    func apply(
        by actor: String, address: String, _ transaction: borrowing WriteTransaction, now: Int64,
        require: ([Plan]) throws -> Void = { _ in }
    ) throws -> Result<[Plan], PolicyProblems> {
        let plans: [Plan]
        switch self.plans(over: try StandingPolicies(transaction)) {
        case .failure(let problems): return .failure(problems)
        case .success(let valid): plans = valid
        }
        try require(plans)
        let shipped = Set(shipped.compactMap { Self.document($0)?.utf8 }.map(Array.init))
        for plan in plans where plan.step.isChange {
            let role = plan.policy.role.value
            _ = try transaction.putRolePolicy(
                role, document: plan.document, seedVersion: plan.policy.version,
                isEdited: !shipped.contains(Array(plan.document.utf8)), actor: actor,
                reason: "version \(plan.policy.version) of \(plan.file)", now: now)
            try transaction.audit(
                .rolePolicyChanged, actor: actor, address: address, detail: "\(remark)\(role) \(plan.policy.version)",
                at: now)
        }
        return .success(plans)
    }

    /// What there is to do over the policies that are stored; all problems at once.
    func plans(over standing: StandingPolicies) -> Result<[Plan], PolicyProblems> {
        var plans: [Plan] = []
        var problems: [PolicyProblem] = []
        for file in files {
            do throws(PolicyProblems) {
                let policy = try RoleBook.reader.read(file.content, file: file.name)
                let document = Self.document(file) ?? ""
                plans.append(
                    Plan(
                        file: file.name, policy: policy, document: document, step: step(policy, document, standing),
                        revision: standing[policy.role.value]?.revision ?? 0))
            } catch {
                problems += error.list
            }
        }
        problems += Self.repeated(plans)
        guard problems.isEmpty else { return .failure(PolicyProblems(problems)) }
        return Result { () throws(PolicyProblems) in
            // What is stored was tested when it was put there: a start that changes nothing need not do it again.
            let together = try Self.together(plans, standing.policies)
            _ = try plans.contains(where: \.step.isChange) ? PolicySet(together) : PolicySet(stored: together)
            return plans
        }
    }

    /// As it is kept.
    private static func document(_ file: PolicyFile) -> String? { (try? JSON(parsing: file.content))?.text }

    /// All policies as they will be.
    private static func together(
        _ plans: [Plan], _ stored: [StoredRolePolicy]
    ) throws(PolicyProblems) -> [PolicySet.NamedPolicy] {
        var policies: [PolicySet.NamedPolicy] = plans.filter(\.step.isChange).map { ($0.file, $0.policy) }
        for row in stored where !plans.contains(where: { $0.step.isChange && $0.policy.role.value == row.role }) {
            policies.append((row.role, try RoleBook.reader.read(Array(row.document.utf8), file: row.role)))
        }
        return policies
    }

    /// Two files for one role: which of them counts would depend on what the database has.
    private static func repeated(_ plans: [Plan]) -> [PolicyProblem] {
        plans.indices.compactMap { index in
            let (file, role) = (plans[index].file, plans[index].policy.role)
            return plans[..<index].first { $0.policy.role == role }.map { other in
                PolicyProblem(file: file, member: "role", reason: "\(role.value) is also the role of \(other.file)")
            }
        }
    }

    private func step(_ policy: RolePolicy, _ document: String, _ standing: StandingPolicies) -> Step {
        guard let stored = standing[policy.role.value] else {
            return standing.hasRemoved(policy.role.value) ? against("an administrator has removed it") : .insert
        }
        if stored.document.hasSameOctets(as: document) { return .keep }
        if !stored.isEdited, let seeded = stored.seedVersion, policy.version > seeded { return .replace(from: seeded) }
        return against(
            stored.isEdited
                ? "an administrator has changed it" : "its version is not above \(stored.seedVersion ?? 0)")
    }

    /// What becomes of a file that something in the database stands against.
    private func against(_ reason: String) -> Step { overwrites ? .overwrite(reason) : .drift(reason) }
}

extension PolicySeed.Step {
    var isChange: Bool {
        switch self {
        case .insert, .replace, .overwrite: true
        case .keep, .drift: false
        }
    }

    /// As a script reads it.
    var word: String {
        switch self {
        case .insert: "insert"
        case .replace: "replace"
        case .overwrite: "overwrite"
        case .keep: "keep"
        case .drift: "drift"
        }
    }

    /// As an administrator reads it.
    var text: String {
        switch self {
        case .insert: "new"
        case .replace(let version): "replaces version \(version)"
        case .overwrite(let reason): "replaces what is in the database, although \(reason)"
        case .keep: "unchanged"
        case .drift(let reason): "kept as it is in the database: \(reason)"
        }
    }
}

extension WriteTransaction {
    /// Throws what is wrong with the policies as this transaction leaves them, held together and with their tests run.
    borrowing func requireValidPolicies() throws {
        var policies: [PolicySet.NamedPolicy] = []
        for row in try rolePolicies() {
            policies.append((row.role, try RoleBook.reader.read(Array(row.document.utf8), file: row.role)))
        }
        _ = try PolicySet(policies)
    }
}
