import Synchronization
import Threads

extension Writer {
    /// Waits for the commit on this thread: for threads of our own, never for an event loop. A body's own error comes back as it
    /// is.
    func write<T: Sendable>(
        once runsOnce: Bool = false, _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> T
    ) throws -> T {
        let answer = Answer<T>()
        submit(PendingWrite(once: runsOnce, body) { answer.set($0) })
        return try answer.wait()
    }
}

extension Database {
    /// `write` for a thread that does nothing else and may block, such as a worker's; never call it on an event loop.
    package func writeBlocking<T: Sendable>(
        once runsOnce: Bool = false, _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> T
    ) throws -> T {
        try engine.writer.write(once: runsOnce, body)
    }
}

/// What one thread waits for and another brings.
private final class Answer<T: Sendable>: Sendable {
    private let result = Mutex<Result<T, any Error>?>(nil)
    private let arrived = Signal()

    func set(_ value: Result<T, any Error>) {
        result.withLock { $0 = value }
        arrived.raise()
    }

    func wait() throws -> T {
        arrived.wait()
        guard let result = result.withLock({ $0 }) else { throw StorageError.closed }
        return try result.get()
    }
}
