import Crypto
import Synchronization

/// The Basic credentials that were found right before. A resource server sends the same `Authorization` with each
/// introspection: to read and compare it again costs as much as all the rest. Kept by digest, never by text, and good
/// only as long as no client has changed and none of the client's secrets has expired.
final class AuthenticatedHeaders: Sendable {
    private struct Entry: Sendable {
        let client: Client
        let generation: Int
        let until: Int64
    }

    private let entries = Mutex<[[UInt8]: Entry]>([:])
    private static let capacity = 1000

    /// The client that this header authenticated, if that still holds. `generation` is the registry's.
    func client(_ header: AuthorizationHeader, generation: Int, now: Int64) -> Client? {
        let digest = Digest.sha256(header.credentials.utf8.span)
        guard let entry = entries.withLock({ $0[digest] }), entry.generation == generation, entry.until > now else {
            return nil
        }
        return entry.client
    }

    func remember(_ header: AuthorizationHeader, _ client: Client, generation: Int) {
        let digest = Digest.sha256(header.credentials.utf8.span)
        let until = client.secrets.compactMap(\.expiresAt).min() ?? .max
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
            entries[digest] = Entry(client: client, generation: generation, until: until)
        }
    }
}
