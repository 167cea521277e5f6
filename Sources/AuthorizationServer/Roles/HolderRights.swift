import Policy
import SMART
import Storage
import Synchronization

/// What clients on their own may have, asked with each of their tokens and kept as long as no policy and no assignment
/// changes.
final class ClientRights: Sendable {
    private struct Question: Hashable {
        let clientID: String
        let scope: String
        let purpose: PurposeOfUse?
        let address: String?
        let isAdministration: Bool
    }

    private struct Answer {
        let scope: ScopeSet
        /// When the time of an assignment begins or ends next.
        let until: Int64?
    }

    private let roles: RoleBook
    private let known = Mutex<(epoch: Int64, answers: [Question: Answer])>((0, [:]))
    private static let capacity = 10_000
    /// What is longer is asked each time: nobody fills the memory with it.
    private static let longestScope = 2_048

    init(_ roles: RoleBook) { self.roles = roles }

    func carried(
        _ scope: ScopeSet, by holder: RoleHolder, isAdministration: Bool, _ transaction: borrowing WriteTransaction,
        now: Int64
    ) throws(StorageError) -> ScopeSet {
        let edition = try roles.edition(transaction)
        let question = Question(
            clientID: holder.clientID, scope: scope.text, purpose: holder.purpose, address: holder.address,
            isAdministration: isAdministration)
        let kept = known.withLock { $0.epoch == edition.epoch ? $0.answers[question] : nil }
        if let kept, kept.until.map({ now < $0 }) ?? true { return kept.scope }
        let entitlement = try holder.entitlement(scope: scope, patient: nil, edition, transaction, now: now)
        let carried = holder.carried(scope, entitlement, edition, isAdministration: isAdministration)
        // An epoch that is not committed yet may be another's later.
        if roles.isKnown(edition), question.scope.utf8.count <= Self.longestScope {
            keep(Answer(scope: carried, until: entitlement.until), question, edition.epoch)
        }
        return carried
    }

    private func keep(_ answer: Answer, _ question: Question, _ epoch: Int64) {
        known.withLock { known in
            if known.epoch < epoch { known = (epoch, [:]) }
            guard known.epoch == epoch else { return }
            if known.answers.count >= Self.capacity { known.answers.removeAll(keepingCapacity: true) }
            known.answers[question] = answer
        }
    }
}
