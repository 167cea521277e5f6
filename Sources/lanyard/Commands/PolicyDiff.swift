import AuthorizationServer
import Encoding
import HTTP

extension Command {
    static let policyDiff = Command(
        "policy diff", "show what differs between revisions of a policy, or between the server and files",
        arguments: [
            Argument("ROLE|DIR", "a role; or a folder of policy files, to be compared with the server"),
            Argument("REVISION", "the older one (default: the one before the last)", .optional),
            Argument("REVISION", "the newer one (default: the last)", .optional),
        ],
        options: Option.administration
    ) { invocation in
        let word = try invocation.argument(0)
        let differences: [PolicyDifference]
        if FileAccess.status(word)?.isDirectory == true || word.contains("/") {
            differences = try await invocation.differences(toFilesOf: word)
        } else {
            differences = [try await invocation.difference(of: word)]
        }
        let real = differences.filter { !$0.lines.isEmpty }
        invocation.answer(["differences": .array(real.map(\.json))]) { _ in
            real.isEmpty ? "no difference\n" : real.map(\.text).joined()
        }
    }
}

/// What differs between two states of one policy, line by line.
private struct PolicyDifference {
    let older: String
    let newer: String
    let lines: [String]

    /// No policy: it is not there, or was removed.
    init(_ older: (name: String, policy: JSON?), _ newer: (name: String, policy: JSON?)) {
        self.older = older.name
        self.newer = newer.name
        lines = LineDifference(Self.text(older.policy), Self.text(newer.policy)).lines
    }

    private static func text(_ policy: JSON?) -> [String] {
        guard let policy, !policy.isNull else { return [] }
        return PrettyJSON.text(policy).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var text: String { (["--- \(older)", "+++ \(newer)"] + lines).map { SafeText.line($0) + "\n" }.joined() }

    var json: JSON {
        ["older": .string(older), "newer": .string(newer), "lines": .array(lines.map { .string($0) })]
    }
}

extension Invocation {
    /// What `policy apply` would change in the roles that the folder has files for.
    fileprivate func differences(toFilesOf folder: String) async throws -> [PolicyDifference] {
        let client = try administration()
        let known = try await client.list("/admin/v1/role-policies", "role_policies")
            .compactMap { $0["role"]?.stringValue }
        var differences: [PolicyDifference] = []
        for file in try policyFiles(folder) {
            guard let policy = try? JSON(parsing: file.content), let role = policy["role"]?.stringValue else {
                throw CommandFailure.failed("\(file.name): is no policy (see policy check)")
            }
            let stored = known.contains(role) ? try await rolePolicy(role)["policy"] : nil
            differences.append(PolicyDifference(("\(role) of the server", stored), (file.name, policy)))
        }
        return differences
    }

    fileprivate func difference(of role: String) async throws -> PolicyDifference {
        let named = try arguments.dropFirst().map { (text) throws(CommandFailure) in try revision(text) }
        let current = try await rolePolicy(role)
        guard let last = current["revision"]?.integerValue else {
            throw CommandFailure.failed("the server's answer has no revision")
        }
        let (from, to) = (named.first ?? max(1, last - 1), named.count > 1 ? named[1] : last)
        let older = try await rolePolicy(role, revision: from)["policy"]
        let newer = try await rolePolicy(role, revision: to)["policy"]
        return PolicyDifference(("\(role) revision \(from)", older), ("\(role) revision \(to)", newer))
    }
}
