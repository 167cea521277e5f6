import Encoding

/// Many questions at once, with defaults for what they share (AuthZEN Authorization API 1.0 §7.1).
struct EvaluationBatch: Sendable {
    /// §7.1.2: where to stop.
    enum Semantic: String, Sendable, CaseIterable {
        case executeAll = "execute_all"
        case denyOnFirstDeny = "deny_on_first_deny"
        case permitOnFirstPermit = "permit_on_first_permit"

        func ends(with decision: Bool) -> Bool {
            switch self {
            case .executeAll: false
            case .denyOnFirstDeny: !decision
            case .permitOnFirstPermit: decision
            }
        }
    }

    private static let most = 100

    private let items: [JSONObject]
    private let defaults: JSONObject
    private let semantic: Semantic

    /// Nil without questions of its own: then the request is a single one (§7.1).
    init?(_ request: JSONObject) throws(EvaluationError) {
        guard let evaluations = request["evaluations"] else { return nil }
        guard let list = evaluations.arrayValue else { throw EvaluationError("evaluations must be a list") }
        if list.isEmpty { return nil }
        guard list.count <= Self.most else { throw EvaluationError("evaluations has more than \(Self.most) items") }
        items = list.compactMap(\.objectValue)
        guard items.count == list.count else { throw EvaluationError("evaluations must hold objects") }
        var defaults = JSONObject()
        for name in Self.entities { defaults[name] = request[name] }
        self.defaults = defaults
        semantic = try Self.semantic(request["options"])
    }

    private static let entities = ["subject", "action", "resource", "context"]

    private static func semantic(_ options: JSON?) throws(EvaluationError) -> Semantic {
        guard let options else { return .executeAll }
        guard options.objectValue != nil else { throw EvaluationError("options must be an object") }
        guard let value = options["evaluations_semantic"] else { return .executeAll }
        guard let semantic = value.stringValue.flatMap(Semantic.init) else {
            let known = Semantic.allCases.map(\.rawValue).joined(separator: ", ")
            throw EvaluationError("options.evaluations_semantic must be one of \(known)")
        }
        return semantic
    }

    /// In order, up to where the semantic stops. What is wrong with one is a decision of its own, false.
    func answer(_ decision: EvaluationDecision, to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.name("evaluations")
        writer.beginArray()
        var budget = DecisionBudget()
        for item in items {
            let isPermitted = try answer(item, decision, &budget, to: &writer)
            if semantic.ends(with: isPermitted) { break }
        }
        writer.endArray()
        writer.endObject()
    }

    private func answer(
        _ item: JSONObject, _ decision: EvaluationDecision, _ budget: inout DecisionBudget, to writer: inout JSONWriter
    ) throws -> Bool {
        do {
            let evaluation = try Evaluation(completed(item))
            guard budget.allows(evaluation.judgement) else {
                throw EvaluationError("the request asks for more than \(DecisionBudget.most) decisions")
            }
            return try decision.answer(evaluation, to: &writer)
        } catch let error as EvaluationError {
            writer.value(error.json)
            return false
        }
    }

    /// §7.1.1: what an item says itself stands in place of the default, whole.
    private func completed(_ item: JSONObject) -> JSONObject {
        var request = defaults
        for name in Self.entities { if let own = item[name] { request[name] = own } }
        return request
    }
}
