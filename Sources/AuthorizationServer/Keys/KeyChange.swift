/// One change of the keys' folder, as single operations in their order. It is written down before the first of them, and done
/// again by a start that finds it half done (`KeyJournal`); all the same nothing in between leaves two keys that sign, or none.
struct KeyChange: Sendable {
    enum Step: Sendable {
        /// The whole file, or nothing of it.
        case write(RingKey)
        case remove(name: String)
    }

    let steps: [Step]

    /// A new key, or one with other notes or under another passphrase.
    static func write(_ key: RingKey) -> KeyChange { KeyChange(steps: [.write(key)]) }

    static func remove(_ key: RingKey) -> KeyChange { KeyChange(steps: [.remove(name: key.name)]) }

    /// `new` signs from now on, and `old` no more. `new` names `old`, by which a folder that was
    /// copied in the middle of it still says what was meant.
    static func rotation(from old: RingKey, to new: RingKey, promoting next: RingKey?, now: Int64) -> KeyChange {
        KeyChange(
            steps: [.write(new)] + (next.map { [.remove(name: $0.name)] } ?? [])
                + [.write(retired(old, now: now)), .remove(name: old.name)])
    }

    /// The same for a key that nobody may believe any more.
    static func revocation(of old: RingKey, by new: RingKey, promoting next: RingKey?) -> KeyChange {
        KeyChange(
            steps: [.write(new)] + (next.map { [.remove(name: $0.name)] } ?? []) + [.remove(name: old.name)])
    }

    /// Its tokens may have been signed until now, or until a later time that the clock has since been set back from.
    static func retired(_ key: RingKey, now: Int64) -> RingKey {
        var notes = KeyNotes(published: min(key.notes.published, now), since: now)
        notes.signed = max(now, key.notes.signed ?? now)
        return key.entering(.retired, notes)
    }
}
