import Encoding
import HTTP
import Policy
import SMART

/// What the administration tells somebody whom it does not let in (RFC 6750 §3.1), as a problem document.
enum AdministrationRefusal: Error {
    /// Nothing was presented that could be a token.
    case unauthenticated
    /// No live token of this server, or one for something else.
    case invalidToken
    case forbidden(AdministrationRight, DenialReason)
    /// AD-10, RFC 9470 §3: the person has to sign in again first.
    case staleSignIn
    /// AD-07: what was asked for would give these rights, which the caller has not got.
    case beyondOwnRights(ScopeSet)

    /// In a word.
    var reason: String {
        switch self {
        case .unauthenticated, .invalidToken: "token_inactive"
        case .forbidden(_, let reason): reason.rawValue
        case .staleSignIn: "sign_in_too_old"
        case .beyondOwnRights: "beyond_own_rights"
        }
    }

    /// What it would have taken.
    var right: String {
        switch self {
        case .unauthenticated, .invalidToken, .staleSignIn: ""
        case .forbidden(let right, _): right.description
        case .beyondOwnRights(let rights): rights.text
        }
    }

    func response(_ request: Request, _ configuration: Configuration) -> Response {
        // RFC 9728 §5.1.
        let metadata = configuration.issuer.origin + configuration.administrationMetadataPath
        var response = problem.response(request)
        response.set(
            "WWW-Authenticate",
            "Bearer realm=\"\(configuration.administrationAudience)\""
                + (configuration.offersAdministration ? ", resource_metadata=\"\(metadata)\"" : "") + parameters)
        return response
    }

    private var problem: Problem {
        switch self {
        case .unauthenticated:
            return Problem(
                status: 401, title: "An access token is needed",
                detail: "The administration asks for a bearer token that was issued for it.")
        case .invalidToken:
            return Problem(
                status: 401, title: "The access token is not valid here",
                detail: "It is none, is over or was revoked, or it was issued for something else.")
        case .staleSignIn:
            var problem = Problem(
                status: 401, title: "Sign in again",
                detail: "Keys, roles and secrets are changed within a quarter of an hour of a sign-in.")
            problem.reason = reason
            return problem
        case .forbidden(let right, let reason):
            var problem = Problem(
                status: 403, title: "This is not allowed", detail: "It takes the right \(right): \(reason.words).")
            problem.reason = self.reason
            return problem
        case .beyondOwnRights(let rights):
            var problem = Problem(
                status: 403, title: "More than you have",
                detail: "Nobody gives rights that they do not hold themselves: \(rights.text).")
            problem.reason = self.reason
            return problem
        }
    }

    /// RFC 6750 §3: no error code for who brought nothing; and only who lacks a scope is told which to ask for.
    private var parameters: String {
        switch self {
        case .unauthenticated: ""
        case .invalidToken: ", error=\"invalid_token\", error_description=\"the access token is not valid here\""
        case .staleSignIn:
            ", error=\"insufficient_user_authentication\", "
                + "error_description=\"a more recent authentication is required\", "
                + "max_age=\"\(AdministrationOperation.freshness)\""
        case .forbidden(let right, let reason):
            ", error=\"insufficient_scope\", error_description=\"\(reason.words)\""
                + (reason == .scopeInsufficient ? ", scope=\"\(right)\"" : "")
        case .beyondOwnRights: ", error=\"insufficient_scope\", error_description=\"more than the caller may give\""
        }
    }
}

extension DenialReason {
    /// Of a right to this server's own API.
    fileprivate var words: String {
        switch self {
        case .scopeInsufficient: "the scope of the token does not hold it"
        case .deniedByRule: "a role denies it"
        case .purposeNotAllowed: "it is not for the purpose of this token"
        case .needsStepUp: "the role that gives it needs a stronger sign-in"
        default: "no role gives it"
        }
    }
}
