import Crypto
import Encoding
import JOSE
import SMART
import Storage
import Synchronization

/// The signing keys. Requests read a ring that never changes; a change writes the folder and then puts another ring in its
/// place. One change at a time.
final class KeyStore: Sendable {
    typealias State = KeyState

    let folder: KeyFolder
    private let random: RandomBytes
    private let clock: Clock
    private let rsaBits: Int
    private let current: Mutex<KeyRing>
    private let changing: Mutex<Bookkeeping>
    private let revocations = Atomic<Int>(0)
    /// First keys, made at this start.
    private let made: [String]

    /// What only those who change the ring need.
    private struct Bookkeeping: Sendable {
        /// Since when this process has seen each key in its state, by the clock that nobody sets.
        var seenSince: [String: Int64] = [:]
        /// What is left of changes that have happened; tried again until it is done.
        var unfinished: [KeyChange.Step] = []
        /// The latest time that the clock has shown.
        var latest: Int64
    }

    static let accessTokenAlgorithm = Algorithm.es256
    static let idTokenAlgorithm = Algorithm.rs256
    /// What there must always be a signing key for.
    static let algorithms = [accessTokenAlgorithm, idTokenAlgorithm]

    /// Reads the folder. Makes a first key of each kind where there is none yet.
    init(
        directory: String, passphrase: Secret?, previous: [Secret] = [], random: RandomBytes, clock: Clock = .system,
        rsaBits: Int = 2048
    ) throws {
        let folder = KeyFolder(
            path: directory, passphrases: KeyPassphrases(current: passphrase, previous: previous))
        let now = clock.now
        var keys = try folder.read(now: now)
        var made: [String] = []
        for algorithm in Self.algorithms
        where !keys.contains(where: { $0.algorithm == algorithm && $0.state == .active }) {
            // A published key is known to some already, a new one to nobody.
            let known = keys.filter { $0.algorithm == algorithm && $0.state == .next }
                .max { $0.notes.observed < $1.notes.observed }
            let next = try known ?? Self.make(algorithm, rsaBits, folder, random, now: now)
            made.append(next.keyID)
            let active = next.entering(.active, KeyNotes(published: next.notes.published, since: now))
            try folder.apply(.write(active))
            if let known { try folder.apply(.remove(name: known.name)) }
            keys = keys.filter { $0.keyID != active.keyID } + [active]
        }
        current = Mutex(try KeyRing(keys))
        let elapsed = clock.elapsed
        let seen = Dictionary(keys.map { ($0.keyID, elapsed) }, uniquingKeysWith: { first, _ in first })
        changing = Mutex(Bookkeeping(seenSince: seen, latest: now))
        self.made = made
        self.folder = folder
        self.random = random
        self.clock = clock
        self.rsaBits = rsaBits
    }

    /// First keys are key events too (AU-01).
    func auditMade(_ database: Database) throws {
        guard !made.isEmpty else { return }
        let (made, now) = (made, clock.now)
        try database.writeBlocking { transaction in
            for key in made { try transaction.audit(.keyGenerated, actor: "server", address: "", detail: key, at: now) }
        }
    }

    // MARK: For requests

    /// The keys as they are now.
    var ring: KeyRing { current.withLock { $0 } }
    var accessTokenSigner: JWSSigner { ring.accessTokenSigner }
    var idTokenSigner: JWSSigner { ring.idTokenSigner }
    var published: JWKSet { ring.published }

    /// What signs answers of introspection (RFC 9701 §5).
    func signer(_ algorithm: IntrospectionAlgorithm) -> JWSSigner {
        switch algorithm {
        case .rs256: idTokenSigner
        case .es256: accessTokenSigner
        }
    }

    /// The key that a token of ours names, with the one algorithm that it may be used with.
    func verificationKey(_ keyID: String) -> (algorithm: Algorithm, key: VerificationKey)? {
        ring.verificationKey(keyID)
    }

    /// Moves when a key is taken away before its tokens have expired: what was verified before has to be verified again.
    var revocationCount: Int { revocations.load(ordering: .acquiring) }

    // MARK: For those who change them

    /// A new key, which nobody knows of yet. Takes seconds for a long RSA key: not for an event loop.
    func make(_ algorithm: Algorithm, bits: Int? = nil) throws -> RingKey {
        try Self.make(algorithm, bits ?? rsaBits, folder, random, now: clock.now)
    }

    private static func make(
        _ algorithm: Algorithm, _ bits: Int, _ folder: KeyFolder, _ random: RandomBytes, now: Int64
    ) throws -> RingKey {
        let key = try SigningKey.generate(algorithm == .es256 ? .p256 : .rsa(bits: bits))
        return RingKey(
            // A letter first: no command takes it for an option.
            keyID: "k" + Base64URL.encode(try random(12)), algorithm: algorithm, state: .next, key: key,
            pem: try folder.passphrases.seal(key), notes: KeyNotes(published: now, since: now))
    }

    /// Decides on a change by the keys as they are, and makes it: the folder first, then the ring. What `plan` throws leaves
    /// everything as it was.
    @discardableResult
    func change(_ plan: (KeyMoment) throws -> KeyPlan) throws -> KeyRing {
        try changing.withLock { books in
            let moment = moment(&books)
            let plan = try plan(moment)
            let ring = try KeyRing(plan.keys)
            for change in plan.changes {
                try folder.apply(change.first)
                books.unfinished += change.rest
            }
            let before = moment.ring
            for key in ring.keys where before.key(key.keyID)?.state != key.state {
                books.seenSince[key.keyID] = moment.elapsed
            }
            current.withLock { $0 = ring }
            if plan.revokes { revocations.wrappingAdd(1, ordering: .releasing) }
            finish(&books)
            return ring
        }
    }

    /// Now, as the keys see it.
    func moment() -> KeyMoment { changing.withLock { moment(&$0) } }

    private func moment(_ books: inout Bookkeeping) -> KeyMoment {
        let now = clock.now
        books.latest = max(books.latest, now)
        return KeyMoment(
            ring: ring, now: now, latest: books.latest, elapsed: clock.elapsed, seenSince: books.seenSince)
    }

    /// Goes on with what an earlier change has left, in its order.
    func finish() { changing.withLock { finish(&$0) } }

    private func finish(_ books: inout Bookkeeping) {
        while let step = books.unfinished.first {
            guard (try? folder.apply(step)) != nil else { return }
            books.unfinished.removeFirst()
        }
    }

    /// Writes down for how long each key has been in its state, so that a restart does not begin to count anew.
    func note() throws(PrivateFile.Failure) {
        try changing.withLock { books throws(PrivateFile.Failure) in
            finish(&books)
            // A file that is still to go must not be written again.
            guard books.unfinished.isEmpty else { return }
            let moment = moment(&books)
            // A file that somebody has taken away or renamed since the start stays away.
            for key in moment.ring.keys where try PrivateFile.read(folder.path + "/" + key.name) != nil {
                var noted = key
                noted.notes.observed = moment.observed(key)
                if key.state == .active { noted.notes.signed = max(moment.latest, key.notes.signed ?? moment.latest) }
                try folder.apply(.write(noted))
            }
        }
    }
}

/// What is wrong with the keys' folder, in a line that names the file.
package struct KeyStoreFailure: Error, CustomStringConvertible {
    package let description: String
}
