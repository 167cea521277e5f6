import HTTP

extension OperationGroup {
    static let discovery = OperationGroup(
        name: "Discovery", about: "What this server is, for programs. Anybody may read it, from any origin.",
        operations: [
            document("/jwks", "The public keys", .named("JWKSet")),
            document(OpenAPIEndpoint.path, "This document", .map(to: .any)),
            document("/.well-known/openid-configuration", "OpenID Connect Discovery", .named("Metadata")),
            document("/.well-known/oauth-authorization-server", "RFC 8414", .named("Metadata")),
            document("/.well-known/authzen-configuration", "AuthZEN", .map(to: .uri)),
            document("/.well-known/smart-configuration", "SMART, of the first FHIR server", .named("Metadata")),
            document(
                "/.well-known/oauth-protected-resource/admin/v1", "RFC 9728, of the administration",
                .named("ProtectedResource")),
            document("/fhir-servers", "The FHIR servers", .list(of: .named("FHIRServer"), atLeast: 1)),
            document(
                "/fhir-servers/{fhir_server}/.well-known/smart-configuration", "SMART, of a FHIR server",
                .named("Metadata"), refusals: [.notFound]),
            document(
                "/fhir-servers/{fhir_server}/capability-security", "What its CapabilityStatement says of security",
                .map(to: .any), refusals: [.notFound]),
        ],
        schemas: [
            (
                "Metadata",
                Schema.object(
                    .must("issuer", .uri), .must("authorization_endpoint", .uri), .must("token_endpoint", .uri),
                    .must("jwks_uri", .uri), .must("grant_types_supported", .list(of: .text)),
                    .must("response_types_supported", .list(of: .text)),
                    .must("code_challenge_methods_supported", .list(of: .word("S256"))),
                    .must("scopes_supported", .list(of: .text))
                ).extensible
            ),
            (
                "ProtectedResource",
                Schema.object(
                    .must("resource", .uri), .may("resource_name", .text),
                    .must("authorization_servers", .list(of: .uri, atLeast: 1)),
                    .must("scopes_supported", .list(of: .text)),
                    .must("bearer_methods_supported", .list(of: .word("header")))
                ).extensible
            ),
            (
                "FHIRServer",
                .object(
                    .must("id", .text), .must("name", .text), .must("base", .uri), .must("fhir_version", .text),
                    .must("smart_configuration", .uri), .must("capability_security", .uri))
            ),
        ])

    private static func document(
        _ path: String, _ summary: String, _ schema: Schema, refusals: [OperationDescription.Refusal] = []
    ) -> OperationDescription {
        OperationDescription(
            .get, path, summary, [.header("If-None-Match", .text)],
            answers: [
                .json(200, schema, "It may be kept for as long as Cache-Control says.", .always("ETag", .text)),
                .nothing(304, "It is still that one.", .always("ETag", .text)),
            ], refusals: refusals + [.badRequest], security: [.none])
    }
}
