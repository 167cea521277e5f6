import HTTP
import SMART
import Storage

extension OperationGroup {
    static let clients = OperationGroup(
        name: "Clients", about: "Apps, services and resource servers, and what lets others register them.",
        operations: [
            OperationDescription(
                .post, "/clients", "Register a client", body: .json(.named("NewClient")),
                answers: [.json(201, .named("RegisteredClient"), "Its registration, and its secret, this once.")]),
            OperationDescription(
                .get, "/clients", "List clients",
                .sortedPaging(ClientSort.self) + [
                    .flag("waiting", "Only those that wait for approval."),
                    .query("name", Schema.text(atLeast: 1).about("Only those whose name holds it.")),
                ],
                answers: [.page("clients", of: .named("Client"), "By their ids, or as `sort` says.")]),
            OperationDescription(
                .get, "/clients/{client_id}", "Show a client",
                answers: [.json(200, .named("CheckedClient"), "With what the check says of it today.", .entityTag)]),
            OperationDescription(
                .patch, "/clients/{client_id}", "Change a client", [.seen], body: .mergePatch(.named("ClientPatch")),
                answers: [
                    .json(
                        200, .named("CheckedClient"), "As it is now; a client that may do less has lost what it held.",
                        .entityTag)
                ], refusals: [.conflict, .changedSince, .wrongType, .notValid, .nothingSeen]),
            OperationDescription(
                .delete, "/clients/{client_id}", "Remove a client",
                answers: [.nothing(204, "It is gone, with its grants, codes and launches.")]),
            OperationDescription(
                .post, "/clients/{client_id}/secrets", "Give a client a new secret",
                body: .json(.named("SecretRotation"), isRequired: false),
                answers: [.json(201, .named("RotatedSecret"), "The secret, this once, and the list.")]),
            OperationDescription(
                .get, "/clients/{client_id}/secrets", "List the secrets of a client",
                answers: [.json(200, .named("ClientSecrets"), "By number and end, never what they are.")]),
            OperationDescription(
                .delete, "/clients/{client_id}/secrets/{secret_id}", "End a secret that was replaced",
                answers: [.nothing(204, "It works no more.")], refusals: [.conflict]),
            OperationDescription(
                .post, "/clients/{client_id}/approve", "Approve a client that registered itself",
                body: .json(.named("Approval"), isRequired: false),
                answers: [.json(200, .named("Client"), "What was approved.")], refusals: [.changedSince, .nothingSeen]),
            OperationDescription(
                .post, "/clients/{client_id}/disable", "Stop a client",
                answers: [.json(200, .named("Client"), "Stopped; its grants have ended.")]),
            OperationDescription(
                .post, "/clients/{client_id}/enable", "Let a client work again",
                answers: [.json(200, .named("Client"), "At work.")]),
            OperationDescription(
                .post, "/registration-tokens", "Make a token that lets others register clients",
                body: .json(.named("NewRegistrationToken")),
                answers: [.json(201, .named("MadeRegistrationToken"), "The token, this once.")]),
            OperationDescription(
                .get, "/registration-tokens", "List such tokens", .numberedPaging,
                answers: [.page("registration_tokens", of: .named("RegistrationToken"), "Never the tokens themselves.")]
            ),
            OperationDescription(
                .delete, "/registration-tokens/{id}", "Revoke such a token",
                answers: [.nothing(204, "What was registered with it stays.")]),
            OperationDescription(
                .post, "/resource-servers", "Register a resource server", body: .json(.named("NewResourceServer")),
                answers: [.json(201, .named("RegisteredClient"), "As a client, with its secret where it has one.")]),
            OperationDescription(
                .get, "/resource-servers", "List resource servers", .paging,
                answers: [.page("resource_servers", of: .named("ResourceServer"), "By their ids.")]),
            OperationDescription(
                .get, "/resource-servers/{client_id}", "Show a resource server",
                answers: [.json(200, .named("CheckedClient"), "As a client.")]),
            OperationDescription(
                .delete, "/resource-servers/{client_id}", "Remove a resource server",
                answers: [.nothing(204, "It introspects nothing any more.")]),
        ],
        schemas: [
            ("ClientMetadata", Schema.object(metadata).about("RFC 7591 §2, and members of our own.")),
            ("ClientPatch", Schema.object(metadata.map(\.inPatch)).closed),
            ("NewClient", Schema.object(provisioning + metadata).closed),
            ("Client", .object(standing + [.must("version", Schema.text.about("What `approve` names."))])),
            (
                "CheckedClient",
                .object(
                    standing + [
                        .must("version", .text), .must("warnings", .list(of: .text)),
                        .may(
                            "problems", .list(of: .object(.must("member", .text), .must("reason", .text)), atLeast: 1)),
                    ])
            ),
            (
                "RegisteredClient",
                .object(standing + [.once("client_secret", .text), .must("warnings", .list(of: .text))])
            ),
            ("ResourceServer", .object(standing)),
            ("Approval", .object(.may("version", Schema.text.about("As the registration that was read has it.")))),
            (
                "SecretRotation",
                .exactly(
                    .may(
                        "overlap_seconds",
                        Schema.integer(0...7_776_000).about("For which the earlier ones work on; a day by default.")),
                    .may("client_secret", Schema.text(atLeast: 16).about("A chosen one.")))
            ),
            ("ClientSecrets", .object(secrets)),
            ("RotatedSecret", .object(secrets + [.once("client_secret", .text)])),
            (
                "NewRegistrationToken",
                .exactly(
                    .may("uses", .integer(1...1_000_000)), .may("expires_in", .integer(60...31_622_400)),
                    .may("scope", Schema.text(atLeast: 1).about("The most that a client may have.")))
            ),
            ("RegistrationToken", .object(registrationToken)),
            (
                "MadeRegistrationToken",
                .object(registrationToken + [.once("token", .text), .may("warnings", .list(of: .text))])
            ),
            (
                "NewResourceServer",
                .exactly(
                    .may("name", .text), .must("audiences", .list(of: .uri, atLeast: 1)), .may("client_id", clientID),
                    .may("client_secret", .text(atLeast: 16)), .may("jwks", .named("JWKSet")), .may("jwks_uri", .uri),
                    .may("introspection_signed_response_alg", .word(of: IntrospectionAlgorithm.self)))
            ),
            (
                "JWKSet", Schema.object(.must("keys", .list(of: .map(to: .any)))).about("RFC 7517 §5: public keys.")
            ),
        ])

