import Encoding
import HTTP
import SMART

/// `POST /introspect` (RFC 7662, checklist §11). The caller's own trouble is an error; the token's is
/// `{"active":false}` and nothing else, whatever the reason (IN-02).
///
/// Instead of `token` there can be many `tokens`, for whoever has a request with several, or warms a cache. The answer is
/// signed where `Accept` asks for that (RFC 9701).
struct IntrospectionEndpoint: OpportunisticEndpoint {
    let server: AuthorizationServer

    /// A hundred tokens of the longest that are issued (JW-03), and a request with its body.
    static let bodyLimit = 524_288

    private static let mostTokens = 100

    /// The whole answer where nothing has to be awaited.
    func immediateResponse(to request: Request) throws -> Response? {
        let form = try ProtocolForm.read(request, list: "tokens")
        guard let caller = try DecisionCaller.immediate(request, form, server) else { return nil }
        return try answer(request, form, caller)
    }

    func respond(to request: Request) async throws -> Response {
        let form = try ProtocolForm.read(request, list: "tokens")
        return try answer(request, form, try await DecisionCaller.waiting(request, form, server))
    }

    private func answer(_ request: Request, _ form: FormParameters, _ caller: DecisionCaller) throws -> Response {
        let body = try body(form, caller)
        guard Self.wantsSigned(request.headers) else { return .unstoredJSON(body) }
        let signed = try server.tokens.introspectionResponse(body, to: caller.client, now: server.clock.now)
        var response = Response(status: 200, headers: [("Content-Type", Self.signedType)], body: Array(signed.utf8))
        response.forbidStoring()
        return response
    }

    /// With `request`, the answer says too whether that FHIR request is permitted (policy, "Decisions").
    private func body(_ form: FormParameters, _ caller: DecisionCaller) throws -> [UInt8] {
        // An empty one has its place in the answer too: dropped, it would shift all that follow it.
        let tokens = form.allValues("tokens")
        guard !tokens.isEmpty else {
            guard let token = form["token"] else { throw OAuthError.missing("token") }
            return try answers(form, caller).answer(token)
        }
        guard form["token"] == nil else {
            throw OAuthError(.invalidRequest, "token and tokens exclude each other")
        }
        guard tokens.count <= Self.mostTokens else {
            throw OAuthError(.invalidRequest, "tokens is there more than \(Self.mostTokens) times")
        }
        let answers = try answers(form, caller)
        var budget = DecisionBudget()
        guard answers.judgement.map({ budget.allows($0, times: tokens.count) }) ?? true else {
            throw OAuthError(
                .invalidRequest, "tokens and request_body ask for more than \(DecisionBudget.most) decisions")
        }
        return try answers.answer(tokens)
    }

    private func answers(_ form: FormParameters, _ caller: DecisionCaller) throws -> TokenAnswers {
        TokenAnswers(server: server, caller: caller, judgement: try RequestJudgement(form))
    }

    private static let signedType = "application/token-introspection+jwt"

    /// RFC 9701 §4: only for who names the type. A range that happens to cover it asks for nothing signed.
    private static func wantsSigned(_ headers: Headers) -> Bool {
        guard headers.octets("accept") != nil else { return false }
        let accepted = AcceptedTypes(headers)
        guard let signed = accepted.named(signedType), signed > 0 else { return false }
        return signed >= accepted.weight("application/json")
    }
}
