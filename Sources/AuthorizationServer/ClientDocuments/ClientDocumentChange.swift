import Encoding
import SMART
import Storage

/// What was found at a `client_id`, on its way into storage: a client that is new here, or one that may have become another
/// since (draft-ietf-oauth-client-id-metadata-document §8.4).
struct ClientDocumentChange: Sendable {
    let clientID: String
    let metadata: ClientMetadata
    /// When the document was asked for.
    let seenAt: Int64
    let policy: RegistrationPolicy
    let address: String
    let now: Int64

    /// For the audit record.
    private static let actor = "document"

    /// Stores all of it or nothing. Returns the ids of other clients that had to go.
    func store(_ transaction: borrowing WriteTransaction) throws -> [String] {
        guard let stored = try transaction.client(clientID) else { return try insert(transaction) }
        // An administrator, or a later look, may have been faster.
        guard let seen = stored.documentSeenAt, seen <= seenAt, stored.disabledAt == nil else { return [] }
        guard let client = Client(stored) else { throw StorageError.corrupt("the metadata of a client cannot be read") }
        if client.metadata != metadata { try replace(client, transaction) }
        try transaction.setClientDocumentSeen(clientID, at: seenAt)
        return []
    }

    private func insert(_ transaction: borrowing WriteTransaction) throws -> [String] {
        let gone = try policy.makeRoom(transaction, address: address, now: now)
        try NameLikeness.requireUnlike(metadata, id: clientID, transaction)
        try transaction.insertClient(
            id: clientID, metadata: JSON.object(metadata.json).text, secretVerifiers: [],
            standing: policy.documentsNeedApproval ? .waiting : .unreviewed, now: now)
        try transaction.setClientDocumentSeen(clientID, at: seenAt)
        try transaction.audit(.clientRegistered, actor: Self.actor, client: clientID, address: address, at: now)
        return gone
    }

    /// Remembered consents and whoever is being asked just now go with what the client was. A client that authenticates in
    /// another way is another one: what the former holds ends (AD-03).
    private func replace(_ client: Client, _ transaction: borrowing WriteTransaction) throws {
        try NameLikeness.requireUnlike(metadata, id: clientID, transaction)
        if client.metadata.tokenEndpointAuthMethod != metadata.tokenEndpointAuthMethod {
            try transaction.endEverything(ofClient: clientID, reason: "client authenticates in another way", now: now)
        }
        _ = try transaction.replaceClient(id: clientID, metadata: JSON.object(metadata.json).text, now: now)
        let standing = RegistrationChange.standing(
            of: client, becoming: metadata, needsApproval: policy.documentsNeedApproval)
        if standing != client.standing { _ = try transaction.setClientStanding(clientID, standing, now: now) }
        try transaction.audit(.clientUpdated, actor: Self.actor, client: clientID, address: address, at: now)
    }
}
