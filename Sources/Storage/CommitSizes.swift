/// How many writes have shared commits (group commit): what keeps a sync of the disk from being paid by each.
package struct CommitSizes: Sendable, Equatable {
    /// The upper ends of the buckets.
    package static let bounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    /// By bucket, and one for what is beyond.
    package private(set) var counts = Array(repeating: Int64(0), count: bounds.count + 1)
    package private(set) var writes: Int64 = 0

    mutating func count(_ size: Int) {
        counts[Self.bounds.firstIndex { size <= $0 } ?? Self.bounds.count] += 1
        writes += Int64(size)
    }
}
