import Encoding
import Policy
import Storage

/// One of the roles that the file of a client or group lists, and what identifies it beside that holder: a role with the
/// same parameters is held once.
struct RoleEntry: Sendable, Equatable {
    let role: String
    /// JSON text, in the one way that it is stored.
    let parameters: String
    let validFrom: Int64?
    let validUntil: Int64?
    let reason: String

    init(_ stored: StoredRoleAssignment) {
        role = stored.role
        parameters = stored.parameters
        validFrom = stored.validFrom
        validUntil = stored.validUntil
        reason = stored.reason
    }

    init(_ new: NewRoleAssignment, _ policies: PolicySet) {
        role = new.role.value
        parameters = new.parametersText(policies)
        validFrom = new.validFrom
        validUntil = new.validUntil
        reason = new.reason
    }

    func isSameHolding(as other: RoleEntry) -> Bool {
        role == other.role && parameters.hasSameOctets(as: other.parameters)
    }

    private var json: JSON {
        var object: JSONObject = ["role": .string(role)]
        if let given = try? JSON(parsing: Array(parameters.utf8)), given.objectValue?.isEmpty == false {
            object["parameters"] = given
        }
        object["valid_from"] = validFrom.map { .integer($0) }
        object["valid_until"] = validUntil.map { .integer($0) }
        if !reason.isEmpty { object["reason"] = .string(reason) }
        return .object(object)
    }

    /// The member `roles` of a file.
    static func json(_ entries: [RoleEntry]) -> JSON {
        .array(entries.sorted { ($0.role, $0.parameters) < ($1.role, $1.parameters) }.map(\.json))
    }
}

/// The member `roles` of a client or group. Where it is left out, the file says nothing of them.
struct RoleList: Sendable {
    let assignments: [NewRoleAssignment]

    /// Nil where the member is left out or wrong; what is wrong is among the errors.
    init?(_ json: JSON?, _ errors: inout [(member: String, reason: String)], now: Int64) {
        guard let json else { return nil }
        guard let elements = json.arrayValue else {
            errors.append(("roles", "must be a list of role assignments"))
            return nil
        }
        var assignments: [NewRoleAssignment] = []
        for (index, element) in elements.enumerated() {
            var inner: [(member: String, reason: String)] = []
            if element.objectValue == nil { inner.append(("", "must be an object")) }
            if let new = NewRoleAssignment(element, &inner) {
                if let end = new.validUntil, end <= now { inner.append(("valid_until", "is over already")) }
                assignments.append(new)
            }
            errors += inner.map { (Self.path(index, $0.member), $0.reason) }
        }
        self.assignments = assignments
    }

    static func path(_ index: Int, _ member: String) -> String {
        "roles[\(index)]" + (member.isEmpty ? "" : "." + member)
    }

    /// What stands against it, as the policies are: of each by itself, and those that are there twice.
    func problems(_ policies: PolicySet, holder: Holder?, isGroup: Bool) -> [(member: String, reason: String)] {
        var seen: [RoleEntry] = []
        return assignments.enumerated().flatMap { index, new -> [(member: String, reason: String)] in
            let entry = RoleEntry(new, policies)
            var problems = new.problems(policies, holder: holder, isGroup: isGroup)
            if seen.contains(where: entry.isSameHolding) { problems.append(("", "is there twice")) }
            seen.append(entry)
            return problems.map { (Self.path(index, $0.member), $0.reason) }
        }
    }
}

extension RoleList {
    /// Who changes roles, and why.
    struct Change: Sendable {
        let actor: String
        let address: String
        let remark: String
        let policies: PolicySet
        let now: Int64
    }

    /// Whoever it is has these from now on, and no others. What is over already, and listed again, is given anew.
    func put(
        to subject: RoleSubject, holder: Holder?, _ change: Change, _ transaction: borrowing WriteTransaction
    ) throws {
        let held = try transaction.heldAssignments(of: subject).map { ($0, RoleEntry($0)) }
        let wanted = assignments.map { ($0, RoleEntry($0, change.policies)) }
        for (assignment, entry) in held where !wanted.contains(where: { $0.1 == entry }) {
            let isOver = assignment.validUntil.map { $0 <= change.now } ?? false
            guard !isOver || wanted.contains(where: { $0.1.isSameHolding(as: entry) }) else { continue }
            _ = try transaction.revokeRoleAssignment(
                assignment.id, by: change.actor, reason: change.remark, now: change.now)
            try transaction.audit(
                .roleRevoked, of: subject, actor: change.actor, address: change.address,
                detail: "\(change.remark): \(assignment.role) \(assignment.id)", at: change.now)
        }
        for (new, entry) in wanted where !held.contains(where: { $0.1 == entry }) {
            _ = try new.store(
                to: subject, holder: holder, by: change.actor, address: change.address, change.policies, transaction,
                now: change.now)
        }
    }
}
