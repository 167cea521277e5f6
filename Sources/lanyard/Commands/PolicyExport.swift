import Encoding
import HTTP

extension Command {
    static let policyExport = Command(
        "policy export", "write the policies of the server into a folder, one file for each role",
        arguments: [Argument("DIR", "the folder; made if it is not there")],
        options: [.flag("force", "write over files that say something else")] + Option.administration
    ) { invocation in
        let folder = try invocation.argument(0)
        let policies = try await invocation.allPolicies()
        let files = policies.map { role, policy in
            ExportedFile(path: PolicyFolder.path(of: role, in: folder), policy: policy)
        }
        let different = files.filter(\.wouldReplace).map(\.path)
        guard different.isEmpty || invocation.flag("force") else {
            throw CommandFailure.failed(
                "nothing was written: these files say something else (see policy diff, or use --force)",
                details: different.map { "  " + SafeText.line($0) })
        }
        do throws(FileAccess.Failure) {
            try FileAccess.makeDirectory(folder)
            for file in files where !file.isThere { try FileAccess.write(file.content, toFile: file.path) }
        } catch {
            throw CommandFailure.failed("\(folder): \(error.reason)")
        }
        invocation.answer(["files": .array(files.map { .string($0.path) })]) { _ in
            files.map { SafeText.line("\($0.path)\($0.isThere ? ": unchanged" : "")") + "\n" }.joined()
        }
    }
}

/// One policy on its way into a file, and what is there of that name.
private struct ExportedFile {
    let path: String
    let content: [UInt8]
    /// The same policy is there, perhaps laid out in another way.
    let isThere: Bool
    let wouldReplace: Bool

    init(path: String, policy: JSON) {
        self.path = path
        content = Array((PrettyJSON.text(policy) + "\n").utf8)
        let present = try? FileAccess.read(path, limit: 1 << 20)
        isThere = present.flatMap { try? JSON(parsing: $0) } == policy
        wouldReplace = FileAccess.status(path) != nil && !isThere
    }
}

extension Invocation {
    /// Every role of the server with its policy.
    fileprivate func allPolicies() async throws -> [(role: String, policy: JSON)] {
        let roles = try await administration().list("/admin/v1/role-policies", "role_policies")
        var policies: [(role: String, policy: JSON)] = []
        for role in roles.compactMap({ $0["role"]?.stringValue }) {
            guard let policy = try await rolePolicy(role)["policy"] else {
                throw CommandFailure.failed("the server's answer has no policy")
            }
            policies.append((role, policy))
        }
        return policies
    }
}
