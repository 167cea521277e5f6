import Encoding
import HTTP
import Policy
import Storage

/// Policy files as `lanyard policy` sends them, held against what is stored: looked at, planned, put in place.
struct PolicyFileAdministration: Sendable {
    let server: AuthorizationServer

    /// `{"files": [{"name", "content"}]}` → `{"problems", "warnings"}`. Nothing is changed.
    @Sendable func check(_ request: AdministrationRequest) async throws -> Response {
        let given = try GivenFiles(try request.json(), [.files])
        let stored = try server.database.read { (transaction) throws(StorageError) in try transaction.rolePolicies() }
        return .json(200, .object(PolicyCheck(given.files, over: stored).json))
    }

    /// The same, with `"overwrite"?`, → `{"plans": [{"file", "role", "step", "text"}], "revisions"}`: what `apply` would
    /// do, and what it would do it over.
    @Sendable func plan(_ request: AdministrationRequest) async throws -> Response {
        let given = try GivenFiles(try request.json(), [.files, .overwrite])
        let standing = try server.database.read { (transaction) throws(StorageError) in
            try StandingPolicies(transaction)
        }
        let plans = try Self.valid(seed(given).plans(over: standing))
        return .json(200, ["plans": Self.json(plans), "revisions": SeenRevisions(plans).json])
    }

    /// All of the plan, or nothing. With `"revisions"`, as the plan showed them, only over those; none is overwritten without.
    @Sendable func apply(_ request: AdministrationRequest) async throws -> Response {
        let given = try GivenFiles(try request.json(), [.files, .overwrite, .revisions])
        let (seed, now, address, book) = (seed(given), server.clock.now, request.peer.address, server.roles)
        let outcome = try await request.write(server.database) { transaction in
            let concern = try PolicyConcern(request, book, transaction, now: now)
            let outcome = try seed.apply(
                by: request.caller.name, address: address, transaction, now: now, require: given.revisions.require)
            if case .success(let plans) = outcome {
                try concern.require(of: plans.filter(\.step.isChange).map(\.policy.role.value), transaction)
            }
            return outcome
        }
        return .json(200, ["plans": Self.json(try Self.valid(outcome))])
    }

    private func seed(_ given: GivenFiles) -> PolicySeed {
        PolicySeed(files: given.files, shipped: server.configuration.policies, overwrites: given.overwrites)
    }

    private static func valid(_ outcome: Result<[PolicySeed.Plan], PolicyProblems>) throws -> [PolicySeed.Plan] {
        switch outcome {
        case .failure(let problems): throw Problem(problems)
        case .success(let plans): return plans
        }
    }

    private static func json(_ plans: [PolicySeed.Plan]) -> JSON { .array(plans.map { .object($0.json) }) }
}

extension PolicySeed.Plan {
    fileprivate var json: JSONObject {
        [
            "file": .string(file), "role": .string(policy.role.value), "step": .string(step.word),
            "text": .string(step.text),
        ]
    }
}

/// The files of a request, every member checked.
private struct GivenFiles: Sendable {
    enum Member: String {
        case files, overwrite, revisions
    }

    let files: [PolicyFile]
    let overwrites: Bool
    let revisions: SeenRevisions

    init(_ json: JSON, _ members: [Member]) throws {
        var errors: [(member: String, reason: String)] = []
        for name in json.objectValue?.names ?? [] where !members.map(\.rawValue).contains(name) {
            errors.append((name, "is not a member of this request"))
        }
        let revisions = json["revisions"].map(SeenRevisions.init) ?? SeenRevisions.none
        if revisions == nil {
            errors.append(("revisions", "must be an object of roles and the numbers of their revisions"))
        }
        overwrites = json["overwrite"]?.boolValue ?? false
        if json["overwrite"] != nil, json["overwrite"]?.boolValue == nil {
            errors.append(("overwrite", "must be true or false"))
        }
        var files: [PolicyFile] = []
        if json["files"]?.arrayValue == nil { errors.append(("files", "must be a list of files")) }
        for (index, item) in (json["files"]?.arrayValue ?? []).enumerated() {
            guard item.objectValue?.names.sorted() == ["content", "name"], let content = item["content"]?.stringValue,
                let name = item["name"]?.stringValue, (1...255).contains(name.utf8.count)
            else {
                errors.append(("files[\(index)]", "must be an object of the texts name and content"))
                continue
            }
            files.append(PolicyFile(name: name, content: Array(content.utf8)))
        }
        guard errors.isEmpty, let revisions else {
            throw Problem(
                status: 422, title: "The files are not valid", detail: "See the members named in errors.",
                errors: errors)
        }
        self.files = files
        self.revisions = revisions
    }
}
