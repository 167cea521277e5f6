import Encoding
import HTTP
import Policy
import Storage

/// `/admin/v1/role-policies`: what each role may do. A change is held against all roles together, their tests included, and is
/// put in place whole or not at all.
struct RolePolicyAdministration: Sendable {
    let server: AuthorizationServer

    /// All of them: there are as many as a hospital has kinds of work.
    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let policies = try server.database.read { (transaction) throws(StorageError) in
            let edition = try server.roles.edition(transaction)
            var policies: [JSON] = []
            for stored in try transaction.rolePolicies() {
                var object = stored.summary
                object["title"] = RoleName(stored.role).flatMap { edition.policies[$0] }
                    .map { .string($0.policy.title) }
                object["assigned"] = .bool(try transaction.isAssigned(role: stored.role))
                policies.append(.object(object))
            }
            return policies
        }
        return .json(200, ["role_policies": .array(policies)])
    }

    @Sendable func show(_ request: AdministrationRequest) async throws -> Response {
        let role = request.pathParameter("role")
        let stored = try server.database.read { (transaction) throws(StorageError) in
            try transaction.rolePolicy(role)
        }
        guard let stored else { throw Self.unknown(role) }
        return try Self.response(200, stored)
    }

    /// The body is the policy, `reason` of the query says why, and `If-Match` which revision it replaces.
    @Sendable func put(_ request: AdministrationRequest) async throws -> Response {
        let role = request.pathParameter("role")
        // As it will be read again.
        let document = try request.json().text
        let policy = try Self.read(document, role)
        guard policy.role.value == role else {
            throw Problem(invalidPolicy: [("role", "must be \(OAuthError.safe(role)), as in the path")])
        }
        let change = try RolePolicyChange(request, server)
        let (isNew, stored) = try await request.write(server.database) { transaction in
            let current = try transaction.rolePolicy(role)
            try change.condition.require(current?.revision)
            return (current == nil, try change.put(document, over: current, as: role, transaction))
        }
        return try Self.response(isNew ? 201 : 200, stored)
    }

    @Sendable func remove(_ request: AdministrationRequest) async throws -> Response {
        let (role, change) = (request.pathParameter("role"), try RolePolicyChange(request, server))
        try await request.write(server.database) { transaction in
            guard let current = try transaction.rolePolicy(role) else { throw Self.unknown(role) }
            try change.condition.require(current.revision)
            try requireUnneeded(role, transaction)
            let concern = try PolicyConcern(request, server.roles, transaction, now: change.now)
            let removal = try transaction.removeRolePolicy(
                role, actor: request.caller.name, reason: change.reason.text, expectedRevision: current.revision,
                now: change.now)
            guard case .done(let revision) = removal else {
                throw Self.needed(role, "somebody has it: list and revoke its assignments first")
            }
            try transaction.requireValidPolicies(changing: role)
            try concern.require(of: [role], transaction)
            try change.audit(.rolePolicyRemoved, role, revision, transaction)
        }
        return Response(status: 204)
    }

    /// What would be left pointing at nothing.
    private func requireUnneeded(_ role: String, _ transaction: borrowing WriteTransaction) throws {
        let heirs = try server.roles.edition(transaction).policies.all.map(\.policy).filter { policy in
            policy.extends.contains { $0.value == role }
        }
        guard heirs.isEmpty else {
            throw Self.needed(role, "\(heirs.map(\.role.value).joined(separator: ", ")) extends it")
        }
        let isUsual = server.configuration.defaultRoles.values.contains { $0.value == role }
        if server.configuration.requiresDefaultRoles, isUsual {
            throw Self.needed(role, "default_roles names it, and the server would not start without it")
        }
    }

    private static func needed(_ role: String, _ why: String) -> Problem {
        Problem(status: 409, title: "The role is needed", detail: "\(OAuthError.safe(role)) is not removed: \(why).")
    }

    private static func read(_ document: String, _ role: String) throws -> RolePolicy {
        do throws(PolicyProblems) {
            return try RoleBook.reader.read(Array(document.utf8), file: role)
        } catch {
            throw Problem(error, changing: role)
        }
    }

    static func response(_ status: Int, _ stored: StoredRolePolicy) throws -> Response {
        var object = stored.summary
        object["policy"] = try stored.document.storedPolicy()
        var response = Response.json(status, .object(object))
        response.set("ETag", RevisionCondition.tag(stored.revision))
        return response
    }

    static func unknown(_ role: String) -> Problem {
        Problem(status: 404, title: "No such role", detail: "There is no policy of a role \(OAuthError.safe(role)).")
    }
}

extension StoredRolePolicy {
    fileprivate var summary: JSONObject {
        var object: JSONObject = [
            "role": .string(role), "revision": .integer(revision), "edited": .bool(isEdited),
            "updated_at": .integer(updatedAt), "actor": .string(actor),
        ]
        object["seed_version"] = seedVersion.map { .integer($0) }
        object["reason"] = reason.map { .string($0) }
        return object
    }
}

extension String {
    /// A document of the database as JSON, which it was when it was stored.
    func storedPolicy() throws(StorageError) -> JSON {
        guard let json = try? JSON(parsing: Array(utf8)) else { throw .corrupt("a role policy is not JSON") }
        return json
    }
}
