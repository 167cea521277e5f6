import Encoding
import HTTP

/// A small read-only FHIR server, written as its author would write it: `read` and `search`, each answer decided by
/// what introspection says of the token. It knows nothing else of the authorization server.
struct FHIREndpoint: Sendable {
    let base: String
    let records: FHIRRecords
    let introspection: TokenIntrospection
    /// Where the authorization server tells what `/metadata` says of it.
    let security: String

    var routes: [Route] {
        [
            Route(.get, "/fhir/metadata", Answer(metadata)),
            Route(.get, "/fhir/{type}", Answer(search)),
            Route(.get, "/fhir/{type}/{id}", Answer(read)),
            Route(.options, "/fhir/{type}", Answer { _ in Self.preflight }),
            Route(.options, "/fhir/{type}/{id}", Answer { _ in Self.preflight }),
        ]
    }

    /// FHIR R4 §3.1.0: open to everybody, and never without the addresses that tokens come from.
    @Sendable private func metadata(_ request: Request) async throws -> Response {
        guard let response = try? await introspection.outbound.get(security), response.status == 200,
            let security = try? JSON(parsing: response.body)
        else { throw FHIRFailure.unavailable }
        return Self.fhir(200, CapabilityStatement(base: base, security: security, types: records.types).json)
    }

    /// FHIR R4 §3.1.0.1: first the token, then the type, then the record; what the token may not see is not there.
    @Sendable private func read(_ request: Request) async throws -> Response {
        let access = try await introspection.access(of: request)
        let type = request.pathParameters["type"] ?? ""
        let record = records["\(type)/\(request.pathParameters["id"] ?? "")"]
        if let resource = record.flatMap({ access.visible($0, for: "r") }) { return Self.fhir(200, resource) }
        throw access.permits("r", type: type) ? FHIRFailure.notFound : FHIRFailure.forbidden("read", type)
    }

    /// FHIR R4 §3.1.1: the records that match and that the token may find.
    @Sendable private func search(_ request: Request) async throws -> Response {
        let access = try await introspection.access(of: request)
        let type = request.pathParameters["type"] ?? ""
        guard access.permits("s", type: type) else { throw FHIRFailure.forbidden("search", type) }
        guard records.types.contains(type) else { throw FHIRFailure.notFound }
        let criteria = try criteria(of: request)
        let found = records.all(type).filter { record in criteria.allSatisfy { $0.criterion.matches(record) } }
        let visible = found.compactMap { record in access.visible(record, for: "s").map { (record.reference, $0) } }
        return Self.fhir(200, bundle(visible, type: type, criteria: criteria))
    }

    private typealias Applied = (criterion: Criterion, name: String, text: String)

    /// FHIR R4 §3.1.1.2: unknown parameters are ignored, unless the client asks for strict handling.
    private func criteria(of request: Request) throws -> [Applied] {
        guard let form = try? FormParameters(parsing: request.query) else {
            throw FHIRFailure.invalid("The query cannot be read.")
        }
        let isStrict = request.headers["prefer"]?.contains("handling=strict") == true
        return try form.items.compactMap { item in
            guard let criterion = Criterion(item.name, item.value) else {
                if isStrict { throw FHIRFailure.invalid("This server does not search by \(item.name).") }
                return nil
            }
            return (criterion, item.name, item.value)
        }
    }

    /// The answer names the parameters that were applied, so that a client sees which were not.
    private func bundle(_ found: [(String, JSON)], type: String, criteria: [Applied]) -> JSON {
        let query = FormParameters(criteria.map { ($0.name, $0.text) }).serialized()
        let link = "\(base)/\(type)" + (query.isEmpty ? "" : "?\(query)")
        let entries = found.map { reference, resource -> JSON in
            ["fullUrl": .string("\(base)/\(reference)"), "resource": resource, "search": ["mode": "match"]]
        }
        return [
            "resourceType": "Bundle", "type": "searchset", "total": .integer(Int64(found.count)),
            "link": [["relation": "self", "url": .string(link)]], "entry": .array(entries),
        ]
    }

    /// Browser apps call from their own origins; the token is the only credential, so any origin may ask.
    static func fhir(_ status: Int, _ json: JSON) -> Response {
        Response(
            status: status,
            headers: [
                ("Content-Type", "application/fhir+json; charset=utf-8"), ("Cache-Control", "no-store"),
                ("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "WWW-Authenticate"),
            ],
            body: json.serialized())
    }

    private static let preflight = Response(
        status: 204,
        headers: [
            ("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "GET"),
            ("Access-Control-Allow-Headers", "Authorization, Accept, Prefer"), ("Access-Control-Max-Age", "600"),
        ])
}

extension FHIREndpoint {
    /// One interaction; what it throws becomes an `OperationOutcome`.
    struct Answer: Endpoint {
        let body: @Sendable (Request) async throws -> Response

        init(_ body: @escaping @Sendable (Request) async throws -> Response) { self.body = body }

        func respond(to request: Request) async throws -> Response {
            do { return try await body(request) } catch let failure as FHIRFailure { return failure.response }
        }
    }
}
