package import Encoding
package import HTTP
import Synchronization

/// A small FHIR server on a socket of its own: answers by path and query as a test wrote it down, and keeps what it is asked.
package final class FHIRStandIn: Sendable {
    package enum Behaviour: Sendable {
        /// The records below, as FHIR has them.
        case normal
        /// This, whatever is asked.
        case answer(status: Int, headers: [(String, String)], body: String)
        /// Takes the connection and never answers.
        case hang
    }

    package static let fhirJSON = [("Content-Type", "application/fhir+json; charset=utf-8")]

    private let records: Records
    private let server: Server
    package let base: String

    /// `patients`: id and family name; each has an encounter `e` + id.
    package init(patients: [(String, String)]) throws {
        let records = Records(patients)
        let routes = ["Patient", "Encounter"].flatMap { type in
            [Route(.get, "/fhir/\(type)", records), Route(.get, "/fhir/\(type)/{id}", records)]
        }
        let router = try Router(routes + [Route(.get, "/elsewhere", records)]) { error, _ in .text(500, "\(error)") }
        var configuration = ServerConfiguration()
        configuration.threads = 1
        server = try Server(
            [Listener(address: .tcp(host: "127.0.0.1", port: 0), tls: nil, router: router)],
            configuration: configuration, log: { _ in })
        try server.start()
        guard let port = server.boundPorts.first else { throw TestFailure("no port") }
        base = "http://127.0.0.1:\(port)/fhir"
        records.setBase(base)
        self.records = records
    }

    package func stop() { server.stop(graceSeconds: 0) }

    package func behave(_ behaviour: Behaviour) { records.behave(behaviour) }

    /// All requests so far.
    package var requests: [Request] { records.requests }

    /// The access tokens that came with them.
    package var tokens: [String] {
        requests.compactMap { $0.headers["authorization"]?.components(after: "Bearer ") }
    }

    /// Their paths and queries.
    package var asked: [String] {
        requests.map { $0.path + ($0.query.isEmpty ? "" : "?" + String(decoding: $0.query, as: UTF8.self)) }
    }

    package static func patient(_ id: String, _ family: String) -> JSON {
        [
            "resourceType": "Patient", "id": .string(id), "birthDate": "2001-02-03",
            "name": [["family": .string(family), "given": ["Live"]]],
        ]
    }

    package static func encounter(_ id: String, of patient: String) -> JSON {
        [
            "resourceType": "Encounter", "id": .string(id), "status": "in-progress",
            "subject": ["reference": .string("Patient/\(patient)")],
        ]
    }

    package static func bundle(_ resources: [JSON], next: String? = nil) -> JSON {
        var bundle: JSONObject = [
            "resourceType": "Bundle", "type": "searchset", "entry": .array(resources.map { ["resource": $0] }),
        ]
        if let next { bundle["link"] = [["relation": "next", "url": .string(next)]] }
        return .object(bundle)
    }

    private final class Records: Endpoint {
        private struct State {
            var behaviour = Behaviour.normal
            var requests: [Request] = []
            var base = ""
        }

        private let patients: [(id: String, family: String)]
        private let state = Mutex(State())

        init(_ patients: [(String, String)]) { self.patients = patients.map { (id: $0.0, family: $0.1) } }

        var requests: [Request] { state.withLock { $0.requests } }
        func behave(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }
        func setBase(_ base: String) { state.withLock { $0.base = base } }

        func respond(to request: Request) async throws -> Response {
            let (behaviour, base) = state.withLock { state in
                state.requests.append(request)
                return (state.behaviour, state.base)
            }
            switch behaviour {
            case .normal: return try normal(request, base)
            case .answer(let status, let headers, let body):
                return Response(status: status, headers: headers, body: Array(body.utf8))
            case .hang:
                try await Task.sleep(for: .seconds(30))
                return Response(status: 200)
            }
        }

        private func normal(_ request: Request, _ base: String) throws -> Response {
            let query = try FormParameters(parsing: request.query)
            let isPatient = request.path.hasPrefix("/fhir/Patient")
            if let id = request.path.split(separator: "/").dropFirst(2).first.map(String.init) {
                let patientID = isPatient ? id : String(id.dropFirst())
                guard let found = patients.first(where: { $0.id == patientID }) else { return Response(status: 404) }
                return fhir(
                    isPatient ? FHIRStandIn.patient(id, found.family) : FHIRStandIn.encounter(id, of: patientID))
            }
            guard isPatient else {
                let patient = query["patient"] ?? ""
                let all = patients.filter { $0.id == patient }.map { FHIRStandIn.encounter("e\($0.id)", of: $0.id) }
                return fhir(FHIRStandIn.bundle(all))
            }
            let ids = query["_id"]?.split(separator: ",").map(String.init)
            let fitting = patients.filter { patient in
                (ids?.contains(patient.id) ?? true)
                    && query.values("name").allSatisfy { patient.family.lowercased().hasPrefix($0.lowercased()) }
            }
            let from = Int(query["from"] ?? "0") ?? 0, count = Int(query["_count"] ?? "20") ?? 20
            let shown = fitting.dropFirst(from).prefix(count)
            let isCut = fitting.count > from + count
            return fhir(
                FHIRStandIn.bundle(
                    shown.map { FHIRStandIn.patient($0.id, $0.family) },
                    next: isCut ? "\(base)/Patient?from=\(from + count)&_count=\(count)" : nil))
        }

        private func fhir(_ json: JSON) -> Response {
            Response(status: 200, headers: FHIRStandIn.fhirJSON, body: json.serialized())
        }
    }
}
