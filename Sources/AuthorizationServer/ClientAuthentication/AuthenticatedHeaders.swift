import Crypto
import Encoding
import Synchronization

/// The Basic credentials that were found right before. A resource server sends the same `Authorization` with each
/// introspection, and need not have it decoded and digested each time. In memory alone, and good only as long as no
/// client has changed and none of the client's secrets has expired.
final class AuthenticatedHeaders: Sendable {
    private struct Entry: Sendable {
        let credentials: Secret
        let client: Client
        let generation: Int
        let until: Int64
    }

    /// By the hash of the credentials, which is seeded anew in each process: it tells nothing to who measures the time of
    /// a look-up, and the octets themselves are compared in constant time.
    private let entries = Mutex(BoundedCache<Int, Entry>(capacity: 1000))

    /// The client that this header authenticated, if that still holds. `generation` is the registry's.
    func client(_ header: AuthorizationHeader, generation: Int, now: Int64) -> Client? {
        let credentials = header.credentials.span
        let hash = credentials.seededHash
        guard let entry = entries.withLock({ $0[hash] }), entry.generation == generation, entry.until > now,
            ConstantTime.equal(entry.credentials.bytes.span, credentials)
        else { return nil }
        return entry.client
    }

    /// Good until the first of the live secrets ends: it may be the one that was shown.
    func remember(_ header: AuthorizationHeader, _ client: Client, generation: Int, now: Int64) {
        let hash = header.credentials.span.seededHash
        let entry = Entry(
            credentials: Secret(Array(header.credentials)), client: client, generation: generation,
            until: client.secrets.filter { $0.isLive(now) }.compactMap(\.expiresAt).min() ?? .max)
        entries.withLock { $0.insert(entry, for: hash) }
    }
}
