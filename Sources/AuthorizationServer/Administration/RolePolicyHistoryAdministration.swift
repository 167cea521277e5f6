import Encoding
import HTTP
import Storage

/// What each policy was, by whom and why: nothing of it is ever changed, and each revision can be put in place again.
extension RolePolicyAdministration {
    /// The newest first.
    @Sendable func history(_ request: AdministrationRequest) async throws -> Response {
        let role = request.pathParameter("role")
        let query = try ListQuery(request), before = try query.afterNumber()
        let revisions = try server.database.read { (transaction) throws(StorageError) in
            try transaction.rolePolicyHistory(role, before: before, limit: query.limit)
        }
        if revisions.isEmpty, before == nil { throw Self.unknown(role) }
        var body: JSONObject = ["role": .string(role), "revisions": .array(revisions.map { .object($0.summary) })]
        if revisions.count == query.limit, let last = revisions.last { body["next"] = .string(String(last.revision)) }
        return .json(200, .object(body))
    }

    @Sendable func revision(_ request: AdministrationRequest) async throws -> Response {
        let (role, text) = (request.pathParameter("role"), request.pathParameter("revision"))
        let found = try server.database.read { (transaction) throws(StorageError) in
            guard let number = Int64(text) else { return nil as RolePolicyRevision? }
            return try transaction.rolePolicyRevision(role, number)
        }
        guard let found else { throw Self.unknown(role, revision: text) }
        var object = found.summary
        object["policy"] = try found.document?.storedPolicy()
        return .json(200, .object(object))
    }

    /// `{"revision", "reason"}`. A removed policy comes back this way too; over one that is there only with `If-Match`.
    @Sendable func restore(_ request: AdministrationRequest) async throws -> Response {
        let role = request.pathParameter("role")
        let restoration = try Restoration(try request.json())
        let change = try RolePolicyChange(request, server, reason: restoration.reason)
        let stored = try await request.write(server.database) { transaction in
            guard let old = try transaction.rolePolicyRevision(role, restoration.revision) else {
                throw Self.unknown(role, revision: String(restoration.revision))
            }
            guard let document = old.document else {
                throw Problem(
                    status: 409, title: "Nothing to restore",
                    detail: "Revision \(old.revision) is the removal of the policy: name an earlier one.")
            }
            let current = try transaction.rolePolicy(role)
            try change.condition.require(current?.revision)
            return try change.put(document, over: current, as: role, transaction)
        }
        return try Self.response(200, stored)
    }

    private static func unknown(_ role: String, revision: String) -> Problem {
        Problem(
            status: 404, title: "No such revision",
            detail: "There is no revision \(OAuthError.safe(revision)) of \(OAuthError.safe(role)).")
    }
}

/// What is to be restored and why, every member checked.
private struct Restoration: Sendable {
    let revision: Int64
    let reason: StatedReason

    init(_ json: JSON) throws {
        var errors: [(member: String, reason: String)] = []
        for name in json.objectValue?.names ?? [] where !["revision", "reason"].contains(name) {
            errors.append((name, "is not a member of a restoration"))
        }
        let revision = json["revision"]?.integerValue
        if revision == nil { errors.append(("revision", "must be the number of a revision")) }
        let reason = StatedReason(json["reason"]?.stringValue)
        if reason == nil { errors.append(("reason", StatedReason.rule)) }
        guard errors.isEmpty, let revision, let reason else {
            throw Problem(
                status: 422, title: "The restoration is not valid", detail: "See the members named in errors.",
                errors: errors)
        }
        self.revision = revision
        self.reason = reason
    }
}

extension RolePolicyRevision {
    fileprivate var summary: JSONObject {
        var object: JSONObject = [
            "role": .string(role), "revision": .integer(revision), "at": .integer(at), "actor": .string(actor),
        ]
        object["seed_version"] = seedVersion.map { .integer($0) }
        object["reason"] = reason.map { .string($0) }
        if document == nil { object["removed"] = true }
        return object
    }
}
