import Crypto
import Encoding
import JOSE
import SMART
import Storage
import Synchronization

/// The signing keys. Requests read a ring that never changes; a change puts another in its place. One change at a time: it is
/// decided on and written down in the transaction that records it (`prepare`), counts when that is committed (`adopt`), and only
/// then is the folder touched (`finish`). No key signs or is published that the database does not know of.
final class KeyStore: Sendable {
    typealias State = KeyState

    let folder: KeyFolder
    private let journal: KeyJournal
    private let database: Database
    private let random: RandomBytes
    private let clock: Clock
    private let rsaBits: Int
    private let current: Mutex<KeyRing>
    private let changing: Mutex<Bookkeeping>
    private let revocations = Atomic<Int>(0)

    /// What only those who change the ring need.
    private struct Bookkeeping: Sendable {
        /// Since when this process has seen each key in its state, by the clock that nobody sets.
        var seenSince: [String: Int64] = [:]
        /// The one that waits for its commit.
        var prepared: Prepared?
        /// What is left of a change that has happened; tried again until it is done.
        var unfinished: [KeyChange.Step] = []
        /// Whether the journal still names it.
        var isJournaled = false
        /// The latest time that the clock has shown.
        var latest: Int64
        /// What new files are encrypted with.
        var passphrases: KeyPassphrases
    }

    /// A change that is written down.
    private struct Prepared: Sendable {
        let id: String
        let ring: KeyRing
        let plan: KeyPlan
    }

    static let accessTokenAlgorithm = Algorithm.es256
    static let idTokenAlgorithm = Algorithm.rs256
    /// What there must always be a signing key for.
    static let algorithms = [accessTokenAlgorithm, idTokenAlgorithm]

    /// Reads the folder. Makes a first key of each kind where there is none yet.
    init(
        directory: String, passphrase: Secret?, previous: [Secret] = [], database: Database, random: RandomBytes,
        clock: Clock = .system, rsaBits: Int = 2048
    ) throws {
        let folder = KeyFolder(path: directory)
        let passphrases = KeyPassphrases(current: passphrase, previous: previous)
        let journal = KeyJournal(folder: directory)
        let now = clock.now
        let committed = try database.read { (transaction) throws(StorageError) in
            try transaction.property(KeyJournal.property)
        }
        try PrivateFile.requireDirectory(directory)
        try journal.resume(in: directory, committed: committed)
        var keys = try folder.read(passphrases, now: now)
        var steps: [KeyChange.Step] = []
        var made: [String] = []
        for algorithm in Self.algorithms
        where !keys.contains(where: { $0.algorithm == algorithm && $0.state == .active }) {
            // A published key is known to some already, a new one to nobody.
            let known = keys.filter { $0.algorithm == algorithm && $0.state == .next }
                .max { $0.notes.observed < $1.notes.observed }
            let next = try known ?? Self.make(algorithm, rsaBits, passphrases, random, now: now)
            made.append(next.keyID)
            let active = next.entering(.active, KeyNotes(published: next.notes.published, since: now))
            steps += [.write(active)] + (known.map { [.remove(name: $0.name)] } ?? [])
            keys = keys.filter { $0.keyID != active.keyID } + [active]
        }
        current = Mutex(try KeyRing(keys))
        let elapsed = clock.elapsed
        let seen = Dictionary(keys.map { ($0.keyID, elapsed) }, uniquingKeysWith: { first, _ in first })
        changing = Mutex(Bookkeeping(seenSince: seen, latest: now, passphrases: passphrases))
        self.folder = folder
        self.journal = journal
        self.database = database
        self.random = random
        self.clock = clock
        self.rsaBits = rsaBits
        guard !made.isEmpty else { return }
        let (id, first) = (try newChange(), made)
        try journal.write(id, steps)
        try database.writeBlocking { transaction in
            for key in first {
                try transaction.audit(.keyGenerated, actor: "server", address: "", detail: key, at: now)
            }
            try transaction.setProperty(KeyJournal.property, id)
        }
        for step in steps { try folder.apply(step) }
        try journal.remove()
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
        try Self.make(algorithm, bits ?? rsaBits, passphrases, random, now: clock.now)
    }

    private static func make(
        _ algorithm: Algorithm, _ bits: Int, _ passphrases: KeyPassphrases, _ random: RandomBytes, now: Int64
    ) throws -> RingKey {
        let key = try SigningKey.generate(algorithm == .es256 ? .p256 : .rsa(bits: bits))
        return RingKey(
            // A letter first: no command takes it for an option.
            keyID: "k" + Base64URL.encode(try random(12)), algorithm: algorithm, state: .next, key: key,
            pem: try passphrases.seal(key), notes: KeyNotes(published: now, since: now))
    }

