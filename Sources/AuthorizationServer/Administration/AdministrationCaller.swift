import Policy
import SMART
import Storage

/// Who acts in the administration.
enum AdministrationCaller: Sendable {
    /// Whoever can open the local socket: the operator of this system, who may do everything.
    case `operator`
    /// The holder of a token for the administration: a person with an app, or a client on its own.
    case holder(TokenHolder)

    struct TokenHolder: Sendable {
        /// `sub` of the person, or the client's id.
        let name: String
        let clientID: String
        let roles: RoleHolder
        let scope: ScopeSet
        let book: RoleBook
        /// When the request was let in.
        let now: Int64
        /// When the person signed in; nil for a client on its own.
        let authTime: Int64?
        let grantID: Int64
    }

    /// As audit records name them.
    var name: String {
        switch self {
        case .operator: "operator"
        case .holder(let holder): holder.name
        }
    }

    var isOperator: Bool { if case .operator = self { true } else { false } }

    /// With which app; nil for the operator.
    var clientID: String? {
        if case .holder(let holder) = self { holder.clientID } else { nil }
    }
}

extension AdministrationCaller.TokenHolder {
    /// Whether the grant, its client and its person are as they were when the request was let in.
    func isStanding(_ transaction: borrowing some Reading & ~Copyable) throws(StorageError) -> Bool {
        guard try transaction.grantEnd(grantID) != nil, try transaction.isClientEnabled(clientID) else { return false }
        guard let userID = try transaction.grant(grantID)?.userID else { return true }
        guard let user = try transaction.user(id: userID) else { return false }
        return user.disabledAt == nil
    }

    /// With the roles that are held as the transaction sees them: no token outlives what is taken from its holder.
    func standing(
        _ transaction: borrowing some Reading & ~Copyable
    ) throws(StorageError) -> (policies: PolicySet, subject: Subject) {
        let edition = try book.edition(transaction)
        let entitlement = try roles.entitlement(scope: scope, patient: nil, edition, transaction, now: now)
        return (edition.policies, entitlement.subject)
    }
}
