import Encoding
import Policy

/// Decisions in words, for administrators.
extension RequestOutcome {
    var words: String {
        switch self {
        case .single(let decision): decision.words
        case .bundle(let entries):
            isPermitted
                ? "Permitted, entry by entry." : "Denied: of \(entries.count) entries, not all are permitted."
        }
    }
}

extension RequestDecision {
    fileprivate var words: String {
        if let reason { return "Denied: \(reason.words)." }
        return remainders.allSatisfy(\.isNothing)
            ? "Permitted." : "Permitted for what meets the criteria of the decision, and shown as it says."
    }
}

extension DenialReason {
    fileprivate var words: String {
        switch self {
        case .tokenInactive: "the person or the app is stopped, so that no token is live"
        case .noRole: "no role that is held and stands allows it"
        case .scopeInsufficient: "a role allows it, and the scopes of the app do not"
        case .deniedByRule: "a rule denies it"
        case .purposeNotAllowed: "a role allows it for another purpose of use only"
        case .needsStepUp: "a role allows it with a second factor or from another network only"
        case .needsBreakGlass: "a rule denies it, and yields in an emergency only"
        case .needsFilter: "a role allows a part of it, and the caller cannot hold back the rest"
        case .requestNotUnderstood: "this is no FHIR request that can be decided"
        }
    }
}

extension Explanation.Step {
    var json: JSONObject {
        var object: JSONObject = ["kind": .string(kind.rawValue), "role": .string(role)]
        if !rule.isEmpty { object["rule"] = .string(rule) }
        object["text"] = .string(text)
        object["scope"] = scope.map { .string($0) }
        object["words"] = .string(words)
        return object
    }

    private var words: String {
        // A rule that a role has by another one it extends is named by where it is written.
        let inherited = rule.hasPrefix(role + "/") ? "" : " for \(role)"
        return switch kind {
        case .allows: "\(rule) allows \(text)\(inherited)" + (scope.map { ", within the granted \($0)" } ?? "")
        case .denies: "\(rule) denies \(text)\(inherited)"
        case .wouldAllow: "\(rule) would allow \(text)\(inherited), were it not for scope, purpose or requirements"
        case .roleInactive: "the role \(role) does not stand: it \(text)"
        }
    }
}
