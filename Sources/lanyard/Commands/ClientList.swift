import Encoding

extension Command {
    static let clientList = Command(
        "client list", "list the registered clients", options: Option.administration
    ) { invocation in
        let clients = try await invocation.administration().list("/admin/v1/clients", "clients")
        invocation.answer(["clients": .array(clients)]) { _ in
            Presentation.table(
                clients,
                [
                    ("CLIENT ID", "client_id"), ("NAME", "client_name"),
                    ("AUTHENTICATION", "token_endpoint_auth_method"), ("GRANTS", "grant_types"),
                ])
        }
    }
}
