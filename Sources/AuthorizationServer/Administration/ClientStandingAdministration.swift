import Encoding
import HTTP
import SMART
import Storage

/// What administrators decide of a client that is there: whether it may be used.
extension ClientAdministration {
    /// A client that registered itself has been looked at and may be used. The answer shows what was approved: exactly what
    /// the administrator saw, for a client that waits can still change itself (AD-09).
    @Sendable func approve(_ request: AdministrationRequest) async throws -> Response {
        let seen = try Self.seenVersion(request)
        return try await change(request, .clientApproved) { transaction, stored, now in
            guard let client = Client(stored) else {
                throw StorageError.corrupt("the metadata of a client cannot be read")
            }
            guard client.version.hasSameOctets(as: seen) else { throw Self.changedSince }
            guard client.standing != .administered else { return }
            try request.caller.requireRights(client.metadata.ownRights, transaction)
            _ = try transaction.setClientStanding(stored.id, .approved, now: now)
        }
    }

    /// The member `version` of the body.
    private static func seenVersion(_ request: AdministrationRequest) throws -> String {
        guard !request.body.isEmpty, let version = try request.json()["version"], !version.isNull else {
            throw Problem(
                status: 428, title: "What was seen?",
                detail:
                    "version must be there: that of the registration that was read and is approved.")
        }
        return version.stringValue ?? ""
    }

    private static var changedSince: Problem {
        Problem(
            status: 412, title: "The client has changed",
            detail: "The client has changed since it was looked at, or version names no version of it.")
    }

    /// Its grants end in the same transaction (SE-06).
    @Sendable func disable(_ request: AdministrationRequest) async throws -> Response {
        try await change(request, .clientDisabled) { transaction, client, now in
            _ = try transaction.setClientDisabled(client.id, true, now: now)
        }
    }

    @Sendable func enable(_ request: AdministrationRequest) async throws -> Response {
        try await change(request, .clientEnabled) { transaction, client, now in
            try request.caller.requireRights(Client(client)?.metadata.ownRights ?? .empty, transaction)
            _ = try transaction.setClientDisabled(client.id, false, now: now)
        }
    }

    private func change(
        _ request: AdministrationRequest, _ event: AuditEvent,
        _ body: @escaping @Sendable (borrowing WriteTransaction, StoredClient, Int64) throws -> Void
    ) async throws -> Response {
        let (id, now, address) = (request.pathParameter("client_id"), server.clock.now, request.peer.address)
        try await request.write(server.database) { transaction in
            guard let client = try transaction.client(id) else { throw Self.unknown(id) }
            try body(transaction, client, now)
            try transaction.audit(event, actor: request.caller.name, client: id, address: address, at: now)
        }
        server.clients.forget(id)
        guard let client = try server.clients.client(id) else { throw Self.unknown(id) }
        return .json(200, .object(client.versionedRegistration))
    }
}
