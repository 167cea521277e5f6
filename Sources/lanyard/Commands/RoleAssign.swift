import Encoding
import HTTP

extension Command {
    static let roleAssign = Command(
        "role assign", "give a role to a person, a client or a group", arguments: [.role],
        options: Option.subjects + [
            .value("with", "NAME=VALUE", "a parameter of the role, such as clinic=Organization/C7", repeatable: true),
            .value("from", "TIME", "when it begins, such as 2026-01-31T08:00:00Z (default: now)"),
            .value("until", "TIME", "when it ends (default: never)"),
            .value("reason", "TEXT", "why, for the record"),
        ] + Option.administration,
        notes: ["A parameter that is given several times has all of these values."]
    ) { invocation in
        var assignment = try invocation.subject()
        assignment["role"] = .string(try invocation.argument(0))
        let parameters = try invocation.roleParameters()
        if !parameters.isEmpty { assignment["parameters"] = .object(parameters) }
        assignment["valid_from"] = try invocation.time("from")
        assignment["valid_until"] = try invocation.time("until")
        assignment["reason"] = invocation.option("reason").map { .string($0) }
        let client = try invocation.administration()
        let answer = try await client.send(.post, "/admin/v1/role-assignments", .object(assignment))
        invocation.answer(answer) { Presentation.members($0.withReadableTimes) }
    }

    static let roleRevoke = Command(
        "role revoke", "end a role assignment; live tokens feel it at their next introspection",
        arguments: [Argument("ID", "the assignment's id, as role list shows it")],
        options: [.reason, .force] + Option.administration
    ) { invocation in
        let id = try invocation.argument(0)
        let path = "/admin/v1/role-assignments/\(PathSegment.encode(id))/revoke" + invocation.insistence
        let reason = try invocation.required("reason")
        let answer = try await invocation.administration().send(.post, path, ["reason": .string(reason)])
        invocation.answer(answer) { _ in SafeText.line("revoked \(id)") + "\n" }
    }

    static let roleList = Command(
        "role list", "list who has which role",
        options: Option.subjects + [
            .value("role", "ROLE", "only those who have this role"), .flag("all", "those that were revoked too"),
        ] + Option.administration
    ) { invocation in
        let filter = invocation.roleFilter()
        let path = "/admin/v1/role-assignments" + (filter.isEmpty ? "" : "?" + filter)
        let assignments = try await invocation.administration().list(path, "role_assignments")
        invocation.answer(["role_assignments": .array(assignments)]) { _ in
            Presentation.table(
                assignments.map(\.withReadableTimes),
                [
                    ("ID", "id"), ("ROLE", "role"), ("USER", "user"), ("CLIENT", "client"), ("GROUP", "group"),
                    ("WITH", "parameters"), ("STATE", "state"), ("FROM", "valid_from"), ("UNTIL", "valid_until"),
                    ("BY", "granted_by"), ("REASON", "reason"),
                ])
        }
    }
}

extension Option {
    /// Who has a role.
    static let subjects: [Option] = [
        .value("user", "NAME", "a person"), .value("client", "ID", "a client"), .value("group", "NAME", "a group"),
    ]
}

extension Invocation {
    /// The one subject that was named.
    fileprivate func subject() throws(CommandFailure) -> JSONObject {
        let named = Option.subjects.filter { option($0.name) != nil }
        guard named.count == 1, let subject = named.first else {
            throw .usage("one of --user NAME, --client ID and --group NAME must say who gets the role")
        }
        return [subject.name: .string(option(subject.name) ?? "")]
    }

    /// `--with clinic=Organization/C7`.
    fileprivate func roleParameters() throws(CommandFailure) -> JSONObject {
        var values: [(name: String, texts: [JSON])] = []
        for word in self.values("with") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else { throw .usage("--with must be NAME=VALUE") }
            if let index = values.firstIndex(where: { $0.name == parts[0] }) {
                values[index].texts.append(.string(parts[1]))
            } else {
                values.append((parts[0], [.string(parts[1])]))
            }
        }
        return JSONObject(values.map { ($0.name, .array($0.texts)) })
    }

    /// Seconds since 1970.
    fileprivate func time(_ name: String) throws(CommandFailure) -> JSON? {
        guard let text = option(name) else { return nil }
        guard let seconds = Timestamp.seconds(rfc3339: text) else {
            throw .usage("--\(name) must be a time such as 2026-01-31T08:00:00Z")
        }
        return .integer(seconds)
    }

    fileprivate func roleFilter() -> String {
        var form = ["user", "client", "group", "role"].compactMap { name in option(name).map { (name, $0) } }
        if flag("all") { form.append(("all", "true")) }
        return FormParameters(form).serialized()
    }
}
