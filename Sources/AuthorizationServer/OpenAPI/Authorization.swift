import HTTP
import SMART

extension OperationGroup {
    static let authorization = OperationGroup(
        name: "Authorization", about: "Where a browser is sent: pages for people, and redirects.",
        operations: [
            OperationDescription(
                .get, "/authorize", "Begin an authorization", authorizationRequest, answers: pages, refusals: atPages,
                security: [.none]),
            OperationDescription(
                .post, "/authorize", "Begin an authorization",
                body: .form(.object(authorizationRequest.map(\.member))), answers: pages,
                refusals: atPages + [.tooLarge], security: [.none]),
            OperationDescription(
                .get, "/logout", "End the browser's session", logoutRequest, answers: pages, refusals: atPages,
                security: [.none]),
            OperationDescription(
                .post, "/logout", "End the browser's session", body: .form(.object(logoutRequest.map(\.member))),
                answers: pages, refusals: atPages + [.tooLarge], security: [.none]),
        ])

    /// RFC 6749 §4.1.1, RFC 7636, RFC 8707, OpenID Connect Core §3.1.2.1, SMART App Launch 2.2.
    private static let authorizationRequest: [OperationDescription.Parameter] = [
        .query("client_id", .text, isRequired: true), .query("redirect_uri", .text, isRequired: true),
        .query("response_type", .word("code"), isRequired: true), .query("state", .text, isRequired: true),
        .query("code_challenge", .text(43...43), isRequired: true),
        .query("code_challenge_method", .word("S256"), isRequired: true), .query("scope", .text),
        .query("aud", Schema.uri.about("The FHIR server, where scopes are for one.")),
        .query("resource", Schema.uri.about("The same (RFC 8707).")), .query("launch", .text), .query("nonce", .text),
        .query("response_mode", .word(of: ResponseMode.self)), .query("prompt", .text),
        .query("max_age", .integer(atLeast: 0)), .query("login_hint", .text), .query("id_token_hint", .text),
        .query("ui_locales", .text), .query("purpose_of_use", .text),
    ]

    /// OpenID Connect RP-Initiated Logout 1.0 §2.
    private static let logoutRequest: [OperationDescription.Parameter] = [
        .query("id_token_hint", .text), .query("client_id", .text), .query("post_logout_redirect_uri", .text),
        .query("state", .text), .query("ui_locales", .text),
    ]

    private static let pages: [OperationDescription.Answer] = [
        .html(200, "A page, or a form that sends itself to the app."),
        .nothing(303, "To the next page, or back to the app.", .always("Location", .text)),
        .html(400, "A page that says what is wrong, where there is no app to be told."),
        .html(500, "A page: the server's own trouble."),
    ]

    private static let atPages: [OperationDescription.Refusal] = [.trouble]
}

extension OperationDescription.Parameter {
    /// The same in a form.
    fileprivate var member: Schema.Member { Schema.Member(name: name, schema: schema, isRequired: isRequired) }
}
