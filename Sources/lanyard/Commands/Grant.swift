import Encoding
import HTTP

extension Command {
    static let grantList = Command(
        "grant list", "list what apps were let into and may still use",
        options: [
            .value("user", "USERNAME", "of that person"), .value("client", "ID", "of that app"),
            .value("patient", "ID", "with that patient in context"),
            .value("sort", "KEY", "-created: the newest first"),
        ] + Option.administration
    ) { invocation in
        let path = "/admin/v1/grants" + invocation.query("user", "client", "patient", "sort")
        let grants = try await invocation.administration().list(path, "grants")
        invocation.answer(["grants": .array(grants)]) { _ in
            Presentation.table(
                grants,
                [
                    ("ID", "id"), ("USER", "user"), ("CLIENT", "client_id"), ("PATIENT", "patient"),
                    ("REFRESH", "refresh"), ("SINCE", "created_at"), ("UNTIL", "expires_at"), ("SCOPE", "scope"),
                ])
        }
    }

    static let grantRevoke = Command(
        "grant revoke", "end what apps were let into: one grant, or all that fit",
        arguments: [Argument("ID", "the number of the grant, as grant list shows it", .optional)],
        options: [
            .value("user", "USERNAME", "all of that person"), .value("client", "ID", "all of that app"),
            .value("patient", "ID", "all with that patient in context"), .flag("all", "all there are"),
        ] + Option.administration
    ) { invocation in
        let client = try invocation.administration()
        if let id = invocation.arguments.first {
            guard invocation.query("user", "client", "patient").isEmpty, !invocation.flag("all") else {
                throw CommandFailure.usage("a grant by its number stands alone")
            }
            _ = try await client.send(.delete, "/admin/v1/grants/" + PathSegment.encode(id))
            return invocation.answer(["revoked": 1]) { _ in "revoked\n" }
        }
        var which: JSONObject = [:]
        for name in ["user", "client", "patient"] { which[name] = invocation.option(name).map { .string($0) } }
        if invocation.flag("all") { which["all"] = true }
        guard !which.isEmpty else {
            throw CommandFailure.usage("which grants: an ID, --user, --client, --patient or --all")
        }
        let answer = try await client.send(.post, "/admin/v1/grants/revoke", .object(which))
        invocation.answer(answer) { "\($0["revoked"]?.integerValue ?? 0) revoked\n" }
    }
}

extension Invocation {
    /// The options of these names that were given, as the query of a list.
    func query(_ names: String...) -> String {
        let given = names.compactMap { name in option(name).map { "\(name)=\(PercentEncoding.encode($0))" } }
        return given.isEmpty ? "" : "?" + given.joined(separator: "&")
    }
}
