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

    /// `standing`: of the token that the request comes with; nil where it is not active. A request that is not understood comes
    /// with what is wrong with it.
    func outcome(_ standing: TokenStanding?) -> RequestOutcome {
        guard let standing else { return .single(RequestDecision(denied: .tokenInactive)) }
        switch request {
        case .failure(let error):
            return .single(RequestDecision(denied: .requestNotUnderstood, detail: error.reason))
        case .success(let request):
            // Known of what the request is about, which is its first access. Of what it reads beside that nothing is.
            var known = resource
            var reasons: RefusalReasons?
            return RequestOutcome(request, filtering: filtering) { access in
                defer { known = KnownResource() }
                return Self.decision(access, known.versions(access, of: request), standing, &reasons)
            }
        }
    }

    /// Policy: each version of the resource must pass. Where more than one leaves something open, what is left to do is what is
    /// left of none known: it holds for all.
    private static func decision(
        _ access: FHIRAccess, _ versions: [KnownResource.Properties], _ standing: TokenStanding,
        _ reasons: inout RefusalReasons?
    ) -> Decision {
        guard let first = versions.first else { return decision(access, [:], standing, &reasons) }
        let decided = decision(access, first, standing, &reasons)
        guard versions.count > 1, case .permit = decided else { return decided }
        var areWhole = decided.isWhole
        for properties in versions.dropFirst() {
            let decided = decision(access, properties, standing, &reasons)
            guard case .permit = decided else { return decided }
            areWhole = areWhole && decided.isWhole
        }
        return areWhole ? decided : standing.compiled.permissions.decide(access)
    }

    /// `reasons`: made for the first refusal of the request.
    private static func decision(
        _ access: FHIRAccess, _ properties: KnownResource.Properties, _ standing: TokenStanding,
        _ reasons: inout RefusalReasons?
    ) -> Decision {
        let decision = standing.compiled.permissions.decide(access, properties: properties)
        guard case .deny = decision else { return decision }
        let known = reasons ?? RefusalReasons(standing.subject, standing.edition.policies)
        reasons = known
        return known.reasoned(decision, access, properties: properties)
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
