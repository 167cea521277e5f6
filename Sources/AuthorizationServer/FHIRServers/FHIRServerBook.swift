import Encoding
import SMART
import Storage
import Synchronization

/// The FHIR servers that tokens are issued for: first those of the configuration file, then those that administrators have
/// registered. In memory: one process owns the database, and every change goes through `forget`, so that issuing and
/// introspecting ask no table, and nobody reads what is older than the last answer.
final class FHIRServerBook: Sendable {
    /// All of them between two changes.
    final class Edition: Sendable {
        let servers: [FHIRServer]

        fileprivate init(_ servers: [FHIRServer]) { self.servers = servers }

        /// Compared after one trailing slash is trimmed (checklist AUTHZ-7).
        func server(base: FHIRBaseURL) -> FHIRServer? { servers.first { $0.base == base } }

        /// The one that tokens with this `aud` are for.
        func server(audience: String) -> FHIRServer? {
            servers.first { $0.base.value.hasSameOctets(as: audience) }
        }

        func server(id: String) -> FHIRServer? { servers.first { $0.id.hasSameOctets(as: id) } }
    }

    private struct State {
        var edition: Edition?
        /// Counts changes: rows that were read before a change must not be kept after it.
        var generation = 0
    }

    /// Those of the configuration file, which nothing else changes.
    let configured: [FHIRServer]
    private let issuer: String
    private let database: Database
    private let state = Mutex(State())

    /// Throws where a registered one has an id that the file gives to another: both would be asked for by it.
    init(_ configured: [FHIRServer], issuer: Issuer, _ database: Database) throws {
        self.configured = configured
        self.issuer = issuer.value
        self.database = database
        for server in try edition().servers.dropFirst(configured.count) {
            guard !configured.contains(where: { $0.id.hasSameOctets(as: server.id) }) else {
                throw FHIRServerConflict(id: server.id, base: server.base)
            }
        }
    }

    /// Those after the last change.
    func edition() throws(StorageError) -> Edition {
        let (kept, generation) = state.withLock { ($0.edition, $0.generation) }
        if let kept { return kept }
        let stored = try database.read { (transaction) throws(StorageError) in try transaction.fhirServers() }
        let edition = Edition(try all(stored))
        state.withLock { state in
            if state.generation == generation { state.edition = edition }
        }
        return edition
    }

    /// To be called after each committed change.
    func forget() {
        state.withLock { state in
            state.generation += 1
            state.edition = nil
        }
    }

    func server(base: FHIRBaseURL) throws(StorageError) -> FHIRServer? { try edition().server(base: base) }

    /// Whether it is the audience of tokens for this server's own API.
    func isOwn(_ audience: String) -> Bool {
        audience.hasSameOctets(as: issuer) || audience.utf8.starts(with: (issuer + "/admin/").utf8)
    }

    func isConfigured(_ audience: String) -> Bool {
        configured.contains { $0.base.value.hasSameOctets(as: audience) }
    }

    /// Whether the transaction that makes a grant may make it for that audience: whoever removed the FHIR server has revoked
    /// the grants that there were, and none may come after them.
    func isServed(
        _ audience: String, _ transaction: borrowing some Reading & ~Copyable
    ) throws(StorageError) -> Bool {
        if isConfigured(audience) { return true }
        return try transaction.fhirServer(base: audience) != nil
    }

    /// All that the transaction sees.
    func servers(_ transaction: borrowing some Reading & ~Copyable) throws(StorageError) -> [FHIRServer] {
        try all(try transaction.fhirServers())
    }

    /// What the file has too is as the file says.
    private func all(_ stored: [StoredFHIRServer]) throws(StorageError) -> [FHIRServer] {
        var servers = configured
        for row in stored where !isConfigured(row.base) { servers.append(try FHIRServer(row)) }
        return servers
    }
}

extension FHIRServer {
    /// What is stored was valid when it was put there: what cannot be read is damage.
    init(_ stored: StoredFHIRServer) throws(StorageError) {
        guard let json = try? JSON(parsing: Array(stored.document.utf8)), let server = try? FHIRServer(json) else {
            throw .corrupt("the FHIR server \(stored.id) cannot be read")
        }
        self = server
    }
}

/// The configuration file gives one of its FHIR servers the id of a registered one.
package struct FHIRServerConflict: Error, CustomStringConvertible {
    let id: String
    let base: FHIRBaseURL

    package var description: String {
        "fhir_servers: the id \(id) is that of the registered FHIR server \(base.value): give each its own"
    }
}
