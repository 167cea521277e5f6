/// At most so many values, of which the oldest goes when a new one comes: one at a time, for to let go of all of them at once
/// would keep everybody waiting.
struct BoundedCache<Key: Hashable, Value> {
    private let capacity: Int
    private var values: [Key: Value] = [:]
    /// In the order in which they came, around `oldest`.
    private var keys: [Key] = []
    private var oldest = 0

    /// `capacity`: at least one.
    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { values.count }

    subscript(_ key: Key) -> Value? { values[key] }

    /// The value that had to go, or that the key had before.
    @discardableResult
    mutating func insert(_ value: Value, for key: Key) -> Value? {
        if let replaced = values.updateValue(value, forKey: key) { return replaced }
        guard keys.count >= capacity else {
            keys.append(key)
            return nil
        }
        let removed = values.removeValue(forKey: keys[oldest])
        keys[oldest] = key
        oldest = oldest + 1 == capacity ? 0 : oldest + 1
        return removed
    }

    mutating func removeAll() { self = BoundedCache(capacity: capacity) }
}
