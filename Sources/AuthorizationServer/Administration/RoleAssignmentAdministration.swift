import Encoding
import HTTP
import Policy
import Storage

/// `/admin/v1/role-assignments`: who has which role, for what and how long. Nothing of it is deleted: what ended is history.
struct RoleAssignmentAdministration: Sendable {
    let server: AuthorizationServer

    /// `{"user" | "client" | "group", "role", "parameters"?, "valid_from"?, "valid_until"?, "reason"?}`
    @Sendable func assign(_ request: AdministrationRequest) async throws -> Response {
        let json = try request.json()
        var errors: [(member: String, reason: String)] = []
        let subject = NamedSubject(json, &errors)
        let assignment = NewRoleAssignment(json, others: NamedSubject.members, &errors)
        let (now, address, book) = (server.clock.now, request.peer.address, server.roles)
        if let end = assignment?.validUntil, end <= now { errors.append(("valid_until", "is over already")) }
        guard errors.isEmpty, let subject, let assignment else { throw NewRoleAssignment.problem(errors) }
        let object = try await request.write(server.database) { transaction in
            guard let (found, holder) = try subject.found(transaction) else { throw subject.unknown }
            let administrators = try RemainingAdministrator(request, book, transaction, now: now)
            let id = try assignment.store(
                to: found, holder: holder, by: request.caller, address: address, book, transaction, now: now)
            try administrators.requireOne(transaction)
            return try transaction.roleAssignment(id)?.json(transaction, now: now)
        }
        guard let object else { throw StorageError.corrupt("a role assignment that was just written is not there") }
        return .json(201, .object(object))
    }

    /// By `user`, `client` or `group`, and by `role`; with `all=true` those that were revoked too.
    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request, filters: NamedSubject.members + ["role", "all"])
        let includesEnded = try request.flag("all"), after = try query.afterNumber()
        let subject = try NamedSubject.filter(query)
        let now = server.clock.now
        let found = try server.database.read { (transaction) throws(StorageError) -> (JSON, last: Int64?)? in
            var filter = RoleAssignmentFilter(role: query["role"], includesEnded: includesEnded)
            if let subject {
                guard let named = try subject.found(transaction)?.subject else { return nil }
                filter.subject = named
            }
            let assignments = try transaction.roleAssignments(filter, after: after, limit: query.limit)
            var elements: [JSON] = []
            for assignment in assignments { elements.append(.object(try assignment.json(transaction, now: now))) }
            return (.array(elements), assignments.count == query.limit ? assignments.last?.id : nil)
        }
        guard let (elements, last) = found else { throw Self.nobody(subject) }
        var body: JSONObject = ["role_assignments": elements]
        if let last { body["next"] = .string(String(last)) }
        return .json(200, .object(body))
    }

    /// `{"reason"}`. Live tokens lose what it gave at their next introspection.
    @Sendable func revoke(_ request: AdministrationRequest) async throws -> Response {
        let (text, json) = (request.pathParameter("id"), try request.json())
        var errors: [(member: String, reason: String)] = []
        for name in json.objectValue?.names ?? [] where name != "reason" {
            errors.append((name, "is not a member of a revocation"))
        }
        let reason = StatedReason(json["reason"]?.stringValue)
        if reason == nil { errors.append(("reason", StatedReason.rule)) }
        guard errors.isEmpty, let reason else {
            throw Problem(
                status: 422, title: "The revocation is not valid", detail: "See the members named in errors.",
                errors: errors)
        }
        let (now, address, book) = (server.clock.now, request.peer.address, server.roles)
        let object = try await request.write(server.database) { transaction in
            guard let id = Int64(text), let assignment = try transaction.roleAssignment(id) else {
                throw Self.unknown(text)
            }
            let administrators = try RemainingAdministrator(request, book, transaction, now: now)
            try request.caller.requireRights(transaction.ownRightsHeldBack(by: assignment, book), transaction)
            guard
                try transaction.revokeRoleAssignment(id, by: request.caller.name, reason: reason.text, now: now)
            else {
                throw Problem(
                    status: 409, title: "It has ended already", detail: "The assignment \(id) was revoked before.")
            }
            try transaction.audit(
                .roleRevoked, of: assignment.subject, actor: request.caller.name, address: address,
                detail: "\(assignment.role) \(id): \(reason.text)", at: now)
            try administrators.requireOne(transaction)
            return try transaction.roleAssignment(id)?.json(transaction, now: now)
        }
        return .json(200, .object(object ?? JSONObject()))
    }

    private static func nobody(_ subject: NamedSubject?) -> any Error {
        subject?.unknown ?? StorageError.corrupt("somebody whom nobody asked for is not there")
    }

    private static func unknown(_ id: String) -> Problem {
        Problem(
            status: 404, title: "No such assignment",
            detail: "There is no role assignment \(OAuthError.safe(id)).")
    }
}

extension StoredRoleAssignment {
    /// As administrators read it.
    func json(_ transaction: borrowing some Reading & ~Copyable, now: Int64) throws(StorageError) -> JSONObject {
        guard let parameters = try? JSON(parsing: Array(parameters.utf8)) else {
            throw .corrupt("the parameters of role assignment \(id) cannot be read")
        }
        var object: JSONObject = ["id": .integer(id)]
        let (member, name) = try subject.named(transaction)
        object[member] = .string(name)
        object["role"] = .string(role)
        object["parameters"] = parameters
        object["state"] = .string(state(at: now))
        object["valid_from"] = validFrom.map { .integer($0) }
        object["valid_until"] = validUntil.map { .integer($0) }
        object["granted_by"] = .string(grantedBy)
        object["granted_at"] = .integer(grantedAt)
        object["reason"] = .string(reason)
        object["revoked_at"] = revokedAt.map { .integer($0) }
        object["revoked_by"] = revokedBy.map { .string($0) }
        object["revoke_reason"] = revokeReason.map { .string($0) }
        return object
    }

    /// Whether it holds, in a word.
    func state(at now: Int64) -> String {
        if revokedAt != nil { return "revoked" }
        if let validFrom, now < validFrom { return "not yet" }
        return isValid(at: now) ? "in force" : "over"
    }
}
