import Encoding

extension Command {
    static let resourceServerList = Command(
        "resource-server list", "list the registered FHIR servers", options: Option.administration
    ) { invocation in
        let servers = try await invocation.administration().list("/admin/v1/resource-servers", "resource_servers")
        invocation.answer(["resource_servers": .array(servers)]) { _ in
            Presentation.table(
                servers,
                [
                    ("CLIENT ID", "client_id"), ("NAME", "client_name"),
                    ("AUTHENTICATION", "token_endpoint_auth_method"), ("AUDIENCES", "resource_server_audiences"),
                ])
        }
    }
}
