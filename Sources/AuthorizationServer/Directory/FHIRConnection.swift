import Encoding
import HTTP
import SMART
import Threads

/// Asks one FHIR server, on threads of its own: whoever waits for a server that hangs takes no event loop and no thread of
/// another one's, and only so many wait.
struct FHIRConnection: Sendable {
    let base: FHIRBaseURL
    let tokens: DirectoryTokens
    let cursors: PageCursors
    private let outbound: OutboundClient
    private let pool: WorkerPool

    static let longestAnswer = 1_048_576
    private static let threads = 4
    private static let waiters = 8

    init(_ server: FHIRServer, outbound: OutboundClient, tokens: DirectoryTokens, cursors: PageCursors) {
        base = server.base
        self.outbound = outbound
        self.tokens = tokens
        self.cursors = cursors
        pool = WorkerPool(name: "fhir-directory", threads: Self.threads, capacity: Self.waiters)
    }

    func stop() { pool.stop() }

    /// What is at that path behind the base; nil if there is nothing, or no more. Throws `DirectoryTrouble` for everything
    /// but FHIR JSON.
    func get(_ path: String, token: String) async throws -> JSON? {
        guard let url = WebURL(base.value + path) else { throw DirectoryTrouble.unusable("its address is no web URL") }
        do {
            return try await pool.run { [outbound] in try Self.ask(outbound, OutboundClient.Target(url), token) }
        } catch is WorkerPool.Full {
            throw DirectoryTrouble(.crowded)
        }
    }

    private static func ask(
        _ outbound: OutboundClient, _ target: OutboundClient.Target, _ token: String
    ) throws(DirectoryTrouble) -> JSON? {
        let response: ClientResponse
        do {
            response = try outbound.send(
                .get, to: target,
                headers: [("Authorization", "Bearer \(token)"), ("Accept", "application/fhir+json")])
        } catch {
            throw DirectoryTrouble(.noAnswer(error))
        }
        switch response.status {
        case 200: return try json(response)
        case 404, 410: return nil
        default: throw DirectoryTrouble(.status(response.status))
        }
    }

    private static func json(_ response: ClientResponse) throws(DirectoryTrouble) -> JSON {
        let type = response.headers["content-type"]?.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard type == "application/fhir+json" || type == "application/json" else {
            throw .unusable("the answer is not FHIR JSON")
        }
        guard let json = try? JSON(parsing: response.body) else { throw .unusable("the answer is not valid JSON") }
        return json
    }
}
