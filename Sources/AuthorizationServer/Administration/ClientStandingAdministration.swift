import Encoding
import HTTP
import SMART
import Storage

/// What administrators decide of a client that is there: whether it may be used.
extension ClientAdministration {
    /// A client that registered itself has been looked at and may be used. The answer shows what was approved.
    @Sendable func approve(_ request: Request) async throws -> Response {
        try await change(request, .clientApproved) { transaction, client, now in
            guard client.standing != .administered else { return }
            _ = try transaction.setClientStanding(client.id, .approved, now: now)
        }
    }

    /// Its grants end in the same transaction (SE-06).
    @Sendable func disable(_ request: Request) async throws -> Response {
        try await change(request, .clientDisabled) { transaction, client, now in
            _ = try transaction.setClientDisabled(client.id, true, now: now)
        }
    }

    @Sendable func enable(_ request: Request) async throws -> Response {
        try await change(request, .clientEnabled) { transaction, client, now in
            _ = try transaction.setClientDisabled(client.id, false, now: now)
        }
    }

    private func change(
        _ request: Request, _ event: AuditEvent,
        _ body: @escaping @Sendable (borrowing WriteTransaction, StoredClient, Int64) throws -> Void
    ) async throws -> Response {
        let (id, now, address) = (request.pathParameter("client_id"), server.clock.now, request.peer.address)
        try await server.database.write { transaction in
            guard let client = try transaction.client(id) else { throw Self.unknown(id) }
            try body(transaction, client, now)
            try transaction.audit(event, actor: "administrator", client: id, address: address, at: now)
        }
        server.clients.forget(id)
        guard let client = try server.clients.client(id) else { throw Self.unknown(id) }
        return .json(200, .object(client.registration))
    }
}
