import HTTP
import Policy

extension OperationGroup {
    static let decisions = OperationGroup(
        name: "Decisions", about: "Whether a request is permitted, and what an EHR asks.",
        operations: [
            OperationDescription(
                .post, "/access/v1/evaluation", "May this token, or this person, do that", [requestID],
                body: .json(.named("Evaluation")),
                answers: [.json(200, .named("EvaluationAnswer"), "AuthZEN Authorization API 1.0 §6.2.")],
                refusals: refusals, security: callers),
            OperationDescription(
                .post, "/access/v1/evaluations", "Many such questions", [requestID], body: .json(.named("Evaluations")),
                answers: [
                    .json(
                        200,
                        .either(
                            .object(.must("evaluations", .list(of: .named("EvaluationAnswer")))),
                            .named("EvaluationAnswer")), "AuthZEN Authorization API 1.0 §7.2.")
                ], refusals: refusals, security: callers),
            OperationDescription(
                .post, "/launches", "Open an EHR launch", body: .json(.named("NewLaunch")),
                answers: [.json(201, .named("Launch"), "Where to send the browser.")],
                refusals: [
                    .oauthBadRequest, .oauthUnauthenticated, .oauthForbidden, .tooLarge, .notValid, .trouble,
                ], security: [.scope("auth/Launch.c")]),
            OperationDescription(
                .post, "/explain", "Say whether somebody may make a request, and why", body: .json(.named("Question")),
                answers: [.json(200, .named("Explanation"), "The decision and what led to it.")],
                refusals: [
                    .oauthBadRequest, .oauthUnauthenticated, .oauthForbidden, .tooLarge, .notValid, .trouble,
                ], security: [.scope("auth/RolePolicy.r")]),
        ] + [.get, .post, .put, .patch, .delete].map(forwardAuth),
        schemas: [
            (
                "Decision",
                .object(
                    .must("permit", .flag), .may("reason", .word(of: DenialReason.self)), .may("detail", .text),
                    .may("criteria", .text), .may("any", .list(of: .map(to: .any))), .may("except", .list(of: .text)),
                    .may("included", .list(of: .map(to: .any))), .may("entries", .list(of: .map(to: .any))),
                    .may("type", .text))
            ),
            (
                "Evaluation",
                .object(
                    .must("subject", .named("EvaluationSubject")),
                    .must("action", .object(.must("name", .text(atLeast: 1)))),
                    .must("resource", .named("EvaluationResource")), .may("context", .named("EvaluationContext")))
            ),
            (
                "EvaluationSubject",
                .object(
                    .must("type", .word("token", "access_token", "user")), .must("id", .text(atLeast: 1)),
                    .may("properties", .map(to: .any)))
            ),
            (
                "EvaluationResource",
                .object(.must("type", .text(atLeast: 1)), .may("id", .text), .may("properties", .map(to: .any)))
            ),
            (
                "EvaluationContext",
                .object(
                    .may("request", .text), .may("request_body", .text), .may("if_none_exist", .text),
                    .may("filtering", .either(.text, .list(of: .text))), .may("resource", .map(to: .any)))
            ),
            (
                "Evaluations",
                .object(
                    .may("subject", .map(to: .any)), .may("action", .map(to: .any)), .may("resource", .map(to: .any)),
                    .may("context", .map(to: .any)), .may("evaluations", .list(of: .map(to: .any))),
                    .may("options", .map(to: .any)))
            ),
            ("EvaluationAnswer", .object(.must("decision", .flag), .may("context", .map(to: .any)))),
        ])

    private static let requestID = OperationDescription.Parameter.header(
        "X-Request-ID", Schema.text.about("Is in the answer again (§10.1.3)."))

    private static let callers: [OperationDescription.Security] = [.clientSecretBasic, .scope("auth/Token.r")]

    private static let refusals: [OperationDescription.Refusal] = [
        .badRequest, .oauthUnauthenticated, .oauthForbidden, .tooLarge, .tooMany, .trouble,
    ]

    /// Any method, for a gateway asks with that of the request it holds.
    private static func forwardAuth(_ method: HTTP.Method) -> OperationDescription {
        OperationDescription(
            method, ForwardAuthEndpoint.path, "May this request pass",
            [
                "X-Original-Method", "X-Original-URI", "X-Forwarded-Method", "X-Forwarded-Uri", "X-FHIR-Base",
                "X-FHIR-Filtering", "If-None-Exist",
            ].map { .header($0, .text) } + [.query("fhir", .text)],
            answers: [
                OperationDescription.Answer(
                    status: 200, about: "It may.",
                    headers: [
                        "X-FHIR-Criteria", "X-FHIR-Hide", "X-FHIR-Readonly", "X-Patient", "X-FHIR-User", "X-Roles",
                    ]
                    .map { .sometimes($0, .text) })
            ], refusals: [.oauthBadRequest, .oauthUnauthenticated, .oauthForbidden, .tooLarge, .trouble],
            security: [.bearer])
    }
}
