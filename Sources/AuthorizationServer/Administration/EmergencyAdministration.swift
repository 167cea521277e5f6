import Encoding
import HTTP
import Storage

/// `/admin/v1/emergency-accesses`: who broke the glass, and what came of the review. Every one is to be looked at by somebody.
struct EmergencyAdministration: Sendable {
    let server: AuthorizationServer

    /// Newest first. `?unreviewed=true`: only those that nobody has looked at.
    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request, filters: ["unreviewed"])
        let isToReview = try request.flag("unreviewed"), before = try query.afterNumber()
        let (accesses, body) = try server.database.read { (transaction) throws(StorageError) in
            let accesses =
                isToReview
                ? try transaction.emergencyAccessesToReview(before: before, limit: query.limit)
                : try transaction.emergencyAccesses(before: before, limit: query.limit)
            var entries: [JSON] = []
            for access in accesses { entries.append(.object(try Self.json(access, transaction))) }
            return (accesses, ["emergency_accesses": .array(entries)] as JSONObject)
        }
        var answer = body
        if accesses.count == query.limit, let last = accesses.last { answer["next"] = .string(String(last.id)) }
        return .json(200, .object(answer))
    }

    /// `{"note"}`: what the review found. Once.
    @Sendable func review(_ request: AdministrationRequest) async throws -> Response {
        let id = Int64(request.pathParameter("id")) ?? 0
        guard let note = try request.json()["note"]?.stringValue, (1...2000).contains(note.utf8.count),
            !note.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else {
            throw Problem(
                status: 422, title: "No note", detail: "See the members named in errors.",
                errors: [("note", "must say what the review found, in at most 2000 octets on one line")])
        }
        let (now, address) = (server.clock.now, request.peer.address)
        let isDone = try await request.write(server.database) { transaction in
            guard try transaction.reviewEmergencyAccess(id, by: request.caller.name, note: note, now: now) else {
                return false
            }
            try transaction.audit(
                .emergencyAccessReviewed, actor: request.caller.name, address: address,
                detail: "emergency access \(id)",
                at: now)
            return true
        }
        let found = try server.database.read { (transaction) throws(StorageError) -> JSONObject? in
            guard let access = try transaction.emergencyAccess(id) else { return nil }
            return try Self.json(access, transaction)
        }
        guard let found else {
            throw Problem(
                status: 404, title: "No such emergency access",
                detail: "There is no emergency access \(OAuthError.safe(request.pathParameter("id"))).")
        }
        guard isDone else {
            throw Problem(status: 409, title: "Reviewed already", detail: "Somebody has reviewed this access before.")
        }
        return .json(200, .object(found))
    }

    private static func json(
        _ access: StoredEmergencyAccess, _ transaction: borrowing ReadTransaction
    ) throws(StorageError) -> JSONObject {
        let user = try transaction.user(id: access.userID)
        var object: JSONObject = [
            "id": .integer(access.id), "username": .string(user?.username ?? ""), "client_id": .string(access.clientID),
            "patient": .string(access.patient), "reason": .string(access.reason), "at": .integer(access.at),
            "expires_at": .integer(access.expiresAt), "reviewed": .bool(access.review != nil),
        ]
        if let review = access.review {
            object["reviewed_at"] = .integer(review.at)
            object["reviewed_by"] = .string(review.by)
            object["note"] = .string(review.note)
        }
        return object
    }
}
