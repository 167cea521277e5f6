import Synchronization

/// What the writer, the readers and the checkpointer tell each other without a lock.
final class CommitCounter: Sendable {
    private let commits = Atomic<UInt64>(0)
    private let pages = Atomic<Int>(0)
    private let failing = Atomic<Bool>(false)

    /// Moves with every commit, before its callers are answered.
    var count: UInt64 { commits.load(ordering: .acquiring) }

    /// Pages in the write-ahead log that no checkpoint has looked at yet.
    var pagesWaiting: Int { pages.load(ordering: .relaxed) }

    func committed(pages written: Int) {
        pages.wrappingAdd(written, ordering: .relaxed)
        // A transaction that wrote nothing proves nothing.
        if written > 0, failing.load(ordering: .relaxed) { failing.store(false, ordering: .relaxed) }
        commits.wrappingAdd(1, ordering: .releasing)
    }

    /// Whether the last commit that had something to write could not be made.
    var isFailing: Bool { failing.load(ordering: .relaxed) }

    func failed() { failing.store(true, ordering: .relaxed) }

    /// The database is closed: what was read before counts no more, and is asked again in vain.
    func closed() { commits.wrappingAdd(1, ordering: .releasing) }

    /// A checkpoint failed: its pages wait again.
    func keepPagesWaiting(_ count: Int) { pages.wrappingAdd(count, ordering: .relaxed) }

    func takePagesWaiting() -> Int { pages.exchange(0, ordering: .relaxed) }
}
