import Encoding
import HTTP

extension Command {
    static let policyList = Command(
        "policy list", "list the roles and their policies", options: Option.administration
    ) { invocation in
        let policies = try await invocation.administration().list("/admin/v1/role-policies", "role_policies")
        invocation.answer(["role_policies": .array(policies)]) { _ in
            Presentation.table(
                policies,
                [
                    ("ROLE", "role"), ("TITLE", "title"), ("REVISION", "revision"), ("FILE VERSION", "seed_version"),
                    ("EDITED", "edited"), ("ASSIGNED", "assigned"),
                ])
        }
    }

    static let policyShow = Command(
        "policy show", "print the policy of a role", arguments: [.role],
        options: [.value("revision", "N", "as it was at a revision (default: as it is)")] + Option.administration
    ) { invocation in
        let revision = try invocation.option("revision").map { (text) throws(CommandFailure) in
            try invocation.revision(text)
        }
        let stored = try await invocation.rolePolicy(try invocation.argument(0), revision: revision)
        guard let policy = stored["policy"] else {
            throw CommandFailure.failed("that revision is the removal of the policy")
        }
        invocation.answer(stored) { _ in
            PrettyJSON.text(policy).split(separator: "\n").map { SafeText.json(String($0)) + "\n" }.joined()
        }
    }

    static let policyHistory = Command(
        "policy history", "list the revisions of a role's policy, the newest first", arguments: [.role],
        options: Option.administration
    ) { invocation in
        let role = try invocation.argument(0)
        let path = "/admin/v1/role-policies/" + PathSegment.encode(role) + "/history"
        let revisions = try await invocation.administration().list(path, "revisions")
        invocation.answer(["role": .string(role), "revisions": .array(revisions)]) { _ in
            Presentation.table(
                revisions.map(\.withReadableTimes),
                [
                    ("REVISION", "revision"), ("AT", "at"), ("BY", "actor"), ("REMOVED", "removed"),
                    ("REASON", "reason"),
                ])
        }
    }

    static let policyRestore = Command(
        "policy restore", "put an earlier revision of a role's policy in place again",
        arguments: [.role, Argument("REVISION", "its number, as policy history shows it")],
        options: [.reason] + Option.administration
    ) { invocation in
        let (role, revision) = (try invocation.argument(0), try invocation.revision(try invocation.argument(1)))
        let path = "/admin/v1/role-policies/" + PathSegment.encode(role) + "/restore"
        let reason = try invocation.required("reason")
        let administration = try invocation.administration()
        // Over what is there now, and over nothing that comes between.
        let current = try await administration.list("/admin/v1/role-policies", "role_policies").first {
            $0["role"]?.stringValue == role
        }
        let stored = try await administration.send(
            .post, path, ["revision": .integer(revision), "reason": .string(reason)],
            ifMatch: current?["revision"]?.integerValue.map { "\"\($0)\"" })
        invocation.answer(stored) { stored in
            let now = stored["revision"]?.integerValue ?? 0
            return SafeText.line("\(role) is as it was at revision \(revision): revision \(now)") + "\n"
        }
    }
}

extension JSON {
    /// With the times of an answer, seconds since 1970, as people read them.
    var withReadableTimes: JSON {
        guard var object = objectValue else { return self }
        for name in ["at", "valid_from", "valid_until", "granted_at", "revoked_at", "created_at"] {
            guard let seconds = object[name]?.integerValue else { continue }
            object[name] = .string(Timestamp.rfc3339(seconds))
        }
        return .object(object)
    }
}
