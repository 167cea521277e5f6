import Crypto
import Synchronization

/// The Basic credentials that were found right before. A resource server sends the same `Authorization` with each
/// introspection, and need not have it decoded and compared each time. Kept by digest, never by text, and good
/// only as long as no client has changed and none of the client's secrets has expired.
final class AuthenticatedHeaders: Sendable {
    private struct Entry: Sendable {
        let digest: [UInt8]
        let client: Client
        let generation: Int
        let until: Int64
    }

    private let entries = Mutex<[UInt64: Entry]>([:])
    private static let capacity = 1000

    /// Places the digest in the table; the whole of it is compared.
    private static func place(_ digest: [UInt8]) -> UInt64 {
        digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The client that this header authenticated, if that still holds. `generation` is the registry's.
    func client(_ header: AuthorizationHeader, generation: Int, now: Int64) -> Client? {
        let digest = Digest.sha256(header.credentials.utf8.span)
        guard let entry = entries.withLock({ $0[Self.place(digest)] }), entry.generation == generation,
            entry.until > now, ConstantTime.equal(entry.digest, digest)
        else { return nil }
        return entry.client
    }

    func remember(_ header: AuthorizationHeader, _ client: Client, generation: Int) {
        let digest = Digest.sha256(header.credentials.utf8.span)
        let until = client.secrets.compactMap(\.expiresAt).min() ?? .max
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
            entries[Self.place(digest)] = Entry(digest: digest, client: client, generation: generation, until: until)
        }
    }
}
