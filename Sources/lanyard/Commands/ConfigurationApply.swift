import AuthorizationServer
import Crypto
import Encoding
import HTTP

extension Command {
    static let configurationApply = Command(
        "apply", "put the configuration files of a folder in place",
        arguments: [Argument("DIR", "as export writes it")],
        options: [
            .flag("dry-run", "only say what would be done"),
            .flag("prune", "remove what has no file, of the kinds that have a subfolder"),
            .flag("yes", "do not ask"),
            .value("secrets", "DIR|FILE", "secrets of clients that are new: a file for each, or one JSON object"),
            .value("generate-secrets", "FILE", "make the secrets that are not there, and write them to this new file"),
        ] + Option.administration,
        notes: [
            "What would be done is shown first. It is done as one transaction, or not at all, and only if nothing has",
            "changed in between. A secret is looked for by the name in the client's file, also in CLIENT_SECRET_<NAME>, and",
            "only for a client that has none: what is there is never touched. Clients that registered themselves are not",
            "pruned, nor are FHIR servers of the configuration file, people, and what people were assigned.",
        ]
    ) { invocation in try await ConfigurationApplying(invocation).run() }
}

/// One run of `apply`.
private struct ConfigurationApplying {
    let invocation: Invocation
    let administration: AdministrationClient
    let request: JSONObject

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        administration = try invocation.administration()
        let folder = try ConfigurationFolder(try invocation.argument(0))
        var request: JSONObject = ["files": try folder.upload()]
        if invocation.flag("prune") { request["prune"] = .array(folder.kinds.map { .string($0.rawValue) }) }
        self.request = request
    }

    func run() async throws {
        let plan = try await administration.send(.post, "/admin/v1/configuration/plan", .object(request))
        let report = ConfigurationReport(plan)
        if invocation.flag("dry-run") || report.isEmpty {
            return invocation.answer(plan) { _ in report.text }
        }
        var apply = request
        apply["fingerprint"] = plan["fingerprint"]
        let missing = try addSecrets(report.neededSecrets, to: &apply)
        if !invocation.flag("yes") {
            invocation.console.note(report.text)
            try confirm()
        } else if !invocation.wantsJSON {
            invocation.console.write(report.text)
        }
        let secretFile = missing.isEmpty ? nil : invocation.option("generate-secrets")
        if let secretFile { try writeSecrets([:], to: secretFile, isNew: true) }
        var answer = try await administration.send(.post, "/admin/v1/configuration/apply", .object(apply))
        if let secretFile, let made = answer["generated_secrets"]?.objectValue {
            try writeSecrets(made, to: secretFile, isNew: false)
        }
        if var object = answer.objectValue {
            object["generated_secrets"] = nil
            answer = .object(object)
        }
        invocation.answer(answer) { _ in ConfigurationReport.counts(answer, "applied") + "\n" }
    }

    private func confirm() throws(CommandFailure) {
        guard let answer = invocation.console.ask("Apply this? [y/N] ") else {
            throw .usage("there is no terminal to ask at: look at --dry-run, then say --yes")
        }
        guard ["y", "yes"].contains(answer.lowercased()) else { throw .failed("nothing was done") }
    }

    /// The clients whose secrets are to be made.
    private func addSecrets(
        _ needed: [ConfigurationReport.NeededSecret], to apply: inout JSONObject
    ) throws -> [ConfigurationReport.NeededSecret] {
        let source = try ClientSecretSource(invocation.option("secrets"), environment: invocation.environment)
        var secrets = JSONObject()
        var missing: [ConfigurationReport.NeededSecret] = []
        for one in needed {
            if let secret = try source.secret(one.reference) {
                secrets[one.reference] = .string(secret)
            } else {
                missing.append(one)
            }
        }
        apply["secrets"] = .object(secrets)
        guard !missing.isEmpty else { return [] }
        guard invocation.option("generate-secrets") != nil else {
            throw CommandFailure.failed(
                "nothing was done: these clients need a secret (--secrets, or --generate-secrets FILE)",
                details: missing.map {
                    SafeText.line("  \($0.client): \($0.reference), or \(ClientSecretSource.variable($0.reference))")
                })
        }
        apply["generate_secrets"] = true
        return missing
    }

    /// Before anything is done it is seen that the file can be written.
    private func writeSecrets(_ secrets: JSONObject, to path: String, isNew: Bool) throws(CommandFailure) {
        if isNew, FileAccess.status(path) != nil { throw .failed("\(path): is there already, and is not written over") }
        do throws(PrivateFile.Failure) {
            try PrivateFile.write(Array((PrettyJSON.text(.object(secrets)) + "\n").utf8), to: path)
        } catch {
            throw .failed("\(error)")
        }
    }
}

/// What a plan says, for people.
struct ConfigurationReport {
    struct NeededSecret {
        let client: String
        let reference: String
    }

    private let plan: JSON

    init(_ plan: JSON) { self.plan = plan }

    private var changes: [JSON] { plan["changes"]?.arrayValue ?? [] }

    var neededSecrets: [NeededSecret] {
        changes.compactMap { change in
            guard let needed = change["needs_secret"], let client = needed["client_id"]?.stringValue,
                let reference = needed["reference"]?.stringValue
            else { return nil }
            return NeededSecret(client: client, reference: reference)
        }
    }

    /// There is nothing to do.
    var isEmpty: Bool { changes.allSatisfy { $0["step"] == "unchanged" } && neededSecrets.isEmpty }

    var text: String {
        let lines = changes.filter { $0["step"] != "unchanged" || $0["needs_secret"] != nil }.flatMap { change in
            [[change["step"]?.stringValue ?? "", change["file"]?.stringValue ?? ""]] + Self.members(change)
        }
        return Columns(lines).text + Self.counts(plan, "would be done") + "\n"
    }

    private static func members(_ change: JSON) -> [[String]] {
        var lines = (change["changes"]?.arrayValue ?? []).map { member in
            let name = member["member"]?.stringValue ?? ""
            return ["", "  \(name): \(short(member["from"])) → \(short(member["to"]))"]
        }
        if let reference = change["needs_secret"]?["reference"]?.stringValue {
            lines.append(["", "  needs a secret: \(reference)"])
        }
        return lines
    }

    private static func short(_ json: JSON?) -> String {
        guard let json, !json.isNull else { return "–" }
        let text = json.text
        return text.count <= 120 ? text : text.prefix(119) + "…"
    }

    static func counts(_ plan: JSON, _ what: String) -> String {
        let counts = ["create", "update", "remove", "unchanged"].map { step in
            "\(plan["counts"]?[step]?.integerValue ?? 0) \(step)"
        }
        return "\(what): \(counts.joined(separator: ", "))"
    }
}
