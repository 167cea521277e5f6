import Crypto
import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/user-records` and `/admin/v1/grant-records`: people and what they allowed, in pages, for another server or
/// for the archive.
struct RecordAdministration: Sendable {
    let server: AuthorizationServer

    /// What one request may bring.
    static let mostRecords = 200

    /// With `password_hashes=true` the hashes too, and only for whoever asks at the socket of this machine: who has them can
    /// guess at home.
    @Sendable func users(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request, filters: ["password_hashes"]), after = try query.afterNumber()
        let withHashes = try request.flag("password_hashes")
        guard !withHashes || (request.caller.isOperator && request.sender.isLocalSocket) else {
            throw Problem(
                status: 403, title: "Only on this machine", detail: "Password hashes leave by the local socket alone.")
        }
        let now = server.clock.now
        let (records, last) = try server.database.read { (transaction) throws(StorageError) -> ([JSONObject], Int64?) in
            let users = try transaction.users(after: after, limit: query.limit)
            var records: [JSONObject] = []
            for user in users {
                records.append(try UserRecord.json(user, withPasswordHash: withHashes, transaction, now: now))
            }
            return (records, users.last?.id)
        }
        if withHashes { try await recordHashes(request, records.count, now) }
        return query.answer("users", records, last: last.map { String($0) })
    }

    /// Who took the hashes is on record.
    private func recordHashes(_ request: AdministrationRequest, _ count: Int, _ now: Int64) async throws {
        let address = request.peer.address
        try await request.write(server.database) { transaction in
            try transaction.audit(
                .passwordHashesExported, actor: request.caller.name, address: address, detail: "\(count) users", at: now
            )
        }
    }

    /// `{"users": [record, …], "check"?: true}` → `{"results": [{"outcome"} | {"errors": [{"member", "reason"}]}, …]}`, one for
    /// each in their order. Each is a change of its own: a wrong one keeps no other from being made. With `check` none is.
    @Sendable func importUsers(_ request: AdministrationRequest) async throws -> Response {
        let json = try request.json()
        guard let records = json["users"]?.arrayValue, records.count <= Self.mostRecords,
            json["check"].map({ $0.boolValue != nil }) ?? true,
            json.objectValue?.names.allSatisfy({ $0 == "users" || $0 == "check" }) == true
        else {
            throw Problem(
                status: 422, title: "Not a list of records", detail: "See the members named in errors.",
                errors: [("users", "must be a list of at most \(Self.mostRecords) records; check may be true")])
        }
        // One for all: it is nobody's password.
        let unknown = try await server.passwords.hash(Secret(Array(Base64URL.encode(server.random(32)).utf8)))
        var results: [JSON] = []
        for record in records {
            do {
                let outcome = try await store(record, request, unknown, isCheck: json["check"]?.boolValue == true)
                results.append(["outcome": .string(outcome.rawValue)])
            } catch let problem as Problem {
                results.append([
                    "errors": .array(
                        problem.errors.map { ["member": .string($0.member), "reason": .string($0.reason)] })
                ])
            }
        }
        return .json(200, ["results": .array(results)])
    }

    private func store(
        _ json: JSON, _ request: AdministrationRequest, _ unknownPassword: String, isCheck: Bool
    ) async throws -> UserRecord.Outcome {
        let now = server.clock.now
        let change = UserRecordImport(
            record: try UserRecord(json, now: now), actor: request.caller.name, address: request.peer.address, now: now,
            newSubject: try "u_" + Base64URL.encode(server.random(16)), unknownPassword: unknownPassword,
            roles: server.roles)
        do {
            return try await request.write(server.database) { transaction in
                // A record brings roles, groups and a password.
                try request.caller.requireRights(transaction.ownRightsOfAllRoles(change.roles), transaction)
                let administrators = try RemainingAdministrator(request, change.roles, transaction, now: now)
                let outcome = try change.store(transaction)
                try administrators.requireOne(transaction)
                if isCheck { throw Checked(outcome: outcome) }
                return outcome
            }
        } catch let checked as Checked {
            return checked.outcome
        }
    }

    /// What can still be used: who allowed which app what, for whom and until when. No token and no hash of one: refresh
    /// tokens are kept as hashes under this server's own row numbers, so that no other server could take them.
    @Sendable func grants(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request), after = try query.afterNumber()
        let now = server.clock.now
        let (records, last) = try server.database.read { (transaction) throws(StorageError) -> ([JSONObject], Int64?) in
            let grants = try transaction.liveGrants(after: after, limit: query.limit, now: now)
            var records: [JSONObject] = []
            for grant in grants {
                let user = try grant.userID.flatMap { (id) throws(StorageError) in try transaction.user(id: id) }
                records.append(try grant.record(of: user))
            }
            return (records, grants.last?.id)
        }
        return query.answer("grants", records, last: last.map { String($0) })
    }
}

/// Takes the transaction of a check back.
private struct Checked: Error {
    let outcome: UserRecord.Outcome
}

extension StoredGrant {
    fileprivate func record(of user: StoredUser?) throws(StorageError) -> JSONObject {
        guard let context = try? JSON(parsing: Array(context.utf8)) else {
            throw .corrupt("the context of a grant cannot be read")
        }
        var object: JSONObject = ["id": .integer(id)]
        object["user"] = user.map { .string($0.username) }
        object["sub"] = user.map { .string($0.sub) }
        object["client"] = .string(clientID)
        object["audience"] = .string(audience)
        object["scope"] = .string(scope)
        object["patient"] = context["patient"]
        object["encounter"] = context["encounter"]
        object["refresh"] = .string(refresh.rawValue)
        object["purpose_of_use"] = purpose.map { .string($0) }
        object["created_at"] = .integer(createdAt)
        object["expires_at"] = .integer(expiresAt)
        return object
    }
}
