/// What answers requests of one route. It runs on the event loop that read the request and comes back to it after
/// every `await`; it must not block.
package protocol Endpoint: Sendable {
    func respond(to request: Request) async throws -> Response
}

/// An endpoint that never waits: the loop calls it straight, with no task. A synchronous `respond` satisfies both.
package protocol ImmediateEndpoint: Endpoint {
    func respond(to request: Request) throws -> Response
}
