import Crypto
import SMART
import Storage
import Synchronization

/// Which directory serves which FHIR server, as that is described now.
final class Directories: Sendable {
    private typealias Edition = FHIRServerBook.Edition

    private struct Live {
        let server: FHIRServer
        let connection: FHIRConnection
    }

    private struct State {
        var live: [FHIRBaseURL: Live] = [:]
        /// Those of its FHIR servers that have changed since have no connection any more.
        var edition: Edition?
    }

    private let configuration: Configuration
    private let servers: FHIRServerBook
    private let tokens: TokenIssuer
    private let clock: Clock
    private let random: RandomBytes
    private let state = Mutex(State())

    init(
        _ configuration: Configuration, _ servers: FHIRServerBook, tokens: TokenIssuer, clock: Clock,
        random: RandomBytes
    ) {
        self.configuration = configuration
        self.servers = servers
        self.tokens = tokens
        self.clock = clock
        self.random = random
    }

    /// The directory of a request for that FHIR server; of the imported one for a request that names none.
    func directory(for audience: FHIRBaseURL?) throws -> any Directory {
        let edition = try servers.edition()
        guard let server = audience.flatMap(edition.server(base:)), server.directory == .live else {
            return ImportedDirectory(database: tokens.database)
        }
        return LiveDirectory(try connection(to: server, edition))
    }

    /// Whether the patients of that FHIR server are its own to know.
    func isLive(_ audience: String) throws(StorageError) -> Bool {
        try servers.edition().server(audience: audience)?.directory == .live
    }

    /// Lets the threads end.
    func stop() {
        state.withLock { state in
            for live in state.live.values { live.connection.stop() }
        }
    }

    private func connection(to server: FHIRServer, _ edition: Edition) throws -> FHIRConnection {
        try state.withLock { state in
            if state.edition !== edition {
                for live in state.live.values where edition.server(base: live.server.base) != live.server {
                    live.connection.stop()
                    state.live[live.server.base] = nil
                }
                state.edition = edition
            }
            if let live = state.live[server.base], live.server == server { return live.connection }
            let own = DirectoryTokens(
                server: server, issuer: configuration.issuer, tokens: tokens, servers: servers, clock: clock)
            let connection = FHIRConnection(
                server, outbound: configuration.outbound(longestBody: FHIRConnection.longestAnswer), tokens: own,
                cursors: try PageCursors(random))
            state.live[server.base] = Live(server: server, connection: connection)
            return connection
        }
    }
}
