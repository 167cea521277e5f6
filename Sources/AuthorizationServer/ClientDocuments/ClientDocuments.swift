import Encoding
import HTTP
import SMART
import Storage
import Threads

/// Clients whose `client_id` is the address of a document that says what they are
/// (draft-ietf-oauth-client-id-metadata-document). The document becomes a row like that of any client, so that everything
/// else is as for any client; here it is seen to that the row is what the document says.
final class ClientDocuments: Sendable {
    private let documents: RemoteDocuments<ClientMetadata>
    private let policy: RegistrationPolicy
    private let clients: ClientRegistry
    private let database: Database
    private let clock: Clock
    private let log: @Sendable (any Error, Request) -> Void
    private let allowsLoopback: Bool
    /// How many new documents are fetched, whatever comes of them: apart from the registrations, so that addresses that
    /// lead nowhere keep nobody from registering.
    private let limit: RegistrationLimit

    /// What holds grants may go on for so long without a look at its document.
    private static let patience: Int64 = 86_400

    init(
        _ configuration: Configuration, clients: ClientRegistry, database: Database, clock: Clock,
        log: @escaping @Sendable (any Error, Request) -> Void
    ) {
        self.log = log
        policy = configuration.registration
        self.clients = clients
        self.database = database
        self.clock = clock
        allowsLoopback = !configuration.issuer.isHTTPS
        limit = RegistrationLimit(policy)
        documents = RemoteDocuments(
            ClientDocument.kind(policy), outbound: configuration.outbound(longestBody: ClientDocument.longest),
            clock: clock, turns: TimedTurns(name: "document-turns"), threads: "documents")
    }

    func stop() { documents.stop() }

    /// Before an authorization request is looked at: the row of a client that comes by a document is what the document says,
    /// while it may be kept. A client whose document is gone, or no longer holds, gets no new authorization; nor does one
    /// that came while documents were taken here. What is no such client is left to the checks.
    func requireCurrent(_ clientID: String, _ request: Request) async throws {
        let client = try clients.client(clientID)
        if let client, client.documentSeenAt == nil || client.isDisabled { return }
        guard let address = address(clientID) else {
            if client == nil { return }
            throw OAuthError(.invalidRequest, "client_id is not known here")
        }
        do {
            try await renew(client, at: address, request)
        } catch let trouble as FetchTrouble {
            throw refusal(trouble, request)
        }
    }

    /// At the token endpoint, which uses the row: at least once a day the document is looked at (§5, §8.4), so that a key that
    /// it no longer holds, or a client that is no more, does not count for ever. Throws `invalid_client` where that fails.
    func requireHeld(_ client: Client, _ request: Request) async throws {
        guard let seenAt = client.documentSeenAt else { return }
        guard !(seenAt..<seenAt.adding(seconds: Self.patience)).contains(clock.now) else { return }
        try await lookAgain(client, request)
    }

    /// A function of its own, so that the tokens of all other clients do not come with its frame.
    private func lookAgain(_ client: Client, _ request: Request) async throws {
        guard let address = address(client.id.value) else {
            throw ClientAuthentication.failure(detail: "clients by document are not taken here any more")
        }
        do {
            try await renew(client, at: address, request)
        } catch let trouble as FetchTrouble {
            if trouble.isOurs { throw WorkerPool.Full() }
            throw ClientAuthentication.failure(detail: "\(trouble)")
        } catch let error as OAuthError {
            throw ClientAuthentication.failure(detail: "\(address.value): \(error.description)")
        }
        // It authenticated as what it was.
        guard let renewed = try clients.client(client.id.value), renewed.isEnabled, renewed.metadata == client.metadata
        else { throw ClientAuthentication.failure(detail: "\(address.value) is another client now") }
    }

    /// `client`: as it is known so far.
    private func renew(_ client: Client?, at address: ClientDocumentURL, _ request: Request) async throws {
        let now = clock.now
        if client == nil, !documents.isKnown(address.url) { try limit.claim(request.peer.subscriber, now: now) }
        let document = try await documents.document(at: address.url)
        if let client, let seenAt = client.documentSeenAt, seenAt >= document.asked, client.metadata == document.content
        {
            return
        }
        let change = ClientDocumentChange(
            clientID: address.value, metadata: document.content, seenAt: document.asked, policy: policy,
            address: request.peer.address, now: now)
        let gone = try await database.write { try change.store($0) }
        for id in [address.value] + gone { clients.forget(id) }
    }

    /// What the person is told. Before the answer was found to be the client's own document, it is always the same: this
    /// server tells nobody what is behind an address (§8.6). The log says the rest.
    private func refusal(_ trouble: FetchTrouble, _ request: Request) -> any Error {
        if trouble.isOurs { return WorkerPool.Full() }
        log(trouble, request)
        if case .unsound(let error as OAuthError) = trouble.cause {
            return OAuthError(.invalidRequest, "the document at client_id is not taken here: \(error.description)")
        }
        return OAuthError(.invalidRequest, "there is no document of the client at client_id")
    }

    /// Nil where it is none that counts here. `redirect_hosts` bounds where this server looks, too.
    private func address(_ clientID: String) -> ClientDocumentURL? {
        guard policy.takesClientDocuments, !clients.isReserved(clientID),
            let address = ClientDocumentURL(clientID, allowsLoopback: allowsLoopback),
            policy.permits(host: address.host)
        else { return nil }
        return address
    }
}
