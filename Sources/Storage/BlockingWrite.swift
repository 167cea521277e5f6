import Synchronization
import Threads

extension Writer {
    /// Waits for the commit on this thread: for threads of our own, never for an event loop.
    func write<T: Sendable>(
        once runsOnce: Bool = false, _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> T
    ) throws(StorageError) -> T {
        let answer = Answer<T>()
        submit(PendingWrite(once: runsOnce, body) { answer.set($0) })
        return try answer.wait()
    }
}

extension Database {
    /// `write` for a thread that does nothing else and may block, such as a worker's; never call it on an event loop.
    package func writeBlocking<T: Sendable>(
        once runsOnce: Bool = false, _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> T
    ) throws(StorageError) -> T {
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

    func wait() throws(StorageError) -> T {
        arrived.wait()
        switch result.withLock({ $0 }) {
        case .success(let value): return value
        case .failure(let error): throw error as? StorageError ?? .io("\(error)")
        case nil: throw .closed
        }
    }
}
