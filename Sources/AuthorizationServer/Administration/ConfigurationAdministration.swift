import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/configuration`: what is administered, as files that can be kept in git: shown, planned, put in place.
struct ConfigurationAdministration: Sendable {
    let server: AuthorizationServer

    /// A folder with thousands of clients is sent as a whole, so that it is one transaction.
    static let bodyLimit = 16 << 20

    /// `{"files": [{"name", "json"}]}`, all of one moment. With `registered=true` clients that registered themselves too.
    @Sendable func show(_ request: AdministrationRequest) async throws -> Response {
        let (withRegistered, now, book) = (try request.flag("registered"), server.clock.now, server.fhirServers)
        let standing = try server.database.read { (transaction) throws(StorageError) in
            try StandingConfiguration(transaction, book, now: now)
        }
        let files = standing.exported(withRegistered: withRegistered).sorted { $0.file < $1.file }
        return .json(
            200,
            ["files": .array(files.map { ["name": .string($0.file), "json": .object($0.json)] })])
    }

    /// `{"files": [{"name", "content"}], "prune"?: [kind, …]}` → `{"changes": [{"file", "step", "changes"?, "needs_secret"?}],
    /// "counts", "fingerprint"}`. Nothing is changed.
    @Sendable func plan(_ request: AdministrationRequest) async throws -> Response {
        let given = try GivenConfiguration(try request.json(), [.files, .prune], now: server.clock.now)
        let application = application(given, .planned, request)
        do {
            return try await request.write(server.database, once: true) { transaction -> Response in
                throw Planned(plan: try application.run(transaction).plan)
            }
        } catch let planned as Planned {
            return .json(200, .object(planned.plan.json))
        }
    }

    /// The same with the plan's `"fingerprint"`, `"secrets"?: {reference: value}` and `"generate_secrets"?: true` → the plan,
    /// and `"generated_secrets": {client_id: value}`, the only time that they are shown. All of it or nothing, and only if
    /// the plan is still the one that was looked at.
    @Sendable func apply(_ request: AdministrationRequest) async throws -> Response {
        let given = try GivenConfiguration(
            try request.json(), GivenConfiguration.Member.allCases, now: server.clock.now)
        guard let fingerprint = given.fingerprint else { throw GivenConfiguration.unseen }
        let secrets = ConfigurationApplication.Secrets.given(
            try await verifiers(given), generatesOthers: given.generatesSecrets)
        let application = application(given, secrets, request)
        let outcome = try await request.write(server.database) { transaction in
            let held = try request.caller.ownRights(transaction)
            let administrators = try RemainingAdministrator(
                request, application.server.roles, transaction, now: application.now)
            let outcome = try application.run(transaction)
            try administrators.requireOne(transaction)
            let given = try application.set.clients.map(\.metadata.ownRights)
                .reduce(transaction.ownRightsOfAllRoles(application.server.roles)) { $0.union($1) }
            try AdministrationCaller.requireRights(given, among: held)
            guard outcome.plan.fingerprint.hasSameOctets(as: fingerprint) else { throw GivenConfiguration.changedSince }
            try transaction.audit(
                .configurationApplied, actor: application.actor, address: application.address,
                detail: outcome.plan.summary, at: application.now)
            return outcome
        }
        for id in outcome.clients { server.clients.forget(id) }
        server.fhirServers.forget()
        var body = outcome.plan.json
        body["generated_secrets"] = .object(
            JSONObject(outcome.generated.map { ($0.client, .string($0.secret)) }))
        return .json(200, .object(body))
    }

    private func application(
        _ given: GivenConfiguration, _ secrets: ConfigurationApplication.Secrets, _ request: AdministrationRequest
    ) -> ConfigurationApplication {
        ConfigurationApplication(
            set: given.set, prunes: given.prunes, server: server, actor: request.caller.name,
            address: request.peer.address, now: server.clock.now, secrets: secrets)
    }

    /// What is kept of the secrets that were given, by client. Only clients without one get one: the others' are never touched.
    private func verifiers(_ given: GivenConfiguration) async throws -> [String: String] {
        var verifiers: [String: String] = [:]
        for file in given.set.clients where file.metadata.tokenEndpointAuthMethod.usesSecret {
            guard let secret = given.secrets[file.secretReference],
                try server.clients.client(file.id.value)?.secrets.isEmpty ?? true
            else { continue }
            verifiers[file.id.value] = try await server.clientSecrets.verifier(choosing: secret)
        }
        return verifiers
    }
}

