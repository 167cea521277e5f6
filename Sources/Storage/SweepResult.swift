/// What one sweep came to.
package struct SweepResult: Sendable, Equatable {
    /// The time it swept up to.
    package let at: Int64
    /// Rows deleted, by table.
    package internal(set) var deleted: [String: Int]

    package var total: Int { deleted.values.reduce(0, +) }
}
