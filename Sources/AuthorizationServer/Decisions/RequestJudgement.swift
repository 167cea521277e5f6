import Encoding
import Policy
import SMART

/// A FHIR request to be decided, as introspection, AuthZEN and forward auth all decide it: one code path.
struct RequestJudgement: Sendable {
    /// Or why it is none that can be decided.
    let request: Result<FHIRRequest, FHIRRequestError>
    /// What the caller can do itself about what a decision leaves open.
    let filtering: Filtering
    /// What is known of the resource, by search parameter.
    var properties: [String: [String]] = [:]

    /// `standing`: of the token that the request comes with; nil where it is not active.
    func outcome(_ standing: TokenStanding?) -> RequestOutcome {
        guard let standing else { return .single(RequestDecision(denied: .tokenInactive)) }
        guard case .success(let request) = request else {
            return .single(RequestDecision(denied: .requestNotUnderstood))
        }
        return RequestOutcome(request, filtering: filtering) { access in
            let decision = standing.compiled.permissions.decide(access, properties: properties)
            return Explanation.reasoned(
                decision, access, standing.subject, standing.edition.policies, properties: properties)
        }
    }

    /// The answer's members. A request that is not understood comes with what is wrong with it.
    func json(_ standing: TokenStanding?) -> JSONObject {
        var object = outcome(standing).json
        if standing != nil, case .failure(let error) = request { object["detail"] = .string(error.reason) }
        return object
    }
}

extension RequestJudgement {
    /// `request`, `request_body`, `if_none_exist` and `filtering` of a form; nil without `request`. A filtering that is not
    /// known is the caller's mistake, and no reason to guess.
    init?(_ form: FormParameters) throws {
        guard let line = form["request"] else { return nil }
        guard let filtering = Filtering(form["filtering"] ?? "") else {
            let known = Filtering.byWord.keys.sorted().joined(separator: ", ")
            throw OAuthError(.invalidRequest, "filtering holds a word that is none of \(known)")
        }
        self.filtering = filtering
        let body = form["request_body"].map { Array($0.utf8) }
        let ifNoneExist = form["if_none_exist"]
        request = Result { () throws(FHIRRequestError) in
            try FHIRRequest(line: line, body: body, ifNoneExist: ifNoneExist)
        }
    }
}
