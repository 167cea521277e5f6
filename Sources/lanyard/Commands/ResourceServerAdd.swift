import Encoding
import HTTP

extension Command {
    static let resourceServerAdd = Command(
        "resource-server add", "register a FHIR server that introspects tokens",
        options: [
            .value("name", "NAME", "what people call it", required: true),
            .value("audience", "URL", "a FHIR base URL whose tokens it accepts", required: true, repeatable: true),
            .value("client-id", "ID", "the client_id it shall have (default: a new one)"),
            .flag("client-secret-stdin", "read the client secret from standard input (default: a new one)"),
        ] + Option.administration,
        notes: ["A new client secret is shown this once."]
    ) { invocation in
        var server: JSONObject = ["name": .string(try invocation.required("name"))]
        server["audiences"] = .array(invocation.values("audience").map { .string($0) })
        server["client_id"] = invocation.option("client-id").map { .string($0) }
        let client = try invocation.administration()
        if invocation.flag("client-secret-stdin") {
            server["client_secret"] = .string(try invocation.secretFromInput())
        }
        let answer = try await client.send(.post, "/admin/v1/resource-servers", .object(server))
        invocation.noteWarnings(in: answer)
        invocation.answer(answer, Presentation.members)
    }
}
