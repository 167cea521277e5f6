import Policy
import SMART
import Storage

/// AD-07 for role policies: a policy that gives or takes rights to this server's own API, before a change or after it, is changed
/// only by who holds those rights. Made before the change, asked after it, in one transaction.
struct PolicyConcern {
    private let caller: AdministrationCaller
    private let book: RoleBook
    private let before: PolicySet
    private let administrators: RemainingAdministrator

    init(
        _ request: AdministrationRequest, _ book: RoleBook, _ transaction: borrowing WriteTransaction, now: Int64
    ) throws {
        caller = request.caller
        self.book = book
        before = try book.edition(transaction).policies
        administrators = try RemainingAdministrator(request, book, transaction, now: now)
    }

    func require(of roles: [String], _ transaction: borrowing WriteTransaction) throws {
        let after = try book.edition(transaction).policies
        let changed = Set(roles.compactMap(RoleName.init))
        for policies in [before, after] {
            // What a role requires of its holders, those that extend it require too: they change with it.
            for version in policies.all
            where changed.contains(version.policy.role) || !version.ancestors.isDisjoint(with: changed) {
                try caller.requireRights(version.ownRightsGiven.union(version.ownRightsDenied).normalForm, transaction)
            }
        }
        try administrators.requireOne(transaction)
    }
}
