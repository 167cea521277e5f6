import Encoding
import HTTP
import Policy
import SMART
import Storage

/// The one way to every operation of the administration: who asks, whether they may, and what a refusal says. A route is made
/// of nothing else, so that no answer is given without the right that its row of the table names (AD-06).
struct AdministrationEndpoint: Endpoint {
    /// How callers come in.
    enum Door: Sendable {
        /// The local socket, which only this system's user can open.
        case socket
        /// RFC 6750: with an access token for the administration.
        case bearer
    }

    let door: Door
    let operation: AdministrationOperation
    let answer: AdministrationOperation.Answer
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        var response: Response
        do {
            response = try await result(of: request)
        } catch let refusal as AdministrationRefusal {
            response = refusal.response(request, server.configuration)
        }
        response.forbidStoring()
        return response
    }

    private func result(of request: Request) async throws -> Response {
        guard case .bearer = door else {
            return try await perform(request, by: .operator)
        }
        let (holder, decision) = try AdministrationToken(request).holder(asking: operation.right, server)
        do {
            if let reason = decision.reason { throw AdministrationRefusal.forbidden(operation.right, reason) }
            if operation.needsFreshSignIn, let authTime = holder.authTime,
                holder.now > authTime.adding(seconds: AdministrationOperation.freshness)
            {
                throw AdministrationRefusal.staleSignIn
            }
            return try await perform(request, by: .holder(holder))
        } catch let refusal as AdministrationRefusal {
            try await record(refusal, of: holder, request)
            throw refusal
        }
    }

    private func perform(_ request: Request, by caller: AdministrationCaller) async throws -> Response {
        let admitted = AdministrationRequest(request: request, caller: caller, right: operation.right)
        guard operation.isRepeatable, let creation = try RepeatedCreation(request, of: caller, server) else {
            return try await answer(admitted)
        }
        return try await creation.answer { try await answer(admitted) }
    }

    /// AU-01: who tried what they may not.
    private func record(
        _ refusal: AdministrationRefusal, of holder: AdministrationCaller.TokenHolder, _ request: Request
    ) async throws {
        let (operation, address, now) = (operation, request.peer.address, server.clock.now)
        try await server.database.write { transaction in
            try transaction.audit(
                .administrationRefused, actor: holder.name, client: holder.clientID, address: address,
                outcome: refusal.reason, detail: "\(operation.method.name) \(operation.path): \(refusal.right)", at: now
            )
        }
    }
}
