import Encoding
import HTTP
import Policy
import SMART
import Storage

/// Somebody whose roles are asked: a person, or a client on its own. With the circumstances that decide which of the roles
/// stand.
struct RoleHolder: Sendable {
    let user: StoredUser?
    let clientID: String
    var purpose: PurposeOfUse?
    /// How the person signed in; `mfa` with a second factor.
    var acr: String?
    /// Of the person's browser, or of the client on its own.
    var address: String?

    static let multiFactor = "mfa"

    init(user: StoredUser, clientID: String, purpose: PurposeOfUse? = nil, acr: String? = nil, address: String?) {
        self.user = user
        self.clientID = clientID
        self.purpose = purpose
        self.acr = acr
        self.address = address
    }

    /// A client on its own.
    init(clientID: String, purpose: PurposeOfUse? = nil, address: String?) {
        user = nil
        self.clientID = clientID
        self.purpose = purpose
        self.address = address
    }

    /// As they were when the grant was made.
    init(_ grant: Grant, user: StoredUser?) {
        self.init(clientID: grant.clientID, grant.circumstances, user: user)
    }

    init(clientID: String, _ circumstances: Grant.Circumstances, user: StoredUser?) {
        self.user = user
        self.clientID = clientID
        purpose = circumstances.purpose
        acr = circumstances.acr
        address = circumstances.address
    }
}

/// What the rules are asked with, and how long the answer holds.
struct Entitlement: Sendable {
    let subject: Subject
    /// When the time of an assignment begins or ends next, in seconds since 1970; nil: never.
    let until: Int64?
}

extension RoleHolder {
    /// The roles that are held now, as the transaction sees them.
    func entitlement(
        scope: ScopeSet, patient: FHIRID?, _ edition: RoleBook.Edition,
        _ transaction: borrowing some Reading & ~Copyable,
        now: Int64
    ) throws(StorageError) -> Entitlement {
        let assignments =
            if let user { try transaction.roleAssignments(userID: user.id) } else {
                try transaction.roleAssignments(clientID: clientID)
            }
        var holdings: [RoleHolding] = []
        var until: Int64?
        for assignment in assignments {
            for edge in [assignment.validFrom, assignment.validUntil].compactMap(\.self) where edge > now {
                until = min(until ?? edge, edge)
            }
            guard assignment.isValid(at: now), let role = RoleName(assignment.role) else { continue }
            let parameters = try Self.parameters(assignment, edition.policies[role])
            holdings.append(RoleHolding(role, parameters: parameters))
        }
        let record = user?.fhirUser.flatMap(FHIRUser.init)
        let address = address
        let subject = Subject(
            roles: holdings, holder: user == nil ? .client : record.map { Holder($0.type) }, fhirUser: record?.relative,
            client: clientID, scope: scope, patient: patient, purpose: purpose, isMultiFactor: acr == Self.multiFactor,
            isInside: { network in address.flatMap { IPNetwork(network)?.contains($0) } ?? false })
        return Entitlement(subject: subject, until: until)
    }

    /// `{"clinic": ["Organization/C7"]}`. What the role does not know, or would not take, is unset.
    private static func parameters(
        _ assignment: StoredRoleAssignment, _ role: ResolvedRole?
    ) throws(StorageError) -> [String: [ParameterValue]] {
        guard let object = (try? JSON(parsing: Array(assignment.parameters.utf8)))?.objectValue else {
            throw .corrupt("the parameters of role assignment \(assignment.id) cannot be read")
        }
        var values: [String: [ParameterValue]] = [:]
        for member in object.members {
            guard let parameter = role?.parameter(member.name) else { continue }
            let texts = member.value.strings ?? []
            let bound = texts.compactMap(parameter.value)
            // One value less in a deny would deny less: then the parameter is unset.
            values[member.name] = bound.count == texts.count ? bound : []
        }
        return values
    }

    /// What of a scope somebody may have now: scopes as their roles carry them, and everything that is no right of a role.
    /// `fhirUser` needs a record to name (checklist SCP-10). Launches and introspection are for clients, who have them by their
    /// registration and lose them by a deny; the administration (`isAdministration`) is for whom a role lets in, whoever it is.
    func carried(
        _ scope: ScopeSet, _ edition: RoleBook.Edition, _ transaction: borrowing some Reading & ~Copyable, now: Int64
    ) throws(StorageError) -> ScopeSet {
        carried(
            scope, try entitlement(scope: scope, patient: nil, edition, transaction, now: now), edition,
            isAdministration: false)
    }

    /// The same of somebody whose roles were read already.
    func carried(
        _ scope: ScopeSet, _ entitlement: Entitlement, _ edition: RoleBook.Edition, isAdministration: Bool
    ) -> ScopeSet {
        let (policies, subject) = (edition.policies, entitlement.subject)
        let carried = policies.carried(scope, by: subject)
        let isByRole = isAdministration || user != nil
        let own = isByRole ? policies.ownRights(of: subject) : policies.undenied(scope, by: subject)
        let others = scope.scopes.filter { scope in
            switch scope {
            case .resource: false
            case .fhirUser: subject.fhirUser != nil
            default: true
            }
        }
        return ScopeSet(others + own.scopes + carried.scopes)
    }
}

extension StoredRoleAssignment {
    func isValid(at now: Int64) -> Bool {
        validFrom.map { $0 <= now } ?? true && validUntil.map { now < $0 } ?? true
    }
}
