import Policy
import SMART
import Storage

/// AD-07: nobody gives themselves or another a right to this server's own API that they do not hold. Whatever gives one asks
/// here, in the transaction that gives it.
extension AdministrationCaller {
    /// The operator of the system may give everything. `given`: of which the caller must hold all, by the token and by the roles
    /// that stand now.
    func requireRights(_ given: ScopeSet, _ transaction: borrowing some Reading & ~Copyable) throws {
        guard case .holder(let holder) = self else { return }
        // Also where nothing is given: whoever was stopped since the request came in gives nothing more (SE-06).
        guard try holder.isStanding(transaction) else { throw AdministrationRefusal.invalidToken }
        let (policies, subject) = try holder.standing(transaction)
        let missing = given.subtracting(policies.ownRights(of: subject)).kept
        guard missing.isEmpty else { throw AdministrationRefusal.beyondOwnRights(missing) }
    }
}

extension AdministrationCaller {
    /// What the caller holds now; nil: everything, as the operator does. Asked before a change that could give them more.
    func ownRights(_ transaction: borrowing some Reading & ~Copyable) throws(StorageError) -> ScopeSet? {
        guard case .holder(let holder) = self else { return nil }
        let (policies, subject) = try holder.standing(transaction)
        return policies.ownRights(of: subject)
    }

    /// Whoever puts many things in place at once holds all that any of them can give. `held`: what they held before.
    static func requireRights(_ given: ScopeSet, among held: ScopeSet?) throws {
        guard let held else { return }
        let missing = given.subtracting(held).kept
        guard missing.isEmpty else { throw AdministrationRefusal.beyondOwnRights(missing) }
    }
}

extension Reading where Self: ~Copyable {
    /// All that any role that there is can give, and the right to give roles.
    func ownRightsOfAllRoles(_ book: RoleBook) throws(StorageError) -> ScopeSet {
        try book.edition(self).policies.all.map(\.ownRightsGiven)
            .reduce(ScopeSet.assigningRoles) { $0.union($1) }.normalForm
    }
}

extension ScopeSet {
    /// Who makes somebody have roles in another way than by an assignment needs the right to assign them.
    static let assigningRoles = ScopeSet(parsing: "auth/RoleAssignment.c")
}

extension ClientMetadata {
    /// What of this server's own API a client has by its registration, or a person who uses it may have through it. What resource
    /// servers ask about tokens of their own audiences (lessons I2) comes with what they are.
    var ownRights: ScopeSet {
        let rights = ScopeSet(scope.resources(level: .auth).map(Scope.resource))
        return isResourceServer ? rights.subtracting(ScopeSet(parsing: "auth/Token.r")).kept : rights
    }
}

extension Reading where Self: ~Copyable {
    /// All that the roles of a person, their own and their groups', can give: also those whose time has not come.
    func ownRights(ofUser id: Int64, _ book: RoleBook) throws(StorageError) -> ScopeSet {
        try ownRights(roleAssignments(userID: id), book, \.ownRightsGiven)
    }

    /// What the roles of a group give to who is in it, or take.
    func ownRights(
        ofGroup name: String, _ book: RoleBook, _ rights: (ResolvedRole) -> ScopeSet
    ) throws(StorageError) -> ScopeSet {
        try ownRights(roleAssignments(ofGroup: name), book, rights)
    }

    func roleAssignments(ofGroup name: String) throws(StorageError) -> [StoredRoleAssignment] {
        var all: [StoredRoleAssignment] = []
        var after: Int64?
        repeat {
            let page = try roleAssignments(RoleAssignmentFilter(subject: .group(name)), after: after, limit: 500)
            all += page
            after = page.count == 500 ? page.last?.id : nil
        } while after != nil
        return all
    }

    /// What somebody has again when an assignment ends: what its role denies and another of theirs gives. Of a group, whose
    /// members have others, and of a client, all that it denies.
    func ownRightsHeldBack(by assignment: StoredRoleAssignment, _ book: RoleBook) throws(StorageError) -> ScopeSet {
        let denied = try ownRights([assignment], book, \.ownRightsDenied)
        // A client has rights by its registration too.
        guard case .user(let id) = assignment.subject else { return denied }
        return try ownRights(roleAssignments(userID: id), book, \.ownRightsGiven).intersection(denied, reading: .role)
    }

    private func ownRights(
        _ assignments: [StoredRoleAssignment], _ book: RoleBook, _ rights: (ResolvedRole) -> ScopeSet
    ) throws(StorageError) -> ScopeSet {
        if assignments.isEmpty { return .empty }
        let policies = try book.edition(self).policies
        let names = Set(assignments.map(\.role))
        return names.compactMap(RoleName.init).compactMap { policies[$0] }.map(rights)
            .reduce(ScopeSet.empty) { $0.union($1) }.normalForm
    }
}
