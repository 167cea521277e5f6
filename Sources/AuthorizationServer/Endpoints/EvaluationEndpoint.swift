import Encoding
import HTTP
import SMART

/// `POST /access/v1/evaluation` and `/access/v1/evaluations` (AuthZEN Authorization API 1.0 §10.1), for those who may
/// introspect. A body has no room for a client's assertion: who signs shows a bearer token, with the scope `auth/Token.r`.
struct EvaluationEndpoint: OpportunisticEndpoint {
    let server: AuthorizationServer
    let takesMany: Bool

    /// As much as a request with a Bundle for each question could have.
    static let bodyLimit = 524_288

    func immediateResponse(to request: Request) throws -> Response? {
        do {
            guard let caller = try DecisionCaller.immediate(request, FormParameters(), server) else { return nil }
            return echoing(request, try answer(request, caller))
        } catch {
            return echoing(request, server.errors.response(to: error, request))
        }
    }

    func respond(to request: Request) async throws -> Response {
        do {
            let caller = try await DecisionCaller.waiting(request, FormParameters(), server)
            return echoing(request, try answer(request, caller))
        } catch {
            return echoing(request, server.errors.response(to: error, request))
        }
    }

    private func answer(_ request: Request, _ caller: DecisionCaller) throws -> Response {
        let object = try Self.object(request)
        let decision = EvaluationDecision(server: server, caller: caller)
        do {
            var writer = JSONWriter()
            try answer(object, decision, to: &writer)
            return .unstoredJSON(writer.bytes)
        } catch let error as EvaluationError {
            throw error.problem
        }
    }

    private func answer(
        _ object: JSONObject, _ decision: EvaluationDecision, to writer: inout JSONWriter
    ) throws {
        if takesMany, let batch = try EvaluationBatch(object) { return try batch.answer(decision, to: &writer) }
        let evaluation = try Evaluation(object)
        var budget = DecisionBudget()
        guard budget.allows(evaluation.judgement) else {
            throw EvaluationError("context.request_body asks for more than \(DecisionBudget.most) decisions")
        }
        _ = try decision.answer(evaluation, to: &writer)
    }

    private static func object(_ request: Request) throws -> JSONObject {
        let type = request.headers["content-type"]?.split(separator: ";").first ?? ""
        guard type.lowercased().filter({ $0 != " " }) == "application/json" else {
            throw Problem(status: 400, title: "Not JSON", detail: "Content-Type must be application/json.")
        }
        guard let object = try request.json().objectValue else {
            throw Problem(status: 400, title: "Not an object", detail: "The body must be one JSON object.")
        }
        return object
    }

    /// §10.1.3: the caller's own name for the request, where it is one that a header can hold.
    private func echoing(_ request: Request, _ response: Response) -> Response {
        guard !request.headers.isRepeated("x-request-id"), let id = request.headers["x-request-id"],
            (1...128).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return response }
        var response = response
        response.set("X-Request-ID", id)
        return response
    }
}
