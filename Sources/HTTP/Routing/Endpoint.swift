/// What answers requests of one route. It runs on the event loop that read the request and comes back to it after
/// every `await`; it must not block.
package protocol Endpoint: Sendable {
    func respond(to request: Request) async throws -> Response
}

/// An endpoint that mostly need not wait: the loop calls it straight, with no task, and only where the answer is nil does
/// `respond` run as a task.
package protocol OpportunisticEndpoint: Endpoint {
    func immediateResponse(to request: Request) throws -> Response?
}

/// An endpoint that never waits. A synchronous `respond` satisfies both.
package protocol ImmediateEndpoint: OpportunisticEndpoint {
    func respond(to request: Request) throws -> Response
}

extension ImmediateEndpoint {
    package func immediateResponse(to request: Request) throws -> Response? { try respond(to: request) }
}
