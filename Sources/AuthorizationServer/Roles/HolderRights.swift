import Policy
import SMART
import Storage
import Synchronization

/// What somebody may have, a person with an app or a client on its own: asked with each of their tokens, and kept as long as
/// no policy and no assignment changes.
final class HolderRights: Sendable {
    /// All that the answer depends on, beside the time, the policies and who has which role.
    private struct Question: Hashable {
        let userID: Int64?
        let fhirUser: String?
        let clientID: String
        let scope: String
        let purpose: PurposeOfUse?
        let acr: String?
        let address: String?
        let isAdministration: Bool
    }

    private struct Answer {
        let scope: ScopeSet
        /// When it was asked: a clock that was ahead of its time has seen roles that do not stand yet.
        let since: Int64
        /// When the time of an assignment begins or ends next.
        let until: Int64?

        func holds(at now: Int64) -> Bool { since <= now && until.map { now < $0 } ?? true }
    }

    private struct Known {
        let epoch: Int64
        /// By the octets of their texts; what was read of a text takes some ten times as much.
        var answers = BoundedCache<Question, Answer>(capacity: 10_000, octets: 2 << 20)
        /// By their texts: thousands of people have the same.
        var scopes = BoundedCache<String, ScopeSet>(capacity: 1000)
    }

    private let roles: RoleBook
    private let known = Mutex(Known(epoch: 0))

    init(_ roles: RoleBook) { self.roles = roles }

    func carried(
        _ scope: ScopeSet, by holder: RoleHolder, isAdministration: Bool, _ transaction: borrowing WriteTransaction,
        now: Int64
    ) throws(StorageError) -> ScopeSet {
        let edition = try roles.edition(transaction)
        let question = Question(
            userID: holder.user?.id, fhirUser: holder.user?.fhirUser, clientID: holder.clientID, scope: scope.text,
            purpose: holder.purpose, acr: holder.acr, address: holder.address, isAdministration: isAdministration)
        let kept = known.withLock { $0.epoch == edition.epoch ? $0.answers[question] : nil }
        if let kept, kept.holds(at: now) { return kept.scope }
        let entitlement = try holder.entitlement(scope: scope, patient: nil, edition, transaction, now: now)
        let carried = holder.carried(scope, entitlement, edition, isAdministration: isAdministration)
        // An epoch that is not committed yet may be another's later.
        if roles.isKnown(edition) {
            keep(Answer(scope: carried, since: now, until: entitlement.until), question, edition.epoch)
        }
        return carried
    }

    private func keep(_ answer: Answer, _ question: Question, _ epoch: Int64) {
        known.withLock { known in
            guard known.epoch <= epoch else { return }
            if known.epoch < epoch { known = Known(epoch: epoch) }
            let text = answer.scope.text
            let shared = known.scopes[text]
            if shared == nil { known.scopes.insert(answer.scope, for: text) }
            known.answers.insert(
                Answer(scope: shared ?? answer.scope, since: answer.since, until: answer.until), for: question,
                octets: question.scope.utf8.count + text.utf8.count)
        }
    }
}
