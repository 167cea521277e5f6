import Encoding
import Policy

/// One question: may this subject do that (AuthZEN Authorization API 1.0 §6.1).
struct Evaluation: Sendable {
    let subject: EvaluationSubject
    let judgement: RequestJudgement

    init(_ request: JSONObject) throws(EvaluationError) {
        let context = try EvaluationMembers.optional("context", of: request)
        subject = try EvaluationSubject(try EvaluationMembers("subject", of: request), context: context)
        let action = try EvaluationMembers("action", of: request).requiredText("name")
        let resource = try EvaluationMembers("resource", of: request)
        let type = try resource.requiredText("type")
        let id = try resource.text("id").flatMap { $0.isEmpty ? nil : $0 }
        let properties = try resource.object("properties")?.searchValues() ?? [:]
        let filtering = try Self.filtering(context)
        var judgement: RequestJudgement
        if let line = try context?.text("request") {
            judgement = RequestJudgement(
                line: line, body: try context?.text("request_body"), ifNoneExist: try context?.text("if_none_exist"),
                filtering: filtering)
            try Self.requireSame(judgement, action, type: type, id: id)
        } else {
            let action = try EvaluationAction(action, type: type, id: id, properties: properties)
            judgement = RequestJudgement(line: action.line, body: nil, ifNoneExist: nil, filtering: filtering)
        }
        judgement.resource = KnownResource(
            properties: properties,
            updated: try context?.object("resource")?.object("properties")?.searchValues())
        self.judgement = judgement
    }

    /// As a string of words or a list of them.
    private static func filtering(_ context: EvaluationMembers?) throws(EvaluationError) -> Filtering {
        guard let filtering = Filtering(try context?.words("filtering") ?? "") else {
            throw EvaluationError("context.filtering holds a word that is none of \(Filtering.words)")
        }
        return filtering
    }

    /// A request is decided for what it is. Who logs or caches the decision by action and resource must not be told of
    /// another than the one they name.
    private static func requireSame(
        _ judgement: RequestJudgement, _ action: String, type: String, id: String?
    ) throws(EvaluationError) {
        guard case .success(let asked) = judgement.request else { return }
        let isSame: Bool
        switch asked {
        case .bundle(let bundle): isSame = action == bundle.kind.rawValue && type == "Bundle" && id == nil
        case .single(let accesses):
            let action = try EvaluationAction(action, type: type, id: id, properties: [:])
            let named = RequestJudgement(line: action.line, body: nil, ifNoneExist: nil, filtering: [])
            guard case .success(.single(let own)) = named.request, let own = own.first, let first = accesses.first
            else { throw EvaluationError("action and resource are nothing that a FHIR request does") }
            isSame =
                first.interaction == own.interaction && first.operation == own.operation && first.id == own.id
                && (own.type == nil || first.type == own.type)
        }
        guard isSame else { throw EvaluationError("action and resource are not what context.request does") }
    }
}
