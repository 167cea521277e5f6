import Encoding
import HTTP
import Policy

/// The revisions that a plan showed, by role, 0 where there was no policy: who puts files over the work of others says what
/// they saw of it, so that nothing is lost that came after (AD-09).
struct SeenRevisions: Sendable {
    private let revisions: [String: Int64]

    static let none = SeenRevisions(revisions: [:])

    private init(revisions: [String: Int64]) { self.revisions = revisions }

    init(_ plans: [PolicySeed.Plan]) {
        revisions = Dictionary(plans.map { ($0.policy.role.value, $0.revision) }) { first, _ in first }
    }

    /// Nil for what is no object of numbers.
    init?(_ json: JSON) {
        guard let object = json.objectValue else { return nil }
        var revisions: [String: Int64] = [:]
        for member in object.members {
            guard let revision = member.value.integerValue, revision >= 0 else { return nil }
            revisions[member.name] = revision
        }
        self.revisions = revisions
    }

    var json: JSON {
        .object(JSONObject(revisions.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
    }

    func require(_ plans: [PolicySeed.Plan]) throws {
        for plan in plans {
            let role = plan.policy.role.value
            if let seen = revisions[role] {
                guard seen != plan.revision else { continue }
                throw Problem(
                    status: 412, title: "A policy has changed",
                    detail: "\(role) has changed since revision \(seen) was seen: its revision is \(plan.revision) now."
                )
            }
            guard case .overwrite = plan.step else { continue }
            throw Problem(
                status: 428, title: "What was seen?",
                detail: "revisions must name the revision of \(role) that is overwritten, as the plan showed it.")
        }
    }
}
