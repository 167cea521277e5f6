import Encoding

extension Command {
    static let fhirServerList = Command(
        "fhir-server list", "list the FHIR servers that tokens are issued for", options: Option.administration
    ) { invocation in
        let servers = try await invocation.administration().list("/admin/v1/fhir-servers", "fhir_servers")
        invocation.answer(["fhir_servers": .array(servers)]) { _ in
            Presentation.table(
                servers,
                [
                    ("ID", "id"), ("NAME", "name"), ("BASE", "base"), ("FHIR", "fhir_version"),
                    ("TOKENS", "access_token_format"), ("DIRECTORY", "directory"), ("FROM", "source"),
                ])
        }
    }
}
