import HTTP

extension OperationGroup {
    static let registration = OperationGroup(
        name: "Registration", about: "Clients register themselves, where that is on (RFC 7591, RFC 7592).",
        operations: [
            OperationDescription(
                .post, "/register", "Register a client", body: .json(.named("Registration")),
                answers: [.json(201, .named("RegistrationAnswer"), "RFC 7591 §3.2.1.")],
                refusals: refusals + [.tooMany], security: [.bearer, .none]),
            OperationDescription(
                .get, "/register/{client_id}", "Read one's registration",
                answers: [.json(200, .named("RegistrationAnswer"), "RFC 7592 §3.")],
                refusals: [.oauthBadRequest, .oauthUnauthenticated, .oauthForbidden, .notFound, .trouble],
                security: [.bearer]),
            OperationDescription(
                .put, "/register/{client_id}", "Replace one's registration", body: .json(.named("Registration")),
                answers: [.json(200, .named("RegistrationAnswer"), "With a new registration_access_token.")],
                refusals: refusals + [.notFound], security: [.bearer]),
            OperationDescription(
                .delete, "/register/{client_id}", "Delete one's registration",
                answers: [.nothing(204, "It is gone, with its grants.")],
                refusals: [.oauthBadRequest, .oauthUnauthenticated, .oauthForbidden, .notFound, .trouble],
                security: [.bearer]),
        ],
        schemas: [
            (
                "Registration",
                Schema.object(
                    metadata + [
                        .may("client_id", Schema.text.about("One's own, when it is replaced.")),
                        .may("software_statement", .text),
                    ]
                ).about("A member that is not known is ignored (RFC 7591 §2).").extensible
            ),
            (
                "RegistrationAnswer",
                .object(
                    standing + [
                        .may("client_secret", .text), .must("registration_access_token", .text),
                        .must("registration_client_uri", .uri), .may("software_statement", .text),
                        .may("warnings", .list(of: .text)),
                    ])
            ),
        ])

    private static let refusals: [OperationDescription.Refusal] = [
        .oauthBadRequest, .oauthUnauthenticated, .oauthForbidden, .tooLarge, .trouble,
    ]
}
