import Crypto
import Encoding
import SMART
import Storage
import Synchronization

/// The clients in memory: hot paths read them without SQL. One process owns the database, and every change of a client
/// goes through `forget`, so that what is kept here is never older than the last answer.
final class ClientRegistry: Sendable {
    private struct State {
        var clients: [String: Client] = [:]
        /// Nil until somebody asks for it.
        var origins: OriginIndex?
        /// Counts changes: a row read before a change must not be kept after it.
        var generation = 0
    }

    private let state = Mutex(State())
    private let database: Database
    /// This server's own client id, for the tokens that it issues to itself: nobody signs in as that client.
    private let reserved: String
    /// Bounds the memory; when it is full, all are read again as they come.
    private static let capacity = 10_000

    init(_ database: Database, reserved: String) {
        self.database = database
        self.reserved = reserved
    }

    /// The id of a client that brings none, with 128 random bits. With a letter at its head: a hyphen there would make it an
    /// option on a command line.
    static func newID(_ random: RandomBytes) throws(CryptoError) -> String { "c_" + Base64URL.encode(try random(16)) }

    /// The client of that id, enabled or not; nil if there is none.
    func client(_ id: String) throws(StorageError) -> Client? {
        // Text that Swift holds equal is not the same id: only the octets of a valid one are looked up.
        guard ClientID(id) != nil, !isReserved(id) else { return nil }
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

    /// Whether the client is still what it was when it was read.
    func isCurrent(_ client: Client) throws(StorageError) -> Bool {
        guard let current = try self.client(client.id.value) else { return false }
        return current === client || current.isSame(as: client)
    }

    /// Of the server itself, or what only a person or the server is called in audit records and tokens (RFC 9700 §4.15): people's
    /// subjects begin with `u_`.
    func isReserved(_ id: String) -> Bool {
        id.hasSameOctets(as: reserved) || Self.names.contains { $0.hasSameOctets(as: id) }
            || id.utf8.starts(with: "u_".utf8)
    }

    private static let names = ["operator", "server", "registration"]

    /// Counts the changes of clients: what was concluded from one generation says nothing about the next.
    var generation: Int { state.withLock { $0.generation } }

    /// To be called after each committed change of the client.
    func forget(_ id: String) {
        state.withLock { state in
            state.generation += 1
            state.clients[id] = nil
            state.origins?.forget(id)
        }
    }

    /// Whether scripts of that origin belong to any enabled client (checklist CORS-3). All clients are read at the first
    /// question, from then on only those that have changed.
    func isAllowedOrigin(_ origin: String) throws(StorageError) -> Bool {
        let (kept, generation) = state.withLock { ($0.origins, $0.generation) }
        if let kept, kept.stale.isEmpty { return kept.contains(origin) }
        var index = OriginIndex()
        if let kept { index = kept } else { try readAll(into: &index) }
        for id in index.stale { index.set(id, try client(id)) }
        state.withLock { [index] state in
            if state.generation == generation { state.origins = index }
        }
        return index.contains(origin)
    }

    private func readAll(into index: inout OriginIndex) throws(StorageError) {
        var last: String?
        repeat {
            let rows = try database.read { (transaction) throws(StorageError) in
                try transaction.clients(after: last, limit: 500)
            }
            for row in rows { index.set(row.id, Client(row)) }
            last = rows.count == 500 ? rows.last?.id : nil
        } while last != nil
    }
}
