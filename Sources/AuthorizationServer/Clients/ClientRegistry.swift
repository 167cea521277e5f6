import SMART
import Storage
import Synchronization

/// The clients in memory: hot paths read them without SQL. One process owns the database, and every change of a client
/// goes through `forget`, so that what is kept here is never older than the last answer.
final class ClientRegistry: Sendable {
    private struct State {
        var clients: [String: Client] = [:]
        /// Counts changes: a row read before a change must not be kept after it.
        var generation = 0
    }

    private let state = Mutex(State())
    private let database: Database
    /// Bounds the memory; when it is full, all are read again as they come.
    private static let capacity = 10_000

    init(_ database: Database) {
        self.database = database
    }

    /// The client of that id, enabled or not; nil if there is none.
    func client(_ id: String) throws(StorageError) -> Client? {
        // Text that Swift holds equal is not the same id: only the octets of a valid one are looked up.
        guard ClientID(id) != nil else { return nil }
        let (kept, generation) = state.withLock { ($0.clients[id], $0.generation) }
        if let kept { return kept }
        guard let stored = try database.read({ (transaction) throws(StorageError) in try transaction.client(id) })
        else { return nil }
        guard let client = Client(stored) else {
            throw StorageError.corrupt("the metadata of client \(id) cannot be read")
        }
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.clients.count >= Self.capacity { state.clients.removeAll() }
            state.clients[id] = client
        }
        return client
    }

    /// Counts the changes of clients: what was concluded from one generation says nothing about the next.
    var generation: Int { state.withLock { $0.generation } }

    /// To be called after each committed change of the client.
    func forget(_ id: String) {
        state.withLock { state in
            state.generation += 1
            state.clients[id] = nil
        }
    }
}
