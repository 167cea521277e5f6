/// At most so many values, and so many octets, of which the oldest go when a new one comes. One after the other: letting go of
/// thousands at once would keep everybody waiting.
struct BoundedCache<Key: Hashable, Value> {
    private let capacity: Int
    private let mostOctets: Int
    private var entries: [Key: (value: Value, octets: Int)] = [:]
    /// In the order in which they came, from `oldest` on.
    private var keys: [Key] = []
    private var oldest = 0
    private var octets = 0

    init(capacity: Int, octets: Int = .max) {
        self.capacity = capacity
        mostOctets = octets
    }

    var count: Int { entries.count }

    subscript(_ key: Key) -> Value? { entries[key]?.value }

    /// `octets`: about what it takes.
    mutating func insert(_ value: Value, for key: Key, octets: Int = 0) {
        if let replaced = entries.updateValue((value, octets), forKey: key) {
            self.octets -= replaced.octets
        } else {
            keys.append(key)
        }
        self.octets += octets
        while entries.count > capacity || self.octets > mostOctets, oldest < keys.count { removeOldest() }
    }

    mutating func removeAll() { self = BoundedCache(capacity: capacity, octets: mostOctets) }

    private mutating func removeOldest() {
        octets -= entries.removeValue(forKey: keys[oldest])?.octets ?? 0
        oldest += 1
        guard oldest > keys.count / 2 else { return }
        keys.removeFirst(oldest)
        oldest = 0
    }
}
