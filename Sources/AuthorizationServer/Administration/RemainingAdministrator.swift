import Policy
import SMART
import Storage

/// AD-07: the last administrator is not removed, disabled or stripped. An administrator is an enabled person who may assign roles,
/// by a role in force: with one, every other can be made again. Made before a change, asked after it, in one transaction.
struct RemainingAdministrator {
    private let mayInsist: Bool
    private let isInsisting: Bool
    private let book: RoleBook
    private let now: Int64
    private let wasThere: Bool

    /// Throws where `force` is no flag, whether it would be needed or not.
    init(
        _ request: AdministrationRequest, _ book: RoleBook, _ transaction: borrowing WriteTransaction, now: Int64
    ) throws {
        mayInsist = if case .operator = request.caller { true } else { false }
        isInsisting = try request.flag("force")
        self.book = book
        self.now = now
        wasThere = try transaction.hasAdministrator(book, now: now)
    }

    /// Where nobody was one before, nobody is missed. The operator of the system, who can make another, may insist.
    func requireOne(_ transaction: borrowing WriteTransaction) throws {
        guard wasThere, try !transaction.hasAdministrator(book, now: now) else { return }
        guard mayInsist else { throw Self.problem("") }
        guard isInsisting else { throw Self.problem(" With force=true it is done all the same.") }
    }

    private static func problem(_ hint: String) -> Problem {
        Problem(
            status: 409, title: "The last administrator",
            detail: "After this nobody could assign roles: give somebody else auth/RoleAssignment.c first." + hint)
    }
}

extension WriteTransaction {
    fileprivate borrowing func hasAdministrator(_ book: RoleBook, now: Int64) throws(StorageError) -> Bool {
        let policies = try book.edition(self).policies
        for role in policies.all where role.ownRightsGiven.covers(.assigningRoles, reading: .role) {
            var after: Int64?
            repeat {
                let page = try roleAssignments(
                    RoleAssignmentFilter(role: role.policy.role.value), after: after, limit: 500)
                for assignment in page where assignment.isValid(at: now) {
                    if try hasAdministrator(assignment.subject, book, now: now) { return true }
                }
                after = page.last?.id
            } while after != nil
        }
        return false
    }

    private borrowing func hasAdministrator(
        _ subject: RoleSubject, _ book: RoleBook, now: Int64
    ) throws(StorageError) -> Bool {
        switch subject {
        case .client: return false
        case .user(let id): return try isAdministrator(id, book, now: now)
        case .group(let name):
            var after: Int64?
            repeat {
                let page = try groupMembers(name, after: after, limit: 500)
                for id in page where try isAdministrator(id, book, now: now) { return true }
                after = page.last
            } while after != nil
            return false
        }
    }

    /// However they have to sign in for it.
    private borrowing func isAdministrator(_ id: Int64, _ book: RoleBook, now: Int64) throws(StorageError) -> Bool {
        guard let user = try user(id: id), user.disabledAt == nil else { return false }
        let edition = try book.edition(self)
        let holder = RoleHolder(user: user, clientID: "", acr: RoleHolder.multiFactor, address: nil)
        var subject = try holder.entitlement(
            scope: .assigningRoles, patient: nil, edition, self, now: now
        ).subject
        subject.isInside = { _ in true }
        return edition.policies.ownRights(of: subject).covers(.assigningRoles, reading: .role)
    }
}
