import AuthorizationServer
import HTTP

/// The administration in this process, where no server runs: the same routes over the same database.
struct LocalAdministration: Sendable {
    private let authorization: AuthorizationServer
    private let router: Router

    /// Opens the database, which no server may have open. `tell`: hears of the checkpoints that are signed here, which no log has.
    init(_ settings: Settings, tell: @escaping @Sendable (AuditNotice) -> Void) throws(CommandFailure) {
        do {
            authorization = try AuthorizationServer(settings.unlocked(), audit: tell)
            router = try Router(authorization.administrationRoutes, onError: authorization.onError)
        } catch {
            throw StartFailure.failure(of: error)
        }
    }

    func respond(
        _ method: Method, _ path: String, _ headers: [(String, String)], _ body: [UInt8]
    ) async -> Response {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let request = Request(
            method: method, path: parts.first ?? path, query: parts.count > 1 ? Array(parts[1].utf8) : [],
            headers: Headers(headers), body: body)
        return await router.respond(to: request)
    }

    func close() { authorization.close() }
}
