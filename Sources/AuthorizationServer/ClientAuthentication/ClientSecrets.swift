import Crypto
import Encoding
import SMART
import Storage
import Synchronization

/// One secret of a client as its row keeps it.
struct ClientSecret: Sendable {
    enum Verifier: Sendable {
        /// The SHA-256 of a secret that the server made.
        case random([UInt8])
        /// The PHC text of a secret that a person chose.
        case chosen(String)
    }

    let id: Int64
    let verifier: Verifier
    let createdAt: Int64
    let expiresAt: Int64?

    fileprivate static let randomPrefix = "sha256:"

    init(_ stored: StoredSecret) {
        id = stored.id
        createdAt = stored.createdAt
        expiresAt = stored.expiresAt
        let digest =
            stored.verifier.hasPrefix(Self.randomPrefix)
            ? Base64URL.decode(String(stored.verifier.dropFirst(Self.randomPrefix.count))) : nil
        verifier = digest.map(Verifier.random) ?? .chosen(stored.verifier)
    }

    func isLive(_ now: Int64) -> Bool { expiresAt.map { $0 > now } ?? true }
}

/// How client secrets are kept and compared. A secret that the server made has 256 random bits and is kept as its SHA-256;
/// one that a person chose is kept as a scrypt hash (design, Storage). An accepted chosen secret is remembered in memory
/// under a keyed digest, so that only its first use costs scrypt's time.
final class ClientSecrets: Sendable {
    private let passwords: PasswordHasher
    private let memoryKey: [UInt8]
    private let accepted = Mutex<Set<[UInt8]>>([])
    private static let capacity = 10_000

    /// A chosen secret shorter than this is guessable (RFC 6819 §5.1.4.2).
    private static let shortestChosen = 16

    /// Why this cannot be a chosen secret; nil if it can.
    static func objection(toChoosing secret: JSON) -> String? {
        (secret.stringValue?.utf8.count ?? 0) < shortestChosen
            ? "must be a text of at least \(shortestChosen) characters" : nil
    }

    init(_ passwords: PasswordHasher, random: RandomBytes) throws(CryptoError) {
        self.passwords = passwords
        memoryKey = try random(32)
    }

    /// A new secret for a client: 256 random bits in base64url.
    static func generate(_ random: RandomBytes) throws(CryptoError) -> (secret: String, verifier: String) {
        let secret = Base64URL.encode(try random(32))
        return (secret, ClientSecret.randomPrefix + Base64URL.encode(Digest.sha256(Array(secret.utf8))))
    }

    /// What is kept of a secret that somebody chose.
    func verifier(choosing secret: String) async throws -> String {
        try await passwords.hash(Secret(Array(secret.utf8)))
    }

    func verdict(_ credentials: Secret, of client: Client, now: Int64) -> CredentialVerdict {
        let digest = Digest.sha256(credentials.bytes)
        var needsWork = false
        for secret in client.secrets where secret.isLive(now) {
            switch secret.verifier {
            case .random(let kept): if ConstantTime.equal(kept, digest) { return .authentic }
            case .chosen(let hash):
                let key = memory(credentials, secret.id, hash)
                if accepted.withLock({ $0.contains(key) }) { return .authentic }
                needsWork = true
            }
        }
        return needsWork ? .needsWork : .wrong
    }

    func isAuthentic(_ credentials: Secret, of client: Client, now: Int64) async throws -> Bool {
        for secret in client.secrets where secret.isLive(now) {
            guard case .chosen(let hash) = secret.verifier, try await passwords.verify(credentials, against: hash)
            else {
                continue
            }
            accepted.withLock { accepted in
                if accepted.count >= Self.capacity { accepted.removeAll() }
                accepted.insert(memory(credentials, secret.id, hash))
            }
            return true
        }
        return false
    }

    /// The same only for the same secrets, to be compared with the same rows.
    func fingerprint(_ credentials: [Secret], of client: Client) -> [UInt8] {
        let rows = client.secrets.map { secret in
            switch secret.verifier {
            case .random: "\(secret.id)"
            case .chosen(let hash): "\(secret.id) \(hash)"
            }
        }
        var message = Array(rows.joined(separator: " ").utf8)
        for secret in credentials { message += Array(" \(secret.bytes.count) ".utf8) + secret.bytes }
        return HMAC.sha256(key: memoryKey, message: message)
    }

    /// Binds the secret to the row that it was accepted for: a removed or replaced one is forgotten by itself.
    private func memory(_ credentials: Secret, _ id: Int64, _ hash: String) -> [UInt8] {
        HMAC.sha256(key: memoryKey, message: Array("\(id) \(hash) ".utf8) + credentials.bytes)
    }
}