    /// What new files are encrypted with.
    var passphrases: KeyPassphrases { changing.withLock { $0.passphrases } }

    /// The block of each key under other passphrases. They must open every file as it is: so there is no moment, before, during
    /// or after the change, from which a start with them cannot go on. Takes long: not for an event loop.
    func blocks(under passphrases: KeyPassphrases) throws -> [String: [UInt8]] {
        _ = try folder.examine(passphrases)
        var blocks: [String: [UInt8]] = [:]
        for key in ring.keys { blocks[key.keyID] = try passphrases.seal(key.key) }
        return blocks
    }

    /// The id of a change that nobody has made yet.
    func newChange() throws -> String { Base64URL.encode(try random(12)) }

    /// Decides on a change by the keys as they are, and writes it down, in the transaction that records it. What `plan` throws
    /// leaves everything as it was. Runs once; then comes `adopt` after the commit, or else `abandon`.
    func prepare(
        _ id: String, _ transaction: borrowing WriteTransaction, _ plan: (KeyMoment) throws -> KeyPlan
    ) throws {
        try changing.withLock { books in
            guard books.prepared == nil else { throw KeyRefusal.underWay }
            // The journal has room for one.
            try carryOn(&books)
            let plan = try plan(moment(&books))
            let ring = try KeyRing(plan.keys)
            try journal.write(id, plan.steps)
            try transaction.setProperty(KeyJournal.property, id)
            books.prepared = Prepared(id: id, ring: ring, plan: plan)
        }
    }

    /// The change is committed: it counts from now on, and `finish` is due.
    func adopt(_ id: String) {
        changing.withLock { books in
            guard let change = books.prepared, change.id == id else { return }
            let moment = moment(&books)
            for key in change.ring.keys where moment.ring.key(key.keyID)?.state != key.state {
                books.seenSince[key.keyID] = moment.elapsed
            }
            books.prepared = nil
            books.unfinished = change.plan.steps
            books.isJournaled = true
            current.withLock { $0 = change.ring }
            if let passphrases = change.plan.passphrases { books.passphrases = passphrases }
            if change.plan.revokes { revocations.wrappingAdd(1, ordering: .releasing) }
        }
    }

    /// The change was not committed, as far as anybody knows. Its journal stays: should the disk have kept the commit all the
    /// same, the next start does what it says.
    func abandon(_ id: String) {
        changing.withLock { books in
            if books.prepared?.id == id { books.prepared = nil }
        }
    }

    /// A whole change, for a thread that may wait for the disk. `record`: writes what the database has to know of it.
    func change(
        _ plan: @escaping @Sendable (KeyMoment) throws -> KeyPlan,
        record: @escaping @Sendable (borrowing WriteTransaction) throws -> Void
    ) throws {
        let id = try newChange()
        do {
            try database.writeBlocking(once: true) { [self] transaction in
                try record(transaction)
                try prepare(id, transaction, plan)
            }
        } catch {
            abandon(id)
            throw error
        }
        adopt(id)
        try? finish()
    }

    /// Now, as the keys see it.
    func moment() -> KeyMoment { changing.withLock { moment(&$0) } }

    private func moment(_ books: inout Bookkeeping) -> KeyMoment {
        let now = clock.now
        books.latest = max(books.latest, now)
        return KeyMoment(
            ring: ring, now: now, latest: books.latest, elapsed: clock.elapsed, seenSince: books.seenSince)
    }

    /// Does what is left of a change that has happened. What cannot be done now is tried again later, and by the next start.
    func finish() throws(PrivateFile.Failure) {
        try changing.withLock { books throws(PrivateFile.Failure) in try carryOn(&books) }
    }

    private func carryOn(_ books: inout Bookkeeping) throws(PrivateFile.Failure) {
        while let step = books.unfinished.first {
            try folder.apply(step)
            books.unfinished.removeFirst()
        }
        guard books.isJournaled else { return }
        try journal.remove()
        books.isJournaled = false
    }

    /// Writes down for how long each key has been in its state, so that a restart does not begin to count anew.
    func note() throws(PrivateFile.Failure) {
        try changing.withLock { books throws(PrivateFile.Failure) in
            // A file that is still to go must not be written again.
            try carryOn(&books)
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

    package init(description: String) { self.description = description }
}