    private static let clientID = Schema.text(1...255, matching: "^[!-~]+$")

    private static let provisioning: [Schema.Member] = [
        .may("client_id", clientID), .may("client_secret", .text(atLeast: 16)),
        .may(
            "roles",
            Schema.list(of: .either(.named("RoleName"), .named("RoleGift")))
                .about("On its own, beside the usual one. All are given with it, or it is not registered.")),
    ]

    private static let secrets: [Schema.Member] = [
        .must("client_id", clientID),
        .must(
            "secrets",
            .list(
                of: .object(
                    .must("id", .integer(atLeast: 1)), .must("created_at", .time),
                    .must("expires_at", Schema.time.orNull)))
        ),
    ]

    private static let registrationToken: [Schema.Member] = [
        .must("id", .integer(atLeast: 1)), .must("uses_left", .integer(atLeast: 0)), .must("created_at", .time),
        .must("expires_at", .time), .may("scope", .text),
    ]

    static let metadata: [Schema.Member] = [
        .may("client_name", .text), .may("client_uri", .uri), .may("logo_uri", .uri), .may("tos_uri", .uri),
        .may("policy_uri", .uri), .may("contacts", .list(of: .text)),
        .may("application_type", .word(of: ApplicationType.self)),
        .may("redirect_uris", .list(of: .uri)), .may("post_logout_redirect_uris", .list(of: .uri)),
        .may("backchannel_logout_uri", .uri), .may("backchannel_logout_session_required", .flag),
        .may("launch_uris", .list(of: .uri)),
        .may("grant_types", .list(of: .word(of: GrantType.self))),
        .may("response_types", .list(of: .word("code"))),
        .may("token_endpoint_auth_method", .word(of: TokenEndpointAuthMethod.self)),
        .may("token_endpoint_auth_signing_alg", .word(of: AssertionAlgorithm.self)),
        .may("scope", .text), .may("jwks", .named("JWKSet")), .may("jwks_uri", .uri),
        .may("allowed_origins", .list(of: .text)), .may("resource_server_audiences", .list(of: .uri)),
        .may("fhir_context_version", .word(of: FHIRContextVersion.self)),
        .may("access_token_format", .word(of: AccessTokenFormat.self)),
        .may("introspection_signed_response_alg", .word(of: IntrospectionAlgorithm.self)),
    ]

    /// A registration as it is answered: with what the server adds.
    static let standing: [Schema.Member] =
        [
            .must("client_id", clientID), .must("client_id_issued_at", .time),
            .may("client_secret_expires_at", Schema.integer.about("0: it does not end (RFC 7591 §3.2.1).")),
            .may("standing", Schema.word("unreviewed", "waiting", "approved").about("Of one that registered itself.")),
            .may("registered_by", .word("document")), .may("document_seen_at", .time), .may("disabled", .flag),
        ] + metadata
}
