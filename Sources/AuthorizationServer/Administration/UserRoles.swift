import Encoding
import HTTP
import Policy
import SMART
import Storage

extension UserAdministration {
    /// `/admin/v1/users/{username}/roles`: the roles that somebody has by themselves and by groups, and whether they stand.
    @Sendable func roles(_ request: AdministrationRequest) async throws -> Response {
        let username = request.pathParameter("username")
        let now = server.clock.now
        let body = try server.database.read { (transaction) throws(StorageError) -> JSONObject? in
            guard let user = try transaction.user(usernameKey: Username.key(username)) else { return nil }
            let policies = try server.roles.edition(transaction).policies
            var roles: [JSON] = []
            for assignment in try transaction.roleAssignments(userID: user.id) {
                var object = try assignment.json(transaction, now: now)
                object.describe(assignment, of: user, policies, now: now)
                roles.append(.object(object))
            }
            let groups = try transaction.groups(userID: user.id).map { JSON.string($0.name) }
            var body: JSONObject = ["username": .string(user.username), "disabled": .bool(user.disabledAt != nil)]
            body["fhirUser"] = user.fhirUser.map { .string($0) }
            body["groups"] = .array(groups)
            body["roles"] = .array(roles)
            return body
        }
        guard let body else { throw Self.unknown(username) }
        return .json(200, .object(body))
    }
}

extension JSONObject {
    /// Whether a role of that person stands, and what else it takes at each sign-in.
    fileprivate mutating func describe(
        _ assignment: StoredRoleAssignment, of user: StoredUser, _ policies: PolicySet, now: Int64
    ) {
        self["from"] =
            if case .group(let name) = assignment.subject { .string("group \(name)") } else { "directly" }
        let role = RoleName(assignment.role).flatMap { policies[$0] }
        self["title"] = role.map { .string($0.policy.title) }
        let obstacle = Self.obstacle(role, user, policies)
        let state = assignment.state(at: now)
        self["stands"] = .bool(obstacle == nil && state == "in force" && user.disabledAt == nil)
        self["why_not"] =
            switch state {
            case "in force" where user.disabledAt != nil: "the person is disabled"
            case "in force": obstacle.map { .string($0) }
            default: .string(state)
            }
        let needs = role?.requires.flatMap(\.words) ?? []
        if !needs.isEmpty { self["needs"] = .array(needs.map { .string($0) }) }
    }

    /// What lies in the person and not in how they sign in.
    private static func obstacle(_ role: ResolvedRole?, _ user: StoredUser, _ policies: PolicySet) -> String? {
        guard let role else { return "there is no policy of it" }
        let record = user.fhirUser.flatMap(FHIRUser.init)
        let subject = Subject(
            roles: [RoleHolding(role.policy.role)], holder: record.map { Holder($0.type) }, client: "",
            scope: .empty, isMultiFactor: true, isInside: { _ in true })
        return policies.obstacle(to: role.policy.role, of: subject)
    }
}

extension Requirements {
    fileprivate var words: [String] {
        (isMultiFactor ? ["a second factor"] : [])
            + (networks.isEmpty ? [] : ["an address in \(networks.joined(separator: ", "))"])
    }
}
