/// Finds a literal path by its octets: open addressing over FNV-1a, built once. It only ever holds our own paths, so
/// nobody can crowd it.
struct PathTable: Sendable {
    private struct Entry: Sendable {
        let path: [UInt8]
        let value: Int
    }

    private var slots: [Entry?]
    private let mask: Int

    init(_ paths: [(path: [UInt8], value: Int)]) {
        var size = 8
        while size < paths.count * 4 { size *= 2 }
        slots = Array(repeating: nil, count: size)
        mask = size - 1
        for (path, value) in paths {
            var slot = Self.hash(path.span) & mask
            while slots[slot] != nil { slot = (slot + 1) & mask }
            slots[slot] = Entry(path: path, value: value)
        }
    }

    /// The value of that path.
    func value(_ path: Span<UInt8>) -> Int? {
        var slot = Self.hash(path) & mask
        while let entry = slots[slot] {
            if Self.equal(entry.path.span, path) { return entry.value }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    private static func hash(_ octets: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<octets.count { hash = (hash ^ UInt64(octets[index])) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ (hash &>> 32))
    }

    private static func equal(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        for index in 0..<one.count where one[index] != other[index] { return false }
        return true
    }
}
