import Policy
import SMART
import Storage
import Synchronization

/// What somebody may have, a person with an app or a client on its own: asked with each of their tokens, and kept as long as no
/// policy and no assignment changes.
final class HolderRights: Sendable {
    /// All that the answer depends on, beside the policies and who has which role.
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
        /// When the time of an assignment begins or ends next.
        let until: Int64?
    }

    private struct Known {
        let epoch: Int64
        var answers = BoundedCache<Question, Answer>(capacity: 10_000)
        /// By their texts: thousands of people have the same.
        var scopes = BoundedCache<String, ScopeSet>(capacity: 1000)
    }

    private let roles: RoleBook
    private let known = Mutex(Known(epoch: 0))
    /// What is longer is asked each time: nobody fills the memory with it.
    private static let longestScope = 2_048

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
        if let kept, kept.until.map({ now < $0 }) ?? true { return kept.scope }
        let entitlement = try holder.entitlement(scope: scope, patient: nil, edition, transaction, now: now)
        let carried = holder.carried(scope, entitlement, edition, isAdministration: isAdministration)
        // An epoch that is not committed yet may be another's later.
        if roles.isKnown(edition), question.scope.utf8.count <= Self.longestScope {
            keep(carried, until: entitlement.until, question, edition.epoch)
        }
        return carried
    }

    private func keep(_ scope: ScopeSet, until: Int64?, _ question: Question, _ epoch: Int64) {
        known.withLock { known in
            guard known.epoch <= epoch else { return }
            if known.epoch < epoch { known = Known(epoch: epoch) }
            let shared = known.scopes[scope.text] ?? scope
            known.scopes.insert(shared, for: scope.text)
            known.answers.insert(Answer(scope: shared, until: until), for: question)
        }
    }
}
