import Synchronization

/// What the writer, the readers and the checkpointer tell each other without a lock.
final class CommitCounter: Sendable {
    private let commits = Atomic<UInt64>(0)
    private let pages = Atomic<Int>(0)

    /// Moves with every commit, before its callers are answered.
    var count: UInt64 { commits.load(ordering: .acquiring) }

    /// Pages in the write-ahead log that no checkpoint has looked at yet.
    var pagesWaiting: Int { pages.load(ordering: .relaxed) }

    func committed(pages written: Int) {
        pages.wrappingAdd(written, ordering: .relaxed)
        commits.wrappingAdd(1, ordering: .releasing)
    }

    /// The database is closed: what was read before counts no more, and is asked again in vain.
    func closed() { commits.wrappingAdd(1, ordering: .releasing) }

    /// A checkpoint failed: its pages wait again.
    func keepPagesWaiting(_ count: Int) { pages.wrappingAdd(count, ordering: .relaxed) }

    func takePagesWaiting() -> Int { pages.exchange(0, ordering: .relaxed) }
}
