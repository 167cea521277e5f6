import Encoding

extension OperationDescription {
    /// An answer that many operations have, and that stands once in the document.
    enum Refusal: String, Sendable, CaseIterable {
        case badRequest = "BadRequest"
        case unauthenticated = "Unauthenticated"
        case signInTooOld = "SignInTooOld"
        case forbidden = "Forbidden"
        case notFound = "NotFound"
        case conflict = "Conflict"
        case changedSince = "ChangedSince"
        case tooLarge = "TooLarge"
        case wrongType = "WrongType"
        case notValid = "NotValid"
        case nothingSeen = "NothingSeen"
        case tooMany = "TooMany"
        case trouble = "Trouble"
        case oauthBadRequest = "OAuthBadRequest"
        case oauthUnauthenticated = "OAuthUnauthenticated"
        case oauthForbidden = "OAuthForbidden"

        var status: Int {
            switch self {
            case .badRequest, .oauthBadRequest: 400
            case .unauthenticated, .signInTooOld, .oauthUnauthenticated: 401
            case .forbidden, .oauthForbidden: 403
            case .notFound: 404
            case .conflict: 409
            case .changedSince: 412
            case .tooLarge: 413
            case .wrongType: 415
            case .notValid: 422
            case .nothingSeen: 428
            case .tooMany: 429
            case .trouble: 503
            }
        }

        private var about: String {
            switch self {
            case .badRequest: "The request cannot be read. What is no HTTP is told in a line of text."
            case .unauthenticated: "There is no token, or none that is good here."
            case .signInTooOld:
                "There is no token, or none that is good here. With the `reason` sign_in_too_old the person has to sign in "
                    + "again: WWW-Authenticate has a `max_age` (RFC 9470 §3)."
            case .forbidden: "The scope of the token, or the roles of its holder, do not give the right."
            case .notFound: "There is no such thing."
            case .conflict:
                "It is there already, or its state does not allow that; or a request of that Idempotency-Key was begun, and its "
                    + "end is not known."
            case .changedSince: "It has changed since it was read."
            case .tooLarge: "The body is too large."
            case .wrongType: "The body has to be a merge patch (RFC 7396)."
            case .notValid:
                "The members that are wrong are in `errors`; or the Idempotency-Key was used for something else."
            case .nothingSeen: "What was read and is changed must be named."
            case .tooMany: "Too many tries."
            case .trouble: "The server cannot answer now: try again."
            case .oauthBadRequest: "RFC 6749 §5.2. What is no HTTP is told in a line of text."
            case .oauthUnauthenticated: "The client or the token was not accepted."
            case .oauthForbidden: "RFC 6750 §3.1: the token is not enough, or the request is not permitted."
            }
        }

        var answer: Answer {
            Answer(status: status, about: about, content: content, headers: headers)
        }

        private var content: [Content] {
            let problem = Content("application/problem+json", .named("Problem"))
            let line = Content("text/plain", .text), oauth = Content("application/json", .named("OAuthError"))
            return switch self {
            case .badRequest, .notFound: [problem, line]
            case .oauthBadRequest: [oauth, problem, line]
            case .oauthUnauthenticated: [oauth]
            case .oauthForbidden: [oauth, problem]
            case .tooLarge: [line]
            default: [problem]
            }
        }

        private var headers: [Header] {
            switch self {
            case .unauthenticated, .signInTooOld: [.always("WWW-Authenticate", .text)]
            case .forbidden, .oauthUnauthenticated, .oauthForbidden: [.sometimes("WWW-Authenticate", .text)]
            case .tooMany, .trouble: [.always("Retry-After", .integer(atLeast: 0))]
            default: []
            }
        }

        static let schemas: [(name: String, schema: Schema)] = [
            (
                "Problem",
                Schema.object(
                    .must("title", .text), .must("status", .integer(400...599)), .must("detail", .text),
                    .may(
                        "errors",
                        Schema.list(of: .object(.must("member", .text), .must("reason", .text)), atLeast: 1)
                            .about("Every member that is wrong, and why.")),
                    .may("reason", Schema.text.about("Why, in a word for programs.")),
                    .must("request_id", Schema.text.about("The request in the server's log."))
                ).about("RFC 9457.")
            ),
            (
                "OAuthError",
                Schema.object(.must("error", .text), .must("error_description", .text), .must("request_id", .text))
                    .about("RFC 6749 §5.2, RFC 6750 §3.1, RFC 7591 §3.2.2.")
            ),
        ]
    }
}
