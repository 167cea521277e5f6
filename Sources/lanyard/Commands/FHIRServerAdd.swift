import Encoding
import HTTP

extension Command {
    static let fhirServerAdd = Command(
        "fhir-server add", "register a FHIR server that tokens are issued for",
        options: [
            .value("base", "URL", "its FHIR base URL: what apps name in aud", required: true),
            .value("name", "NAME", "what people call it (default: its base)"),
            .value("id", "ID", "its part of this server's addresses (default: the end of its base)"),
            .value("fhir-version", "VERSION", "as in its CapabilityStatement (default: 4.0.1)"),
            .value("access-token-format", "FORMAT", "jwt or opaque (default: jwt)"),
            .value("directory", "SOURCE", "where its patients are looked up: imported or live (default: imported)"),
        ] + Option.administration
    ) { invocation in
        var server: JSONObject = ["base": .string(try invocation.required("base"))]
        for name in ["name", "id", "fhir-version", "access-token-format", "directory"] {
            let member = String(name.map { $0 == "-" ? "_" : $0 })
            server[member] = invocation.option(name).map { .string($0) }
        }
        let answer = try await invocation.administration().send(.post, "/admin/v1/fhir-servers", .object(server))
        invocation.answer(answer, Presentation.members)
    }
}
