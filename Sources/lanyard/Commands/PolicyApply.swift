import Encoding
import HTTP

extension Command {
    static let policyPlan = Command(
        "policy plan", "say what policy apply would do with the files of a folder", arguments: [.policyFolder],
        options: [.overwrite] + Option.administration
    ) { invocation in try await invocation.send(to: "plan") }

    static let policyApply = Command(
        "policy apply", "put the policy files of a folder in place", arguments: [.policyFolder],
        options: [.overwrite] + Option.administration,
        notes: [
            "A new role is put in place and a higher version replaces a lower one. What an administrator has changed or",
            "removed stays, but for --overwrite; so does what was put in place by this command, unless it is what the",
            "server's own policies_directory says. All of it is done or nothing; live tokens feel it at their next",
            "introspection.",
        ]
    ) { invocation in try await invocation.send(to: "apply") }
}

extension Option {
    fileprivate static let overwrite = Option.flag("overwrite", "go over what administrators have changed as well")
}

extension Invocation {
    fileprivate func send(to operation: String) async throws {
        let (upload, path) = (
            try policyUpload(try argument(0), overwrites: flag("overwrite")), "/admin/v1/role-policies/"
        )
        let administration = try administration()
        var body = upload
        if operation == "apply", flag("overwrite"), var object = upload.objectValue {
            // Over what is there now, and over nothing that comes between (AD-09).
            object["revisions"] = try await administration.send(.post, path + "plan", upload)["revisions"]
            body = .object(object)
        }
        answer(try await administration.send(.post, path + operation, body)) { answer in
            (answer["plans"]?.arrayValue ?? []).map { plan in
                SafeText.line("\(plan["role"]?.stringValue ?? ""): \(plan["text"]?.stringValue ?? "")") + "\n"
            }.joined()
        }
    }
}
