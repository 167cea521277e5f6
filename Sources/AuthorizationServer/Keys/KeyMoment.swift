import JOSE

/// The keys at one moment, and how long each has been what it is. Two clocks are asked, and the more careful answer counts:
/// one that tells the date and can be set, and one that only says how much time this process has seen pass.
struct KeyMoment: Sendable {
    let ring: KeyRing
    /// By the clock that can be set.
    let now: Int64
    /// The latest time that that clock has shown to this process.
    let latest: Int64
    /// By the clock that only goes on.
    let elapsed: Int64
    let seenSince: [String: Int64]

    /// Lessons K1: a key that signs before everybody has it breaks resource servers.
    static let publishedFirst: Int64 = max(Int64(KeyRing.maxAge), 86_400)
    /// The longest that a token lives, whatever the settings say now (JW-03), and how far the clocks of others may be off.
    static let keptAfter: Int64 = 3600 + 300

    /// For how many seconds running servers have seen it in its state.
    func observed(_ key: RingKey) -> Int64 {
        key.notes.observed + max(0, elapsed - (seenSince[key.keyID] ?? elapsed))
    }

    /// How long a key is to be published yet before it may sign.
    func wait(_ key: RingKey) -> Int64 { max(0, Self.publishedFirst - observed(key)) }

    /// Whether the last token that a retired key signed has expired, by both clocks.
    func isOver(_ key: RingKey) -> Bool {
        let last = max(key.notes.since, key.notes.signed ?? key.notes.since)
        return key.state == .retired && observed(key) >= Self.keptAfter && now - last >= Self.keptAfter
    }

    /// For how long it has been in its state, by the clock that says the longer time.
    func age(_ key: RingKey) -> Int64 { max(observed(key), now - key.notes.since) }

    func active(_ algorithm: Algorithm) throws(KeyRefusal) -> RingKey {
        guard let key = ring.keys(algorithm, .active).first else { throw .unknownAlgorithm(algorithm.rawValue) }
        return key
    }

    /// The one that has been published for longest.
    func next(_ algorithm: Algorithm) -> RingKey? {
        ring.keys(algorithm, .next).max { observed($0) < observed($1) }
    }
}

/// What a change comes to: the keys after it, and how the folder gets there.
struct KeyPlan: Sendable {
    let keys: [RingKey]
    let changes: [KeyChange]
    /// A key goes before its tokens have expired.
    var revokes = false
    /// What new files are encrypted with from then on.
    var passphrases: KeyPassphrases?

    var steps: [KeyChange.Step] { changes.flatMap(\.steps) }
}

/// Why a change is refused.
enum KeyRefusal: Error, Equatable {
    case unknownKey(String)
    case unknownAlgorithm(String)
    case noNext(Algorithm)
    /// So many seconds are missing.
    case tooEarly(Algorithm, wait: Int64)
    case active
    case alreadyRetired
    case tooMany
    /// Another change is.
    case underWay
}

extension KeyMoment {
    /// More keys of one algorithm than anybody has a reason for.
    private static let mostKeys = 16

    func adding(_ key: RingKey) throws(KeyRefusal) -> KeyPlan {
        guard ring.keys.count < Self.mostKeys else { throw .tooMany }
        return KeyPlan(keys: ring.keys + [key], changes: [.write(key)])
    }

    /// The next key signs from now on. `force`: however short it has been published.
    func rotating(_ algorithm: Algorithm, force: Bool) throws(KeyRefusal) -> KeyPlan {
        let old = try active(algorithm)
        guard let next = next(algorithm) else { throw .noNext(algorithm) }
        guard force || wait(next) == 0 else { throw .tooEarly(algorithm, wait: wait(next)) }
        var notes = KeyNotes(published: next.notes.published, since: now)
        notes.replaces = old.keyID
        let new = next.entering(.active, notes)
        // By the latest time that it can have signed at, should the clock have been set back.
        let retired = KeyChange.retired(old, now: max(now, latest))
        return KeyPlan(
            keys: ring.keys.filter { ![old.keyID, next.keyID].contains($0.keyID) } + [new, retired],
            changes: [.rotation(from: old, to: new, promoting: next, now: max(now, latest))])
    }

    /// Takes a key away. One that signs makes way for the next one, or for `replacement` where there is none, however short
    /// that has been published: what it breaks is less than what a stolen key does.
    func revoking(_ keyID: String, replacement: RingKey?) throws(KeyRefusal) -> KeyPlan {
        guard let key = ring.key(keyID) else { throw .unknownKey(keyID) }
        let rest = ring.keys.filter { $0.keyID != key.keyID }
        guard key.state == .active else { return KeyPlan(keys: rest, changes: [.remove(key)], revokes: true) }
        let next = next(key.algorithm)
        guard let promoted = next ?? replacement else { throw .noNext(key.algorithm) }
        var notes = KeyNotes(published: min(promoted.notes.published, now), since: now)
        notes.revokes = key.keyID
        let new = promoted.entering(.active, notes)
        return KeyPlan(
            keys: rest.filter { $0.keyID != new.keyID } + [new],
            changes: [.revocation(of: key, by: new, promoting: next)], revokes: true)
    }

    /// Takes back a next key, which has signed nothing.
    func withdrawing(_ keyID: String) throws(KeyRefusal) -> KeyPlan {
        guard let key = ring.key(keyID) else { throw .unknownKey(keyID) }
        switch key.state {
        case .next: return KeyPlan(keys: ring.keys.filter { $0.keyID != key.keyID }, changes: [.remove(key)])
        case .active: throw .active
        case .retired: throw .alreadyRetired
        }
    }

    /// All keys under other passphrases, by blocks that were made before: none is left out that has come since.
    func resealed(_ blocks: [String: [UInt8]], under passphrases: KeyPassphrases) throws(KeyRefusal) -> KeyPlan {
        var keys: [RingKey] = []
        for var key in ring.keys {
            guard let block = blocks[key.keyID] else { throw .underWay }
            key.pem = block
            keys.append(key)
        }
        return KeyPlan(keys: keys, changes: keys.map(KeyChange.write), passphrases: passphrases)
    }

    /// The keys whose tokens have all expired go.
    func withoutThoseThatAreOver() -> KeyPlan? {
        let over = ring.keys.filter(isOver)
        guard !over.isEmpty else { return nil }
        return KeyPlan(keys: ring.keys.filter { !isOver($0) }, changes: over.map(KeyChange.remove))
    }
}
