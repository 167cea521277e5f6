import HTTP

extension OperationGroup {
    static let settings = OperationGroup(
        name: "Settings", about: "What the server was told at its start, as far as it is no secret.",
        operations: [
            OperationDescription(
                .get, "/settings", "Show the settings", answers: [.json(200, .named("Settings"), "As they are.")])
        ],
        schemas: [
            (
                "Settings",
                .object(
                    .must("issuer", .uri), .must("organization", .text), .must("language", .text),
                    .must("keys_encrypted", .flag), .must("lifetimes", lifetimes),
                    .must(
                        "limits",
                        .object(.must("guesses_per_account", .integer), .must("guesses_per_address", .integer))),
                    .must("registration", registrationSettings),
                    .must("default_roles", Schema.map(to: .named("RoleName")).about("By kind of holder.")),
                    .must("forward_auth", .flag), .may("event_receiver", .uri))
            )
        ])

    private static let lifetimes = Schema.object(
        [
            "access_token", "code", "launch", "interaction", "session_idle", "session_absolute", "refresh_token",
            "refresh_grace", "consent",
        ].map { .must($0, .integer) }
    ).about("In seconds.")

    private static let registrationSettings = Schema.object(
        .must("mode", .word(of: RegistrationPolicy.Mode.self)), .must("scopes", .text), .must("approval", .flag),
        .must("client_documents", .flag))
}
