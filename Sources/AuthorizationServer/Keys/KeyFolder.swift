import Crypto
import JOSE

/// The folder of the signing keys: PKCS#8 files named `<kid>.<alg>.<state>.pem` (see Keys/README.md).
struct KeyFolder: Sendable {
    let path: String

    /// Carries out one operation; it is on disk when this returns (ST-07).
    func apply(_ step: KeyChange.Step) throws(PrivateFile.Failure) {
        switch step {
        case .write(let key): try PrivateFile.write(key.content, to: path + "/" + key.name)
        case .remove(let name): try PrivateFile.remove(path + "/" + name)
        }
    }

    /// All keys, each of which has proved itself by signing and verifying (JW-07). A folder that was copied in the middle of a
    /// change is understood; keys without notes get them.
    func read(_ passphrases: KeyPassphrases, now: Int64) throws -> [RingKey] {
        let names = try PrivateFile.names(in: path)
        // What a crash left of a file that was being written: its write has not happened.
        for name in names where name.hasSuffix(".pem.new") || name.hasSuffix(".key.new") {
            try apply(.remove(name: name))
        }
        var keys: [RingKey] = []
        for name in names where name.hasSuffix(".pem") {
            guard let key = try readKey(name, passphrases, now: now) else { continue }
            try take(key, into: &keys)
        }
        return try settle(keys, now: now)
    }

    /// How many keys there are. Throws for the first that cannot be used; nothing is written.
    func examine(_ passphrases: KeyPassphrases) throws -> Int {
        let names = try PrivateFile.names(in: path).filter { $0.hasSuffix(".pem") }
        for name in names { _ = try parse(name, passphrases, now: 0) }
        return names.count
    }

    private func readKey(_ name: String, _ passphrases: KeyPassphrases, now: Int64) throws -> RingKey? {
        guard let (known, hasNotes) = try parse(name, passphrases, now: now) else { return nil }
        if !hasNotes { try apply(.write(known)) }
        return known
    }

    private func parse(
        _ name: String, _ passphrases: KeyPassphrases, now: Int64
    ) throws -> (key: RingKey, hasNotes: Bool)? {
        let file = path + "/" + name
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, !parts[0].isEmpty, let algorithm = Algorithm(rawValue: parts[1]),
            let state = KeyState(rawValue: parts[2])
        else { throw KeyStoreFailure(description: "\(file): a key file is named <kid>.<alg>.<state>.pem") }
        guard let content = try PrivateFile.read(file) else { return nil }
        let read: (notes: KeyNotes?, pem: [UInt8])
        do throws(KeyNotes.Unreadable) {
            read = try KeyNotes.reading(content, now: now)
        } catch {
            throw KeyStoreFailure(description: "\(file): \(error.line)")
        }
        let key = try passphrases.open(read.pem, of: file)
        // In whichever state: a key that is published under a wrong name spoils the set for those who read it.
        guard algorithm.fits(key.publicKey.parameters) else {
            throw KeyStoreFailure(description: "\(file): the key is not one for \(algorithm.rawValue)")
        }
        let known = RingKey(
            keyID: parts[0], algorithm: algorithm, state: state, key: key, pem: read.pem,
            notes: read.notes ?? KeyNotes(published: now, since: now))
        return (known, read.notes != nil)
    }

    /// The same key in two states is a change that was cut short: it has reached the later one. Two keys of one id are an
    /// error that nobody but the operator can put right.
    private func take(_ key: RingKey, into keys: inout [RingKey]) throws {
        guard let place = keys.firstIndex(where: { $0.keyID == key.keyID }) else { return keys.append(key) }
        let other = keys[place]
        guard other.algorithm == key.algorithm, other.key.publicKey.parameters == key.key.publicKey.parameters else {
            throw KeyStoreFailure(description: "\(path)/\(key.name): another key has the id \(key.keyID)")
        }
        let (earlier, later) = key.state < other.state ? (key, other) : (other, key)
        try apply(.remove(name: earlier.name))
        keys[place] = later
    }

    /// An active key says which one it came after: that one signs no more.
    private func settle(_ keys: [RingKey], now: Int64) throws -> [RingKey] {
        var settled = keys
        for successor in keys where successor.state == .active {
            for old in settled where old.algorithm == successor.algorithm && old.keyID != successor.keyID {
                if old.keyID == successor.notes.revokes {
                    try apply(.remove(name: old.name))
                    settled.removeAll { $0.keyID == old.keyID }
                } else if old.keyID == successor.notes.replaces, old.state == .active,
                    old.notes.replaces != successor.keyID
                {
                    let retired = KeyChange.retired(old, now: now)
                    try apply(.write(retired))
                    try apply(.remove(name: old.name))
                    settled = settled.map { $0.keyID == old.keyID ? retired : $0 }
                }
            }
        }
        return settled
    }
}
