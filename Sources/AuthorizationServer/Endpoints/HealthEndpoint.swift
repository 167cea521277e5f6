import Encoding
import HTTP
import Storage

/// `GET /health/live`: the process answers. Nothing is looked at: who restarts servers must not do so for a full disk.
struct LiveEndpoint: ImmediateEndpoint {
    private static let answer = HealthAnswer.response(200, ["status": "live"])

    func respond(to request: Request) -> Response { Self.answer }
}

/// `GET /health/ready`: whether requests should come here now; 503 where not. It reads what others have noted and never
/// writes, so that asking costs nothing, and says no more than which part does not work.
struct ReadyEndpoint: ImmediateEndpoint {
    let server: AuthorizationServer

    func respond(to request: Request) -> Response {
        let checks = [
            ("database", server.database.isTakingWrites),
            ("keys", KeyStore.algorithms.allSatisfy { !server.keys.ring.keys($0, .active).isEmpty }),
            ("log", server.isLogWorking()), ("running", !server.isStopping),
        ]
        let isReady = checks.allSatisfy(\.1)
        return HealthAnswer.response(
            isReady ? 200 : 503,
            [
                "status": isReady ? "ready" : "not ready",
                "checks": .object(JSONObject(checks.map { ($0.0, .string($0.1 ? "ok" : "failing")) })),
            ])
    }
}

private enum HealthAnswer {
    static func response(_ status: Int, _ body: JSON) -> Response {
        var response = Response.json(status, body)
        response.set("Cache-Control", "no-store")
        return response
    }
}
