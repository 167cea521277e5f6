import Encoding
import HTTP
import Policy
import SMART
import Storage

/// A set of configuration files on its way into the database: all of it in one transaction, or nothing. A plan is the same
/// with its transaction taken back, so that neither can say or do what the other would not.
struct ConfigurationApplication: Sendable {
    let set: ConfigurationSet
    /// The kinds of which goes what has no file.
    let prunes: Set<ConfigurationKind>
    let server: AuthorizationServer
    let actor: String
    let address: String
    let now: Int64
    let secrets: Secrets

    /// Where the secrets of clients come from that need one.
    enum Secrets: Sendable {
        /// A plan only says who needs one.
        case planned
        /// What is kept of those that were given, by client; the others are made here, if that was asked for.
        case given([String: String], generatesOthers: Bool)
    }

    struct Outcome: Sendable {
        var plan = ConfigurationPlan()
        /// Secrets that were made, by client: shown this once.
        var generated: [(client: String, secret: String)] = []
        /// To be read again.
        var clients: [String] = []
    }

    /// Throws a `Problem` that names all files and members that something stands against.
    func run(_ transaction: borrowing WriteTransaction) throws -> Outcome {
        let hadAdministrator = try hasAdministrator(transaction)
        var run = ConfigurationRun(self, try StandingConfiguration(transaction, server.fhirServers, now: now))
        try run.putFHIRServers(transaction)
        try run.putPolicies(transaction)
        try run.readWhatOthersName(transaction)
        try run.putGroups(transaction)
        try run.putClients(transaction)
        try run.prune(transaction)
        if hadAdministrator, run.errors.isEmpty, try !hasAdministrator(transaction) {
            run.errors.append(("", "nobody would be left who may assign roles (auth/RoleAssignment.c)"))
        }
        guard run.errors.isEmpty else { throw ConfigurationSet.problem(run.errors) }
        return run.outcome
    }

    /// Whether anybody has a role now by which roles are assigned. Who loses the last one locks everybody out but those who
    /// can open the local socket.
    private func hasAdministrator(_ transaction: borrowing WriteTransaction) throws -> Bool {
        guard let right = ResourceScope("auth/RoleAssignment.c") else { return false }
        let policies = try server.roles.edition(transaction).policies.all.map(\.policy)
        var roles = Set(
            policies.filter { policy in
                let allowed = policy.rules.filter { $0.effect == .allow }.flatMap(\.scopes).map(\.scope)
                return ScopeSet(allowed.map(Scope.resource)).covers(.resource(right), reading: .role)
            }.map(\.role.value))
        // Who extends such a role is one.
        var count = 0
        while count != roles.count {
            count = roles.count
            for policy in policies where policy.extends.contains(where: { roles.contains($0.value) }) {
                roles.insert(policy.role.value)
            }
        }
        for role in roles.sorted() {
            let held = try transaction.roleAssignments(RoleAssignmentFilter(role: role), after: nil, limit: 500)
            if held.contains(where: { $0.isValid(at: now) }) { return true }
        }
        return false
    }
}
