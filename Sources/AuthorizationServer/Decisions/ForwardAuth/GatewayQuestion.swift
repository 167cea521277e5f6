import Encoding
import HTTP
import Policy
import SMART

/// What a gateway asks: about which request, for which FHIR server, and what it can do itself.
struct GatewayQuestion: Sendable {
    let fhirServer: FHIRServer
    let judgement: RequestJudgement

    init(_ request: Request, _ settings: ForwardAuth, prefix: String, _ servers: [FHIRServer]) throws {
        let original = try OriginalRequest(request, prefix: prefix)
        // Behind the prefix, the query is the original one.
        let isPrefixed = request.path.utf8.count > prefix.utf8.count
        fhirServer = try Self.fhirServer(request, isPrefixed ? nil : Self.ownQuery(request), servers)
        let filtering = try Self.filtering(request).intersection(settings.filtering)
        if let error = Self.error(request) {
            judgement = RequestJudgement(request: .failure(error), filtering: filtering)
        } else {
            judgement = RequestJudgement(
                method: original.method, path: original.uri, under: fhirServer.base.path,
                ifNoneExist: request.headers["if-none-exist"], filtering: filtering)
        }
    }

    /// What some servers take for the method, in place of the one that is decided.
    static let methodOverrides = ["x-http-method-override", "x-http-method", "x-method-override"]

    /// What the app's own fields make of the request, before it is read: these are its own fault, and no gateway's. Whichever of
    /// two `If-None-Exist` the FHIR server takes, it might be the other (R4 §3.1.0.8.1).
    private static func error(_ request: Request) -> FHIRRequestError? {
        if methodOverrides.contains(where: { request.headers[$0] != nil }) { return .method }
        return request.headers.isRepeated("if-none-exist") ? .ifNoneExist : nil
    }

    /// `?fhir=<id>` in the address that the gateway calls. Anything else there is the app's query, gone astray.
    private static func ownQuery(_ request: Request) throws -> String? {
        let query: FormParameters
        do { query = try FormParameters(parsing: request.query) } catch {
            throw OriginalRequest.problem("The query cannot be read.")
        }
        guard query.repeated == nil, query.items.allSatisfy({ $0.name == "fhir" }) else {
            throw OriginalRequest.problem("The query of this address holds nothing but fhir, once.")
        }
        return query["fhir"]
    }

    /// By the address or by X-FHIR-Base, and where both name one, the same. Only where there is but one it need not be named: a
    /// gateway that has several names it each time, over what an app may have sent.
    private static func fhirServer(
        _ request: Request, _ id: String?, _ servers: [FHIRServer]
    ) throws -> FHIRServer {
        let base = try once("x-fhir-base", request)
        let fitting = servers.filter { server in
            (id.map { server.id.hasSameOctets(as: $0) } ?? true)
                && (base.map { FHIRBaseURL($0) == server.base } ?? true)
        }
        guard id != nil || base != nil || servers.count == 1, fitting.count == 1, let only = fitting.first else {
            throw OriginalRequest.problem("It is not clear for which FHIR server this is: see fhir and X-FHIR-Base.")
        }
        return only
    }

    /// Nothing, unless the gateway says so.
    private static func filtering(_ request: Request) throws -> Filtering {
        guard let filtering = Filtering(try once("x-fhir-filtering", request) ?? "") else {
            throw OriginalRequest.problem("X-FHIR-Filtering holds a word that is none of \(Filtering.words).")
        }
        return filtering
    }

    private static func once(_ name: String, _ request: Request) throws -> String? {
        guard !request.headers.isRepeated(name) else {
            throw OriginalRequest.problem("\(name) is there more than once.")
        }
        return request.headers[name]
    }
}
