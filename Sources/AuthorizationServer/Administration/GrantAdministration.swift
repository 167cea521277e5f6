import Encoding
import HTTP
import Storage

/// `/admin/v1/grants`: what apps were let into and may still use, found by person, app or patient, and ended one by one or
/// together.
struct GrantAdministration: Sendable {
    let server: AuthorizationServer

    /// Rows are revoked so many at a time, so that nobody else's write waits long.
    private static let batch = 500

    /// Live ones, oldest first, or the newest with `sort=-created`.
    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request, filters: Self.filters, isSorted: true)
        let order = try query.order(among: CreationSort.allCases)
        let (after, now) = (try query.numberedPlace(in: order)?.number, server.clock.now)
        let filter = try filter { query[$0] }
        let found = try server.database.read { (transaction) throws(StorageError) in
            var items: [JSONObject] = []
            let grants = try transaction.liveGrants(
                filter, isNewestFirst: order.isDescending, after: after, limit: query.limit, now: now)
            for grant in grants { items.append(Self.json(grant, user: try transaction.username(grant.userID))) }
            return (items: items, last: grants.last?.id)
        }
        return query.answer("grants", found.items, last: found.last.map { order.cursor(ListPlace(number: $0)) })
    }

    @Sendable func show(_ request: AdministrationRequest) async throws -> Response {
        let found = try server.database.read { (transaction) throws(StorageError) -> JSONObject? in
            guard let id = request.number("id"), let grant = try transaction.grant(id) else { return nil }
            return Self.json(grant, user: try transaction.username(grant.userID))
        }
        guard let found else { throw Self.unknown(request) }
        return .json(200, .object(found))
    }

    /// With all tokens that were made from it, at once.
    @Sendable func revoke(_ request: AdministrationRequest) async throws -> Response {
        let (now, address) = (server.clock.now, request.peer.address)
        try await request.write(server.database) { transaction in
            guard let id = request.number("id"), let grant = try transaction.grant(id) else {
                throw Self.unknown(request)
            }
            // Who asks again wants it revoked, and it is.
            guard try transaction.revokeGrant(id, reason: "administrator", now: now) else { return }
            try transaction.audit(
                .grantRevoked, actor: request.caller.name, client: grant.clientID, patient: Self.patient(grant),
                address: address, detail: "grant \(id)", at: now)
        }
        return Response(status: 204)
    }

    /// `{"user"?, "client"?, "patient"?}`: all that fit what is stated. For really all, `{"all": true}`. Each batch is revoked and
    /// recorded as a whole; asked again, it goes on with what is left.
    @Sendable func revokeMany(_ request: AdministrationRequest) async throws -> Response {
        let json = try request.json()
        try Self.requireKnownMembers(json)
        let filter = try filter { json[$0]?.stringValue }
        let meansAll = json["all"]?.boolValue == true
        guard filter.meansAll == meansAll else {
            throw Problem(
                status: 422, title: "Which grants?", detail: "See the members named in errors.",
                errors: [("all", "must be true if nothing else is stated, and not be there otherwise")])
        }
        let (now, address, detail) = (server.clock.now, request.peer.address, Self.words(json))
        var (revoked, after): (Int64, Int64?) = (0, nil)
        repeat {
            let last = after
            let page = try await request.write(server.database) { transaction in
                let grants = try transaction.liveGrants(filter, after: last, limit: Self.batch, now: now)
                for grant in grants {
                    _ = try transaction.revokeGrant(grant.id, reason: "administrator", now: now)
                    try transaction.audit(
                        .grantRevoked, actor: request.caller.name, client: grant.clientID,
                        patient: Self.patient(grant), address: address, detail: "grant \(grant.id): \(detail)", at: now)
                }
                return (count: grants.count, last: grants.last?.id)
            }
            revoked += Int64(page.count)
            after = page.count == Self.batch ? page.last : nil
        } while after != nil
        return .json(200, ["revoked": .integer(revoked)])
    }

    private static let filters = ["user", "client", "patient"]

    private static func requireKnownMembers(_ json: JSON) throws {
        var errors: [(member: String, reason: String)] = []
        for member in json.objectValue?.members ?? [] {
            if member.name == "all" {
                if member.value.boolValue == nil { errors.append(("all", "must be true or false")) }
            } else if !filters.contains(member.name) {
                errors.append((member.name, "is none of user, client, patient, all"))
            } else if member.value.stringValue == nil {
                errors.append((member.name, "must be a string"))
            }
        }
        guard errors.isEmpty, json.objectValue != nil else {
            throw Problem(
                status: 422, title: "Which grants?", detail: "See the members named in errors.", errors: errors)
        }
    }

    private static func words(_ json: JSON) -> String {
        filters.compactMap { name in json[name]?.stringValue.map { "\(name) \(OAuthError.safe($0))" } }
            .joined(separator: ", ")
    }

    private func filter(_ value: (String) -> String?) throws -> GrantFilter {
        var filter = GrantFilter(clientID: value("client"), patientID: value("patient"))
        if let name = value("user") {
            let user = try server.database.read { (transaction) throws(StorageError) in
                try transaction.user(meant: name)
            }
            guard let user else { throw UserAdministration.unknown(name) }
            filter.userID = user.id
        }
        return filter
    }

    private static func patient(_ grant: StoredGrant) -> String? {
        (try? JSON(parsing: Array(grant.context.utf8)))?["patient"]?.stringValue
    }

    private static func json(_ grant: StoredGrant, user: String?) -> JSONObject {
        var object: JSONObject = [
            "id": .integer(grant.id), "client_id": .string(grant.clientID), "audience": .string(grant.audience),
            "scope": .string(grant.scope), "refresh": .string(grant.refresh.rawValue),
            "created_at": .integer(grant.createdAt), "expires_at": .integer(grant.expiresAt),
        ]
        object["user"] = user.map { .string($0) }
        object["patient"] = patient(grant).map { .string($0) }
        object["purpose_of_use"] = grant.purpose.map { .string($0) }
        object["address"] = grant.address.map { .string($0) }
        object["revoked_at"] = grant.revokedAt.map { .integer($0) }
        object["revoked_reason"] = grant.revokedReason.map { .string($0) }
        return object
    }

    private static func unknown(_ request: AdministrationRequest) -> Problem {
        Problem(
            status: 404, title: "No such grant",
            detail: "There is no grant \(OAuthError.safe(request.pathParameter("id"))).")
    }
}
