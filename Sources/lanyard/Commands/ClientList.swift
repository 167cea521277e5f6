import Encoding

extension Command {
    static let clientList = Command(
        "client list", "list the registered clients",
        options: [
            .flag("waiting", "only those that wait to be approved"),
            .value("sort", "KEY", "by client_id (default), name or created; -created: the other way round"),
        ] + Option.administration
    ) { invocation in
        let query = invocation.query("sort")
        let waiting = invocation.flag("waiting") ? (query.isEmpty ? "?" : "&") + "waiting=true" : ""
        let path = "/admin/v1/clients" + query + waiting
        let clients = try await invocation.administration().list(path, "clients")
        invocation.answer(["clients": .array(clients)]) { _ in
            Presentation.table(clients, invocation.flag("waiting") ? toBeJudged : allColumns)
        }
    }

    private static let allColumns = [
        ("CLIENT ID", "client_id"), ("NAME", "client_name"), ("AUTHENTICATION", "token_endpoint_auth_method"),
        ("GRANTS", "grant_types"), ("REGISTERED ITSELF", "standing"), ("BY", "registered_by"),
        ("DISABLED", "disabled"),
    ]

    /// What an approval depends on.
    private static let toBeJudged = [
        ("CLIENT ID", "client_id"), ("NAME", "client_name"), ("SENDS PEOPLE TO", "redirect_uris"), ("SCOPE", "scope"),
    ]
}
