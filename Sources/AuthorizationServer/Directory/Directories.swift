import Crypto
import SMART
import Storage

/// Which directory serves which FHIR server, as the configuration says.
struct Directories: Sendable {
    private let database: Database
    private let live: [FHIRBaseURL: FHIRConnection]

    init(
        _ configuration: Configuration, database: Database, tokens: TokenIssuer, clock: Clock, random: RandomBytes
    ) throws {
        self.database = database
        var live: [FHIRBaseURL: FHIRConnection] = [:]
        for server in configuration.fhirServers where server.directory == .live {
            let own = DirectoryTokens(server: server, issuer: configuration.issuer, tokens: tokens, clock: clock)
            live[server.base] = FHIRConnection(
                server, outbound: configuration.outbound(longestBody: FHIRConnection.longestAnswer), tokens: own,
                cursors: try PageCursors(random))
        }
        self.live = live
    }

    /// The directory of a request for that FHIR server; of the imported one for a request that names none.
    func directory(for audience: FHIRBaseURL?) -> any Directory {
        guard let audience, let connection = live[audience] else { return ImportedDirectory(database: database) }
        return LiveDirectory(connection)
    }

    /// Whether the patients of that FHIR server are its own to know.
    func isLive(_ audience: String) -> Bool {
        FHIRBaseURL(audience).flatMap { live[$0] } != nil
    }

    /// Lets the threads end.
    func stop() {
        for connection in live.values { connection.stop() }
    }
}
