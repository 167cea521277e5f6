import Crypto
import Encoding
import SMART
import Storage
import Synchronization

/// How client secrets are kept and compared. A secret that the server made has 256 random bits and is kept as its SHA-256;
/// one that a person chose is kept as a scrypt hash (design, Storage). An accepted chosen secret is remembered in memory
/// under a keyed digest, so that only its first use costs scrypt's time.
final class ClientSecrets: Sendable {
    private let passwords: PasswordHasher
    private let memoryKey: [UInt8]
    private let accepted = Mutex<Set<[UInt8]>>([])
    private static let capacity = 10_000
    private static let randomPrefix = "sha256:"

    init(_ passwords: PasswordHasher, random: RandomBytes) throws(CryptoError) {
        self.passwords = passwords
        memoryKey = try random(32)
    }

    /// A new secret for a client: 256 random bits in base64url.
    static func generate(_ random: RandomBytes) throws(CryptoError) -> (secret: String, verifier: String) {
        let secret = Base64URL.encode(try random(32))
        return (secret, randomPrefix + Base64URL.encode(Digest.sha256(Array(secret.utf8))))
    }

    /// What is kept of a secret that somebody chose.
    func verifier(choosing secret: String) async throws -> String {
        try await passwords.hash(Secret(Array(secret.utf8)))
    }

    func verdict(_ credentials: Secret, of client: Client, now: Int64) -> CredentialVerdict {
        let digest = Digest.sha256(credentials.bytes)
        var needsWork = false
        for secret in live(client, now) {
            if let kept = Self.randomDigest(secret.verifier) {
                if ConstantTime.equal(kept, digest) { return .authentic }
            } else if accepted.withLock({ $0.contains(memory(credentials, secret)) }) {
                return .authentic
            } else {
                needsWork = true
            }
        }
        return needsWork ? .needsWork : .wrong
    }

    func isAuthentic(_ credentials: Secret, of client: Client, now: Int64) async throws -> Bool {
        for secret in live(client, now) where Self.randomDigest(secret.verifier) == nil {
            guard try await passwords.verify(credentials, against: secret.verifier) else { continue }
            accepted.withLock { accepted in
                if accepted.count >= Self.capacity { accepted.removeAll() }
                accepted.insert(memory(credentials, secret))
            }
            return true
        }
        return false
    }

    private func live(_ client: Client, _ now: Int64) -> [StoredSecret] {
        client.secrets.filter { $0.expiresAt.map { $0 > now } ?? true }
    }

    private static func randomDigest(_ verifier: String) -> [UInt8]? {
        verifier.hasPrefix(randomPrefix) ? Base64URL.decode(String(verifier.dropFirst(randomPrefix.count))) : nil
    }

    /// Binds the secret to the row that it was accepted for: a removed or replaced one is forgotten by itself.
    private func memory(_ credentials: Secret, _ secret: StoredSecret) -> [UInt8] {
        HMAC.sha256(key: memoryKey, message: Array("\(secret.id) \(secret.verifier) ".utf8) + credentials.bytes)
    }
}
