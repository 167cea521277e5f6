import Encoding
import HTTP
import Policy
import Storage

/// Policy files as `lanyard policy` sends them, held against what is stored: looked at, planned, put in place.
struct PolicyFileAdministration: Sendable {
    let server: AuthorizationServer

    /// `{"files": [{"name", "content"}]}` → `{"problems", "warnings"}`. Nothing is changed.
    @Sendable func check(_ request: Request) async throws -> Response {
        let given = try GivenFiles(try request.json(), mayOverwrite: false)
        let stored = try server.database.read { (transaction) throws(StorageError) in try transaction.rolePolicies() }
        return .json(200, .object(PolicyCheck(given.seed.files, over: stored).json))
    }

    /// The same, with `"overwrite"?`, → `{"plans": [{"file", "role", "step", "text"}]}`: what `apply` would do.
    @Sendable func plan(_ request: Request) async throws -> Response {
        let given = try GivenFiles(try request.json(), mayOverwrite: true)
        let stored = try server.database.read { (transaction) throws(StorageError) in try transaction.rolePolicies() }
        return try Self.response(given.seed.plans(over: stored))
    }

    /// All of the plan, or nothing.
    @Sendable func apply(_ request: Request) async throws -> Response {
        let given = try GivenFiles(try request.json(), mayOverwrite: true)
        let (now, address) = (server.clock.now, request.peer.address)
        return try Self.response(
            try await server.database.write { transaction in
                try given.seed.apply(by: "administrator", address: address, transaction, now: now)
            })
    }

    private static func response(_ outcome: Result<[PolicySeed.Plan], PolicyProblems>) throws -> Response {
        switch outcome {
        case .failure(let problems): throw Problem(problems)
        case .success(let plans): return .json(200, ["plans": .array(plans.map { .object($0.json) })])
        }
    }
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
    let seed: PolicySeed

    init(_ json: JSON, mayOverwrite: Bool) throws {
        var errors: [(member: String, reason: String)] = []
        let members = mayOverwrite ? ["files", "overwrite"] : ["files"]
        for name in json.objectValue?.names ?? [] where !members.contains(name) {
            errors.append((name, "is not a member of this request"))
        }
        let overwrites = json["overwrite"]?.boolValue ?? false
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
        guard errors.isEmpty else {
            throw Problem(
                status: 422, title: "The files are not valid", detail: "See the members named in errors.",
                errors: errors)
        }
        seed = PolicySeed(files: files, overwrites: overwrites)
    }
}
