import Encoding
import HTTP
import Policy
import Storage

/// A change of a role's policy by an administrator: when, from where, why, and over what.
struct RolePolicyChange: Sendable {
    let request: AdministrationRequest
    let condition: RevisionCondition
    let reason: StatedReason
    let address: String
    let now: Int64
    private let book: RoleBook

    /// `reason`: where the body does not hold it, that of the query.
    init(_ request: AdministrationRequest, _ server: AuthorizationServer, reason: StatedReason? = nil) throws {
        guard let reason = reason ?? StatedReason((try? FormParameters(parsing: request.query))?["reason"]) else {
            throw Problem(
                status: 422, title: "The change is not valid", detail: "See the members named in errors.",
                errors: [("reason", StatedReason.rule)])
        }
        self.reason = reason
        self.request = request
        now = server.clock.now
        book = server.roles
        condition = RevisionCondition(request.headers)
        address = request.peer.address
    }

    /// Puts the document in place if all policies hold together with it, and says whose work it is. What is there already
    /// stays as it is.
    func put(
        _ document: String, over current: StoredRolePolicy?, as role: String, _ transaction: borrowing WriteTransaction
    ) throws -> StoredRolePolicy {
        if let current, current.document.hasSameOctets(as: document) { return current }
        let concern = try PolicyConcern(request, book, transaction, now: now)
        let outcome = try transaction.putRolePolicy(
            role, document: document, seedVersion: current?.seedVersion, isEdited: true, actor: request.caller.name,
            reason: reason.text, expectedRevision: current?.revision ?? 0, now: now)
        guard case .done(let revision) = outcome, let stored = try transaction.rolePolicy(role) else {
            throw StorageError.corrupt("a role policy that was just written is not there")
        }
        try transaction.requireValidPolicies(changing: role)
        try concern.require(of: [role], transaction)
        try audit(.rolePolicyChanged, role, revision, transaction)
        return stored
    }

    func audit(
        _ event: AuditEvent, _ role: String, _ revision: Int64, _ transaction: borrowing WriteTransaction
    ) throws(StorageError) {
        try transaction.audit(
            event, actor: request.caller.name, address: address, detail: "\(role) \(revision): \(reason.text)", at: now)
    }
}

extension WriteTransaction {
    /// The same as `requireValidPolicies()`, told to the administrator who changes that role.
    borrowing func requireValidPolicies(changing role: String) throws {
        do {
            try requireValidPolicies()
        } catch let problems as PolicyProblems {
            throw Problem(problems, changing: role)
        }
    }
}

extension Problem {
    /// `role`: whose own members need no name before them; nil where there are files.
    init(_ problems: PolicyProblems, changing role: String? = nil) {
        self.init(
            invalidPolicy: problems.list.map { problem in
                let path = [problem.file == role ? "" : problem.file, problem.member].filter { !$0.isEmpty }
                return (path.joined(separator: ": "), problem.reason)
            })
    }

    init(invalidPolicy errors: [(member: String, reason: String)]) {
        self.init(
            status: 422, title: "The policy is not valid", detail: "See the members named in errors.", errors: errors)
    }
}
