import Encoding
import Policy
import SMART

/// A FHIR request to be decided, as introspection, AuthZEN and forward auth all decide it: one code path.
struct RequestJudgement: Sendable {
    /// Or why it is none that can be decided.
    let request: Result<FHIRRequest, FHIRRequestError>
    /// What the caller can do itself about what a decision leaves open.
    let filtering: Filtering
    /// What is known of the resource that the request is about.
    var resource = KnownResource()

    init(request: Result<FHIRRequest, FHIRRequestError>, filtering: Filtering) {
        self.request = request
        self.filtering = filtering
    }

    /// A line relative to the FHIR base, with the request's body and If-None-Exist where they are known.
    init(line: String, body: String?, ifNoneExist: String?, filtering: Filtering) {
        let octets = body.map { Array($0.utf8) }
        let request = Result { () throws(FHIRRequestError) in
            try FHIRRequest(line: line, body: octets, ifNoneExist: ifNoneExist)
        }
        self.init(request: request, filtering: filtering)
    }

    /// Method, address and If-None-Exist as a gateway has them, under the path of the FHIR base.
    init(method: String, path: String, under basePath: String, ifNoneExist: String?, filtering: Filtering) {
        let request = Result { () throws(FHIRRequestError) in
            try FHIRRequest(method: method, path: path, under: basePath, ifNoneExist: ifNoneExist)
        }
        self.init(request: request, filtering: filtering)
    }

    /// `standing`: of the token that the request comes with; nil where it is not active.
    func outcome(_ standing: TokenStanding?) -> RequestOutcome {
        guard let standing else { return .single(RequestDecision(denied: .tokenInactive)) }
        guard case .success(let request) = request else {
            return .single(RequestDecision(denied: .requestNotUnderstood))
        }
        let reasons = RefusalReasons(standing.subject, standing.edition.policies)
        // Known of what the request is about, which is its first access. Of what it reads beside that nothing is.
        var known = resource
        return RequestOutcome(request, filtering: filtering) { access in
            defer { known = KnownResource() }
            return decision(access, known.versions(access, of: request), standing, reasons)
        }
    }

    /// Policy: each version of the resource must pass. Where more than one leaves something open, what is left to do is what is
    /// left of none known: it holds for all.
    private func decision(
        _ access: FHIRAccess, _ versions: [KnownResource.Properties], _ standing: TokenStanding,
        _ reasons: RefusalReasons
    ) -> Decision {
        let permissions = standing.compiled.permissions
        var decisions: [Decision] = []
        for properties in versions {
            let decision = reasons.reasoned(
                permissions.decide(access, properties: properties), access, properties: properties)
            guard case .permit = decision else { return decision }
            decisions.append(decision)
        }
        if let only = decisions.first, decisions.count == 1 || decisions.allSatisfy(\.isWhole) { return only }
        return permissions.decide(access)
    }

    /// The answer's members. A request that is not understood comes with what is wrong with it.
    func json(_ standing: TokenStanding?) -> JSONObject {
        var object = outcome(standing).json
        if standing != nil, case .failure(let error) = request { object["detail"] = .string(error.reason) }
        return object
    }

    /// How many things are decided.
    var cost: Int {
        switch request {
        case .failure: 1
        case .success(.single(let accesses)): accesses.count
        case .success(.bundle(let bundle)): bundle.entries.reduce(1) { $0 + ((try? $1.get().count) ?? 1) }
        }
    }
}

extension RequestJudgement {
    /// `request`, `request_body`, `if_none_exist` and `filtering` of a form; nil without `request`. A filtering that is not
    /// known is the caller's mistake, and no reason to guess.
    init?(_ form: FormParameters) throws {
        guard let line = form["request"] else { return nil }
        guard let filtering = Filtering(form["filtering"] ?? "") else {
            throw OAuthError(.invalidRequest, "filtering holds a word that is none of \(Filtering.words)")
        }
        self.init(line: line, body: form["request_body"], ifNoneExist: form["if_none_exist"], filtering: filtering)
    }
}
