import Encoding
package import HTTP
import Synchronization

/// A FHIR server that knows nothing of rights: whoever reaches it gets what they ask for. It searches as FHIR says: of several
/// parameters all must hold, of several values one; and a parameter that it does not know it leaves out, unless it is told to
/// handle that strictly (R4 Search, "handling").
package final class RecordStandIn: Sendable {
    /// One resource: its search parameters, each with all its values.
    package struct Record: Sendable {
        package let type: String
        package let id: String
        package let parameters: [String: [String]]

        package init(_ type: String, _ id: String, _ parameters: [String: [String]] = [:]) {
            self.type = type
            self.id = id
            self.parameters = parameters
        }

        fileprivate var json: JSON { ["resourceType": .string(type), "id": .string(id)] }
    }

    private let server: Server
    private let files: Files
    package let port: UInt16

    package init(_ records: [Record], base: String) throws {
        let files = Files(records)
        let methods: [Method] = [.get, .post, .put, .patch, .delete]
        let patterns = ["", "/", "/{type}", "/{type}/{id}", "/{type}/{id}/{more}", "/{type}/{id}/{more}/{version}"]
        let routes = patterns.flatMap { pattern in methods.map { Route($0, base + pattern, files) } }
        let router = try Router(routes) { error, _ in .text(500, "\(error)") }
        var configuration = ServerConfiguration()
        configuration.threads = 1
        server = try Server(
            [Listener(address: .tcp(host: "127.0.0.1", port: 0), tls: nil, router: router)],
            configuration: configuration, log: { _ in })
        try server.start()
        guard let port = server.boundPorts.first else { throw TestFailure("no port") }
        self.port = port
        self.files = files
    }

    package func stop() { server.stop(graceSeconds: 0) }

    /// All that came through so far.
    package var requests: [Request] { files.requests.withLock { $0 } }

    private final class Files: Endpoint {
        let requests = Mutex<[Request]>([])
        private let records: [Record]

        init(_ records: [Record]) { self.records = records }

        func respond(to request: Request) throws -> Response {
            requests.withLock { $0.append(request) }
            guard request.method == .get else { return Response(status: 200) }
            let type = request.pathParameters["type"] ?? ""
            var candidates = records.filter { $0.type == type || type.isEmpty }
            if let id = request.pathParameters["id"], let member = request.pathParameters["more"] {
                // `Patient/1/Observation`
                candidates = records.filter { $0.type == member && $0.parameters["patient"] == ["\(type)/\(id)"] }
            } else if let id = request.pathParameters["id"] {
                guard let found = candidates.first(where: { $0.id == id }) else { return Response(status: 404) }
                return Response(status: 200, headers: FHIRStandIn.fhirJSON, body: found.json.serialized())
            }
            let query = try FormParameters(parsing: request.query)
            if let types = query["_type"]?.split(separator: ",").map(String.init) {
                candidates.removeAll { !types.contains($0.type) }
            }
            let known = Set(candidates.flatMap { $0.parameters.keys }).union(["_id", "_count", "_type"])
            let asked = query.items.map { item in
                (name: String(item.name.prefix { $0 != ":" }), isNot: item.name.hasSuffix(":not"), value: item.value)
            }
            if request.headers["prefer"] == "handling=strict",
                let unknown = asked.first(where: { !known.contains($0.name) })
            {
                return .text(400, "unknown parameter \(unknown.name)")
            }
            let found = candidates.filter { record in
                asked.filter { known.contains($0.name) && $0.name != "_count" && $0.name != "_type" }.allSatisfy {
                    item in
                    let values = item.name == "_id" ? [record.id] : record.parameters[item.name] ?? []
                    let wanted = item.value.split(separator: ",").map(String.init)
                    return values.contains { value in wanted.contains { Self.isFound(value, by: $0) } } != item.isNot
                }
            }
            return Response(
                status: 200, headers: FHIRStandIn.fhirJSON, body: FHIRStandIn.bundle(found.map(\.json)).serialized())
        }

        /// A code without its system finds it in any; a reference may leave its type out.
        private static func isFound(_ value: String, by wanted: String) -> Bool {
            value == wanted || value.hasSuffix("|" + wanted) || value.hasSuffix("/" + wanted)
        }
    }
}
