import Encoding
import Glibc
import HTTP
import Threads

/// The one way from a command to the administration API. It speaks HTTP over the running server's admin socket, or with a
/// token to a server elsewhere; where no server runs here it opens the database in this process and asks the same router, so
/// a command cannot tell the two apart.
struct AdministrationClient: Sendable {
    /// Makes the router of a server that does not run; nil where there is no configuration to make it from.
    typealias OpenHere = @Sendable () throws -> LocalAdministration

    /// Where the server is.
    enum Place: Sendable {
        case socket(String)
        case remote(RemoteAdministration)

        var name: String {
            switch self {
            case .socket(let path): path
            case .remote(let remote): remote.url
            }
        }
    }

    private let place: Place
    private let openHere: OpenHere?
    private let thread = WorkerPool(name: "admin", threads: 1, capacity: 1)

    init(_ place: Place, openHere: OpenHere?) {
        self.place = place
        self.openHere = openHere
    }

    /// Sends a request with a JSON body, or with none.
    func send(_ method: Method, _ path: String, _ body: JSON? = nil, ifMatch: String? = nil) async throws -> JSON {
        guard let body else { return try await send(method, path, body: [], contentType: nil) }
        return try await send(
            method, path, body: body.serialized(), contentType: "application/json", ifMatch: ifMatch)
    }

    /// The answer's JSON (null where it has no body); a refusal becomes a `CommandFailure`.
    func send(
        _ method: Method, _ path: String, body: [UInt8], contentType: String?, ifMatch: String? = nil
    ) async throws -> JSON {
        var headers = [("Accept", "application/json")]
        if let contentType { headers.append(("Content-Type", contentType)) }
        if let ifMatch { headers.append(("If-Match", ifMatch)) }
        let answer: AdministrationAnswer
        if let running = try await askRunningServer(method, path, headers, body) {
            answer = running
        } else {
            answer = try await askHere(method, path, headers, body)
        }
        return try answer.json()
    }

    /// The same where a server runs; nil where none does: no database is opened for this.
    func sendToRunningServer(_ method: Method, _ path: String, _ body: JSON) async throws -> JSON? {
        let headers = [("Accept", "application/json"), ("Content-Type", "application/json")]
        return try await askRunningServer(method, path, headers, body.serialized())?.json()
    }

    /// nil: no server listens at the socket.
    private func askRunningServer(
        _ method: Method, _ path: String, _ headers: [(String, String)], _ body: [UInt8]
    ) async throws -> AdministrationAnswer? {
        let place = place
        do {
            let response = try await thread.run {
                switch place {
                case .socket(let socket):
                    try HTTPClient(timeoutSeconds: 600, longestBody: 1 << 26).send(
                        method, path, to: .unix(path: socket), headers: [("Host", "localhost")] + headers, body: body)
                case .remote(let remote): try remote.send(method, path, headers, body)
                }
            }
            return AdministrationAnswer(status: response.status, body: response.body)
        } catch ClientError.unreachable(code: ENOENT), ClientError.unreachable(code: ECONNREFUSED) {
            return nil
        } catch let error as ClientError {
            throw CommandFailure.unavailable("\(place.name): \(error)")
        }
    }

    private func askHere(
        _ method: Method, _ path: String, _ headers: [(String, String)], _ body: [UInt8]
    ) async throws -> AdministrationAnswer {
        guard let openHere else { throw CommandFailure.unavailable("no server listens at \(place.name)") }
        let administration = try openHere()
        defer { administration.close() }
        let response = await administration.respond(method, path, headers, body)
        return AdministrationAnswer(status: response.status, body: response.body)
    }
}
