import Encoding
import HTTP

extension Command {
    static let resourceServerAdd = Command(
        "resource-server add", "register a FHIR server that introspects tokens",
        options: [
            .value("name", "NAME", "what people call it", required: true),
            .value("audience", "URL", "a FHIR base URL whose tokens it accepts", required: true, repeatable: true),
            .value("client-id", "ID", "the client_id it shall have (default: a new one)"),
            .clientSecretFromInput,
            .value("jwks", "FILE|-", "its public keys, a JWK set: it signs instead of showing a secret"),
            .value("jwks-uri", "URL", "where it publishes them (better: it can change them by itself)"),
        ] + Option.administration,
        notes: ["A new client secret is shown this once. With keys there is none."]
    ) { invocation in
        var server: JSONObject = ["name": .string(try invocation.required("name"))]
        server["audiences"] = .array(invocation.values("audience").map { .string($0) })
        server["client_id"] = invocation.option("client-id").map { .string($0) }
        let client = try invocation.administration()
        server["jwks"] = try invocation.option("jwks").map { .object(try invocation.readJSONObject($0)) }
        server["jwks_uri"] = invocation.option("jwks-uri").map { .string($0) }
        if invocation.flag(Option.clientSecretFromInput.name) {
            server["client_secret"] = .string(try invocation.secretFromInput())
        }
        let answer = try await client.send(.post, "/admin/v1/resource-servers", .object(server))
        invocation.answerRegistration(answer)
    }
}
