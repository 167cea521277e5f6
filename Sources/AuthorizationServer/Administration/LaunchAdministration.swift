import Encoding
import HTTP
import Storage

/// `/admin/v1/launches`: what the EHR has opened and no app has taken up yet. Never the value that the app brings.
struct LaunchAdministration: Sendable {
    let server: AuthorizationServer

    @Sendable func open(_ request: AdministrationRequest) async throws -> Response {
        let opening = try await LaunchOpening(try request.json(), server)
        return try await opening.open(
            by: request.caller.name, address: request.peer.address, server, requiring: request.requireRight)
    }

    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request, filters: ["client"])
        let (after, now) = (try query.afterNumber(), server.clock.now)
        let found = try server.database.read { (transaction) throws(StorageError) in
            var items: [JSONObject] = []
            let launches = try transaction.openLaunches(
                clientID: query["client"], after: after, limit: query.limit, now: now)
            for launch in launches {
                items.append(Self.json(launch, user: try transaction.username(launch.userID)))
            }
            return (items: items, last: launches.last?.id)
        }
        return query.answer("launches", found.items, last: found.last.map { String($0) })
    }

    /// No app can take it up any more.
    @Sendable func withdraw(_ request: AdministrationRequest) async throws -> Response {
        let (now, address) = (server.clock.now, request.peer.address)
        try await request.write(server.database) { transaction in
            guard let id = request.number("id"), let launch = try transaction.launch(id),
                try transaction.withdrawLaunch(id, now: now)
            else {
                throw Problem(
                    status: 404, title: "No such launch",
                    detail: "No launch \(OAuthError.safe(request.pathParameter("id"))) waits for an app.")
            }
            try transaction.audit(
                .launchWithdrawn, actor: request.caller.name, client: launch.clientID, address: address,
                detail: "launch \(id)", at: now)
        }
        return Response(status: 204)
    }

    private static func json(_ launch: StoredLaunch, user: String?) -> JSONObject {
        var object: JSONObject = [
            "id": .integer(launch.id), "client_id": .string(launch.clientID), "audience": .string(launch.audience),
            "created_at": .integer(launch.createdAt), "expires_at": .integer(launch.expiresAt),
        ]
        object["context"] = try? JSON(parsing: Array(launch.context.utf8))
        object["user"] = user.map { .string($0) }
        return object
    }
}
