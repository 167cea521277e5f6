import Encoding
import Policy
import SMART
import Storage

/// One application while it runs. What stands against an object is kept and the next one is looked at, so that everything
/// is told at once; the transaction is taken back then.
struct ConfigurationRun {
    let application: ConfigurationApplication
    let standing: StandingConfiguration
    /// By file.
    private let objects: [String: ConfigurationObject]
    /// Files of what stays.
    private(set) var kept: Set<String> = []
    var outcome = ConfigurationApplication.Outcome()
    var errors: [(member: String, reason: String)] = []
    /// Those that the policies of the set are among.
    private(set) var policies = PolicySet.empty
    private(set) var audiences: [FHIRServer] = []

    init(_ application: ConfigurationApplication, _ standing: StandingConfiguration) {
        self.application = application
        self.standing = standing
        objects = Dictionary(standing.objects.map { ($0.file, $0) }) { first, _ in first }
    }

    var book: FHIRServerBook { application.server.fhirServers }
    var now: Int64 { application.now }

    /// What is there under that file's name.
    func current(_ file: String) -> ConfigurationObject? { objects[file] }

    /// Adds what becomes of an object to the plan.
    mutating func record(
        _ desired: ConfigurationObject, over current: ConfigurationObject?, silent: Set<String> = [],
        secret: (client: String, reference: String)? = nil
    ) -> ConfigurationChange {
        var change = ConfigurationChange(desired.file, from: current?.json, to: desired.json, silent: silent)
        change.secret = secret
        outcome.plan.changes.append(change)
        kept.insert(desired.file)
        if let current { kept.insert(current.file) }
        return change
    }

    mutating func recordRemoval(of object: ConfigurationObject) {
        outcome.plan.changes.append(ConfigurationChange(object.file, from: object.json, to: nil))
    }

    mutating func add(_ file: String, _ problem: Problem) {
        let found = problem.errors.isEmpty ? [("", problem.detail)] : problem.errors
        errors += found.map { (ConfigurationSet.place(file, $0.0), $0.1) }
    }

    func audit(
        _ event: AuditEvent, client: String? = nil, detail: String, _ transaction: borrowing WriteTransaction
    ) throws(StorageError) {
        try transaction.audit(
            event, actor: application.actor, client: client, address: application.address, detail: "apply: \(detail)",
            at: now)
    }

    // MARK: What is named by others

    mutating func putFHIRServers(_ transaction: borrowing WriteTransaction) throws {
        let (actor, address) = (application.actor, application.address)
        for new in application.set.fhirServers {
            let desired = ConfigurationObject(
                kind: .fhirServers, name: new.server.id, json: new.server.json.canonical)
            let change = record(desired, over: current(desired.file))
            do {
                switch change.step {
                case .create: try new.insert(by: actor, address: address, book, transaction, now: now)
                case .update:
                    let current = try book.changeable(new.server.id, transaction)
                    try new.replace(current, by: actor, address: address, transaction, now: now)
                case .remove, .unchanged: break
                }
            } catch let problem as Problem {
                add(desired.file, problem)
            }
        }
    }

    /// Over whatever is there: the folder says what holds. Their tests run, with those of all other policies.
    mutating func putPolicies(_ transaction: borrowing WriteTransaction) throws {
        guard !application.set.policies.isEmpty else { return }
        let seed = PolicySeed(
            files: application.set.policies, shipped: application.server.configuration.policies, overwrites: true,
            remark: "apply: ")
        switch try seed.apply(by: application.actor, address: application.address, transaction, now: now) {
        case .failure(let problems):
            errors += problems.list.map { (ConfigurationSet.place($0.file, $0.member), $0.reason) }
        case .success(let plans):
            for plan in plans {
                let json = try plan.document.storedPolicy().objectValue ?? JSONObject()
                let desired = ConfigurationObject(kind: .rolePolicies, name: plan.policy.role.value, json: json)
                _ = record(desired, over: current(desired.file))
            }
        }
    }

    mutating func readWhatOthersName(_ transaction: borrowing WriteTransaction) throws {
        policies = try application.server.roles.edition(transaction).policies
        audiences = try book.servers(transaction)
    }

    // MARK: Roles

    /// What the file's roles are in the plan, and what stands against them.
    mutating func roles(_ roles: RoleList?, of file: String, holder: Holder?, isGroup: Bool) -> (
        json: JSON?, isSound: Bool
    ) {
        guard let roles else { return (nil, true) }
        let found = roles.problems(policies, holder: holder, isGroup: isGroup)
        errors += found.map { (ConfigurationSet.place(file, $0.member), $0.reason) }
        return (RoleEntry.json(roles.assignments.map { RoleEntry($0, policies) }), found.isEmpty)
    }

    /// What a change of roles is known by.
    var roleChange: RoleList.Change {
        RoleList.Change(
            actor: application.actor, address: application.address, remark: "apply", policies: policies, now: now)
    }
}
