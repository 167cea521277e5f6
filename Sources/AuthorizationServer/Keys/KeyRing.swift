import Crypto
import Encoding
import JOSE
import SMART

/// The keys as they are between two changes: never changed itself, all that requests need of it prepared once.
final class KeyRing: Sendable {
    let keys: [RingKey]
    /// Signs access tokens; the algorithm is ours to choose (design, Tokens).
    let accessTokenSigner: JWSSigner
    /// Signs id_tokens; SMART demands RS256 (checklist OIDC-3).
    let idTokenSigner: JWSSigner
    /// The public halves of all keys, as they are published.
    let published: JWKSet
    /// The same as it is answered.
    let document: DocumentEndpoint
    private let verificationKeys: [String: (algorithm: Algorithm, key: VerificationKey)]

    /// How long others may keep the published set, in seconds (lessons K2).
    static let maxAge = 300

    /// In the order in which they are published: those that sign go first, for readers who take the first that fits.
    init(_ unordered: [RingKey]) throws {
        let keys = unordered.sorted { one, other in
            let order: [KeyState] = [.active, .next, .retired]
            let places = (order.firstIndex(of: one.state) ?? 0, order.firstIndex(of: other.state) ?? 0)
            return places.0 == places.1 ? one.keyID < other.keyID : places.0 < places.1
        }
        self.keys = keys
        accessTokenSigner = try Self.signer(KeyStore.accessTokenAlgorithm, keys)
        idTokenSigner = try Self.signer(KeyStore.idTokenAlgorithm, keys)
        published = JWKSet(
            keys: keys.map { JWK(keyID: $0.keyID, algorithm: $0.algorithm, parameters: $0.key.publicKey.parameters) })
        document = DocumentEndpoint(published.json.serialized(), type: "application/json", maxAge: Self.maxAge)
        verificationKeys = Dictionary(
            keys.map { ($0.keyID, ($0.algorithm, $0.key.publicKey)) }, uniquingKeysWith: { first, _ in first })
    }

    func key(_ keyID: String) -> RingKey? { keys.first { $0.keyID.hasSameOctets(as: keyID) } }

    func keys(_ algorithm: Algorithm, _ state: KeyState) -> [RingKey] {
        keys.filter { $0.algorithm == algorithm && $0.state == state }
    }

    /// The key that a token of ours names, with the one algorithm that it may be used with.
    func verificationKey(_ keyID: String) -> (algorithm: Algorithm, key: VerificationKey)? {
        verificationKeys[keyID]
    }

    private static func signer(_ algorithm: Algorithm, _ keys: [RingKey]) throws -> JWSSigner {
        let active = keys.filter { $0.algorithm == algorithm && $0.state == .active }
        guard let key = active.first, active.count == 1 else {
            throw KeyStoreFailure(
                description: "the keys' folder must hold exactly one active \(algorithm.rawValue) key"
                    + (active.isEmpty ? "" : ", not " + active.map(\.name).joined(separator: " and ")))
        }
        return try JWSSigner(key: key.key, algorithm: algorithm, keyID: key.keyID)
    }
}