/// Takes the transaction of a plan back.
private struct Planned: Error {
    let plan: ConfigurationPlan
}

/// The body of a plan or an apply, every member checked.
private struct GivenConfiguration: Sendable {
    enum Member: String, CaseIterable {
        case files, prune, fingerprint, secrets
        case generateSecrets = "generate_secrets"
    }

    let set: ConfigurationSet
    let prunes: Set<ConfigurationKind>
    let fingerprint: String?
    let secrets: [String: String]
    let generatesSecrets: Bool

    init(_ json: JSON, _ members: [Member], now: Int64) throws {
        var errors: [(member: String, reason: String)] = []
        for name in json.objectValue?.names ?? [] where !members.map(\.rawValue).contains(name) {
            errors.append((name, "is not a member of this request"))
        }
        let files = Self.files(json[Member.files.rawValue], &errors)
        prunes = Self.kinds(json[Member.prune.rawValue], &errors)
        fingerprint = json[Member.fingerprint.rawValue]?.stringValue
        secrets = Self.secrets(json[Member.secrets.rawValue], &errors)
        let generates = json[Member.generateSecrets.rawValue]
        if generates != nil, generates?.boolValue == nil {
            errors.append((Member.generateSecrets.rawValue, "must be true or false"))
        }
        generatesSecrets = generates?.boolValue ?? false
        guard errors.isEmpty else { throw ConfigurationSet.problem(errors) }
        set = try ConfigurationSet(files, now: now)
    }

    private static func files(_ json: JSON?, _ errors: inout [(member: String, reason: String)]) -> [PolicyFile] {
        guard let items = json?.arrayValue else {
            errors.append(("files", "must be a list of files"))
            return []
        }
        var files: [PolicyFile] = []
        for (index, item) in items.enumerated() {
            guard item.objectValue?.names.sorted() == ["content", "name"], let content = item["content"]?.stringValue,
                let name = item["name"]?.stringValue, (1...300).contains(name.utf8.count), name.isVisible
            else {
                errors.append(("files[\(index)]", "must be an object of the texts name and content"))
                continue
            }
            files.append(PolicyFile(name: name, content: Array(content.utf8)))
        }
        return files
    }

    private static func kinds(
        _ json: JSON?, _ errors: inout [(member: String, reason: String)]
    ) -> Set<ConfigurationKind> {
        guard let json else { return [] }
        let kinds = json.strings?.map(ConfigurationKind.init(rawValue:)) ?? [nil]
        if kinds.contains(where: { $0 == nil }) {
            let known = ConfigurationKind.allCases.map(\.rawValue).joined(separator: ", ")
            errors.append(("prune", "must be a list of \(known)"))
        }
        return Set(kinds.compactMap { $0 })
    }

    /// What is wrong with a secret is told by its name.
    private static func secrets(
        _ json: JSON?, _ errors: inout [(member: String, reason: String)]
    ) -> [String: String] {
        guard let json else { return [:] }
        if json.objectValue == nil { errors.append(("secrets", "must be an object of names and secrets")) }
        var secrets: [String: String] = [:]
        for member in json.objectValue?.members ?? [] {
            if let objection = ClientSecrets.objection(toChoosing: member.value) {
                errors.append(("secrets.\(OAuthError.safe(member.name))", objection))
            }
            secrets[member.name] = member.value.stringValue
        }
        return secrets
    }

    static let unseen = Problem(
        status: 428, title: "What was seen?", detail: "fingerprint must be there: that of the plan that was looked at.")

    static let changedSince = Problem(
        status: 412, title: "The configuration has changed",
        detail: "Something has changed since the plan was made, and nothing was done: plan again.")
}
