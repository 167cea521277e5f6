import Encoding
import HTTP

/// `/admin/v1/refusals`: why somebody was refused just now, by the request id that they were told.
struct RefusalAdministration: Sendable {
    let server: AuthorizationServer

    /// Newest first.
    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request, filters: ["request_id", "error", "path", "address"])
        let found = server.refusals.list(before: try query.afterNumber(), limit: query.limit) { refusal in
            query["request_id"].map { $0 == refusal.requestID } ?? true
                && query["error"].map { $0 == refusal.error } ?? true
                && query["path"].map { $0 == refusal.path } ?? true
                && query["address"].map { $0 == refusal.address } ?? true
        }
        return query.answer("refusals", found.map(Self.json), last: found.last.map { String($0.number) })
    }

    private static func json(_ refusal: RecentRefusals.Refusal) -> JSONObject {
        var object: JSONObject = [
            "at": .integer(refusal.at), "request_id": .string(refusal.requestID), "method": .string(refusal.method),
            "path": .string(refusal.path), "address": .string(refusal.address), "error": .string(refusal.error),
            "description": .string(refusal.description),
        ]
        object["detail"] = refusal.detail.map { .string($0) }
        return object
    }
}
