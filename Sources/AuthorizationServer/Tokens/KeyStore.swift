import Crypto
import Encoding
import JOSE
import SMART
import Storage

/// The signing keys: PKCS#8 files in the keys' folder, named `<kid>.<alg>.<state>.pem` (see Keys/README.md). Read once, at
/// the start, where each proves itself by signing and verifying (JW-07); a damaged file stops the start.
struct KeyStore: Sendable {
    /// next: published, not yet used · active: signs · retired: published until the last token that it signed has expired.
    enum State: String, Sendable, CaseIterable {
        case next, active, retired
    }

    struct Key: Sendable {
        let keyID: String
        let algorithm: Algorithm
        let state: State
        let key: SigningKey
    }

    /// Signs access tokens; the algorithm is ours to choose (design, Tokens).
    let accessTokenSigner: JWSSigner
    /// Signs id_tokens; SMART demands RS256 (checklist OIDC-3).
    let idTokenSigner: JWSSigner
    /// The public halves of all keys, as they are published.
    let published: JWKSet
    /// The ids of those that were made at this start.
    let made: [String]
    private let verificationKeys: [String: (algorithm: Algorithm, key: VerificationKey)]

    static let accessTokenAlgorithm = Algorithm.es256
    static let idTokenAlgorithm = Algorithm.rs256

    /// Reads the folder. Makes a first key of each kind where there is none yet.
    init(directory: String, passphrase: Secret?, random: RandomBytes) throws {
        try PrivateFile.requireDirectory(directory)
        var keys = try Self.read(directory, passphrase)
        let found = keys.count
        for algorithm in [Self.accessTokenAlgorithm, Self.idTokenAlgorithm]
        where !keys.contains(where: { $0.algorithm == algorithm && $0.state == .active }) {
            keys.append(try Self.makeFirst(algorithm, in: directory, passphrase, random))
        }
        made = keys.dropFirst(found).map { "\($0.algorithm.rawValue) \($0.keyID)" }
        accessTokenSigner = try Self.signer(Self.accessTokenAlgorithm, keys)
        idTokenSigner = try Self.signer(Self.idTokenAlgorithm, keys)
        published = JWKSet(
            keys: keys.map { JWK(keyID: $0.keyID, algorithm: $0.algorithm, parameters: $0.key.publicKey.parameters) })
        verificationKeys = Dictionary(
            keys.map { ($0.keyID, ($0.algorithm, $0.key.publicKey)) }, uniquingKeysWith: { first, _ in first })
    }

    /// What signs answers of introspection (RFC 9701 §5).
    func signer(_ algorithm: IntrospectionAlgorithm) -> JWSSigner {
        switch algorithm {
        case .rs256: idTokenSigner
        case .es256: accessTokenSigner
        }
    }

    /// The key that a token of ours names, with the one algorithm that it may be used with.
    func verificationKey(_ keyID: String) -> (algorithm: Algorithm, key: VerificationKey)? {
        verificationKeys[keyID]
    }

    private static func read(_ directory: String, _ passphrase: Secret?) throws -> [Key] {
        var keys: [Key] = []
        for name in try PrivateFile.names(in: directory) where name.hasSuffix(".pem") {
            let path = directory + "/" + name
            let parts = name.split(separator: ".").map(String.init)
            guard parts.count == 4, let algorithm = Algorithm(rawValue: parts[1]), let state = State(rawValue: parts[2])
            else { throw KeyStoreFailure(description: "\(path): a key file is named <kid>.<alg>.<state>.pem") }
            guard let pem = try PrivateFile.read(path) else { continue }
            let key: SigningKey
            do {
                key = try SigningKey(pem: pem, passphrase: passphrase?.bytes)
            } catch {
                throw KeyStoreFailure(
                    description: "\(path): not a usable private key, or another passphrase (\(error))")
            }
            // In whichever state: a key that is published under a wrong name spoils the set for those who read it.
            guard algorithm.fits(key.publicKey.parameters) else {
                throw KeyStoreFailure(description: "\(path): the key is not one for \(algorithm.rawValue)")
            }
            guard !keys.contains(where: { $0.keyID == parts[0] }) else {
                throw KeyStoreFailure(description: "\(path): another key has the id \(parts[0])")
            }
            keys.append(Key(keyID: parts[0], algorithm: algorithm, state: state, key: key))
        }
        return keys
    }

    private static func makeFirst(
        _ algorithm: Algorithm, in directory: String, _ passphrase: Secret?, _ random: RandomBytes
    ) throws -> Key {
        let key = try SigningKey.generate(algorithm == .es256 ? .p256 : .rsa(bits: 2048))
        let keyID = Base64URL.encode(try random(12))
        let path = "\(directory)/\(keyID).\(algorithm.rawValue).\(State.active.rawValue).pem"
        try PrivateFile.write(try key.pem(passphrase: passphrase?.bytes), to: path)
        return Key(keyID: keyID, algorithm: algorithm, state: .active, key: key)
    }

    private static func signer(_ algorithm: Algorithm, _ keys: [Key]) throws -> JWSSigner {
        let active = keys.filter { $0.algorithm == algorithm && $0.state == .active }
        guard let key = active.first, active.count == 1 else {
            throw KeyStoreFailure(
                description: "the keys' folder must hold exactly one active \(algorithm.rawValue) key")
        }
        return try JWSSigner(key: key.key, algorithm: algorithm, keyID: key.keyID)
    }
}

/// What is wrong with the keys' folder, in a line that names the file.
package struct KeyStoreFailure: Error, CustomStringConvertible {
    package let description: String
}

extension KeyStore {
    /// A key event is told as soon as there is somewhere to tell it (AU-01): a first key is made before the database is open.
    func auditMade(_ database: Database, _ clock: Clock) throws {
        guard !made.isEmpty else { return }
        let (made, now) = (made, clock.now)
        try database.writeBlocking { transaction in
            for key in made { try transaction.audit(.keyCreated, actor: "server", address: "", detail: key, at: now) }
        }
    }
}
