import Encoding
import HTTP
import Storage

/// `/admin/v1/sessions`: who is signed in, and the end of that.
struct SessionAdministration: Sendable {
    let server: AuthorizationServer

    /// Those that go on, oldest first, or the newest with `sort=-created`.
    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request, filters: ["user"], isSorted: true)
        let order = try query.order(among: CreationSort.allCases)
        let (after, now) = (try query.numberedPlace(in: order)?.number, server.clock.now)
        let user = try query["user"].map { name in
            let user = try server.database.read { (transaction) throws(StorageError) in
                try transaction.user(meant: name)
            }
            guard let user else { throw UserAdministration.unknown(name) }
            return user
        }
        let found = try server.database.read { (transaction) throws(StorageError) in
            var items: [JSONObject] = []
            let sessions = try transaction.liveSessions(
                userID: user?.id, isNewestFirst: order.isDescending, after: after, limit: query.limit, now: now)
            for session in sessions {
                items.append(Self.json(session, user: try transaction.username(session.userID)))
            }
            return (items: items, last: sessions.last?.id)
        }
        return query.answer("sessions", found.items, last: found.last.map { order.cursor(ListPlace(number: $0)) })
    }

    /// As the person would sign out: apps with online access lose it, and those that want to hear of it do.
    @Sendable func end(_ request: AdministrationRequest) async throws -> Response {
        let (now, address) = (server.clock.now, request.peer.address)
        try await request.write(server.database) { transaction in
            guard let id = request.number("id"), let session = try transaction.session(id) else {
                throw Problem(
                    status: 404, title: "No such session",
                    detail: "There is no session \(OAuthError.safe(request.pathParameter("id"))).")
            }
            guard try transaction.endSession(id, now: now) else { return }
            try transaction.audit(
                .sessionEnded, actor: request.caller.name, address: address,
                detail: "session \(id)", subject: try transaction.user(id: session.userID)?.sub, at: now)
        }
        return Response(status: 204)
    }

    private static func json(_ session: StoredSession, user: String?) -> JSONObject {
        var object: JSONObject = [
            "id": .integer(session.id), "created_at": .integer(session.createdAt),
            "auth_time": .integer(session.authTime), "last_seen_at": .integer(session.lastSeenAt),
            "expires_at": .integer(session.expiresAt),
        ]
        object["user"] = user.map { .string($0) }
        return object
    }
}
