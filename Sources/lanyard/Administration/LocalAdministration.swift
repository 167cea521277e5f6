import HTTP

/// The administration API in this process, where no server runs.
struct LocalAdministration: Sendable {
    private let router: Router

    init(_ settings: Settings) async throws {
        throw CommandFailure.unavailable("no server listens at \(settings.adminSocket)")
    }

    func respond(
        _ method: Method, _ path: String, _ headers: [(String, String)], _ body: [UInt8]
    ) async throws -> Response {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let request = Request(
            method: method, path: parts.first ?? path, query: parts.count > 1 ? Array(parts[1].utf8) : [],
            headers: Headers(headers), body: body)
        return await router.respond(to: request)
    }
}
