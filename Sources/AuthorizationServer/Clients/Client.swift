import Encoding
import JOSE
import SMART
import Storage

/// A registered client, read from its row once and then shared: immutable, and a class so that handing it on costs one
/// reference instead of one for each member.
final class Client: Sendable {
    let id: ClientID
    let metadata: ClientMetadata
    let secrets: [ClientSecret]
    /// The keys that are registered themselves, and not by a URL.
    let keys: JWKSet?
    /// How it came to be, and whether it waits for an administrator.
    let standing: ClientStanding
    /// When the document that its id is the address of was last seen to hold; nil for a client that came in another way.
    let documentSeenAt: Int64?
    let isDisabled: Bool
    let createdAt: Int64

    /// Nil if the row does not hold valid metadata: a registration is validated before it is stored, so that is damage.
    init?(_ stored: StoredClient) {
        guard let id = ClientID(stored.id), let json = try? JSON(parsing: Array(stored.metadata.utf8)),
            let metadata = try? ClientMetadata(json, unknownMembers: .refuse)
        else { return nil }
        self.id = id
        self.metadata = metadata
        secrets = stored.secrets.map(ClientSecret.init)
        keys = metadata.jwks.flatMap { try? JWKSet($0, requireKeyIDs: true) }
        standing = stored.standing
        documentSeenAt = stored.documentSeenAt
        isDisabled = stored.disabledAt != nil
        createdAt = stored.createdAt
    }

    /// A client that is disabled or waits for approval can do nothing.
    var isEnabled: Bool { !isDisabled && standing != .waiting }

    /// Whether what was concluded of the one holds for the other.
    func isSame(as other: Client) -> Bool {
        metadata == other.metadata && isEnabled == other.isEnabled
            && secrets.map(\.id) == other.secrets.map(\.id)
            && secrets.map(\.expiresAt) == other.secrets.map(\.expiresAt)
    }

    /// The name that people read.
    var displayName: String { metadata.clientName ?? id.value }

    /// Who speaks for a client that came by a document: whoever answers at that host.
    var documentHost: String? {
        documentSeenAt == nil ? nil : ClientDocumentURL(id.value, allowsLoopback: true)?.displayHost
    }

    func permits(_ grantType: GrantType) -> Bool { metadata.grantTypes.contains(grantType) }

    /// A resource server sees only tokens whose audience is its own (policy, Callers).
    func isResourceServer(for audience: String) -> Bool {
        metadata.resourceServerAudiences.contains { $0.value == audience }
    }
}
