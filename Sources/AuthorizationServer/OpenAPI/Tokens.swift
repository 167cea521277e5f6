import HTTP
import SMART

extension OperationGroup {
    static let tokens = OperationGroup(
        name: "Tokens", about: "Tokens are issued, taken back and looked at.",
        operations: [
            OperationDescription(
                .post, "/token", "Get a token",
                body: .form(
                    form([
                        .must("grant_type", .word(of: GrantType.self)), .may("code", .text),
                        .may("redirect_uri", .text),
                        .may("code_verifier", .text(43...128)), .may("refresh_token", .text), .may("scope", .text),
                        .may("resource", .text), .may("purpose_of_use", .text),
                    ])),
                answers: [.json(200, .named("TokenResponse"), "RFC 6749 §5.1, with the launch context of SMART.")],
                refusals: refusals, security: [.clientSecretBasic, .none]),
            OperationDescription(
                .post, "/revoke", "Give a token back",
                body: .form(form([.must("token", .text(atLeast: 1)), .may("token_type_hint", .text)])),
                answers: [.nothing(200, "RFC 7009 §2.2: also of a token that nobody knows.")], refusals: refusals,
                security: [.clientSecretBasic, .none]),
            OperationDescription(
                .post, "/introspect", "Say what a token may do",
                body: .form(
                    form([
                        .may("token", .text),
                        .may("tokens", Schema.list(of: .text).about("In place of `token`, a hundred at most.")),
                        .may("token_type_hint", .text),
                        .may("request", Schema.text.about("Of FHIR, to be decided: GET Observation?patient=456.")),
                        .may("request_body", .text), .may("if_none_exist", .text),
                        .may("filtering", Schema.text.about("What the caller can hold back: search, rows, elements.")),
                    ])),
                answers: [
                    OperationDescription.Answer(
                        status: 200, about: "RFC 7662 §2.2; signed where `Accept` asks for it (RFC 9701).",
                        content: [
                            OperationDescription.Content(
                                "application/json", .either(.named("Introspection"), .named("Introspections"))),
                            OperationDescription.Content("application/token-introspection+jwt", .text),
                        ])
                ], refusals: refusals + [.oauthForbidden],
                security: [.clientSecretBasic, .scope("auth/Token.r"), .none]),
            OperationDescription(
                .get, "/userinfo", "Say who signed in",
                answers: [.json(200, .named("UserInfo"), "OpenID Connect Core §5.3.2.")],
                refusals: [.oauthBadRequest, .oauthUnauthenticated, .oauthForbidden, .trouble],
                security: [.scope("openid")]),
            OperationDescription(
                .post, "/userinfo", "Say who signed in",
                answers: [.json(200, .named("UserInfo"), "OpenID Connect Core §5.3.2.")],
                refusals: [.oauthBadRequest, .oauthUnauthenticated, .oauthForbidden, .tooLarge, .trouble],
                security: [.scope("openid")]),
        ],
        schemas: [
            (
                "TokenResponse",
                Schema.object(
                    .must("access_token", .text), .must("token_type", .word("Bearer")), .must("expires_in", .integer),
                    .must("scope", .text), .may("refresh_token", .text), .may("id_token", .text),
                    .may("patient", .named("FHIRID")), .may("encounter", .named("FHIRID")),
                    .may("fhirContext", .list(of: .either(.text, .map(to: .any)))), .may("intent", .text),
                    .may("need_patient_banner", .flag), .may("smart_style_url", .uri), .may("tenant", .text),
                    .may("authorization_details", .list(of: .map(to: .any)))
                ).about("And what the EHR added to the launch context.").extensible
            ),
            (
                "Introspection",
                Schema.object(
                    .must("active", .flag), .may("iss", .uri), .may("sub", .text), .may("aud", .uri),
                    .may("client_id", .text), .may("scope", .text), .may("iat", .time), .may("exp", .time),
                    .may("roles", .list(of: .text)), .may("authorization_details", .list(of: .map(to: .any))),
                    .may("decision", .named("Decision"))
                ).about("And the launch context.").extensible
            ),
            ("Introspections", .object(.must("tokens", .list(of: .named("Introspection"))))),
            (
                "UserInfo",
                .object(
                    .must("sub", .text), .may("fhirUser", .uri), .may("name", .text), .may("preferred_username", .text))
            ),
        ])

    private static let refusals: [OperationDescription.Refusal] = [
        .oauthBadRequest, .oauthUnauthenticated, .tooLarge, .tooMany, .trouble,
    ]

    /// With the ways to authenticate that stand in the body. A parameter that is not known is ignored (RFC 6749 §3.2).
    private static func form(_ members: [Schema.Member]) -> Schema {
        .object(
            members + [
                .may("client_id", .text), .may("client_secret", .text), .may("client_assertion", .text),
                .may("client_assertion_type", .word("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")),
            ])
    }
}
