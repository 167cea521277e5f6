import Encoding
import HTTP
import SMART
import Storage
import Threads

/// Turns pages and refusals into responses, with the headers that every page carries (SE-09…SE-11).
struct PageResponses: Sendable {
    let configuration: Configuration
    let stylesheet: Stylesheet
    private let branding: Branding
    private let log: @Sendable (any Error, Request) -> Void

    init(_ configuration: Configuration, log: @escaping @Sendable (any Error, Request) -> Void) {
        self.configuration = configuration
        branding = Branding(name: configuration.organizationName)
        stylesheet = Stylesheet(branding)
        self.log = log
    }

    /// Whose pages, and in which language.
    func style(_ request: Request) -> PageStyle {
        PageStyle(
            branding: branding,
            texts: LanguageChoice.texts(uiLocales: nil, acceptLanguage: request.headers["accept-language"]),
            stylesheetURL: configuration.issuer.path + stylesheet.path)
    }

    /// `formTarget`: where the form's answer may redirect to; browsers hold redirects to `form-action` (checklist AUTHZ-38).
    func response(_ status: Int, _ page: [UInt8], formTarget: RedirectTarget? = nil) -> Response {
        let target = formTarget.flatMap { RedirectURI.contentSecuritySource(of: $0.presented) }.map { " " + $0 } ?? ""
        var response = Response(
            status: status,
            headers: [
                ("Content-Type", "text/html; charset=utf-8"),
                (
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'\(target); "
                        + "base-uri 'none'; frame-ancestors 'none'"
                ),
                ("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ],
            body: page)
        if configuration.issuer.isHTTPS {
            response.set("Strict-Transport-Security", "max-age=31536000")
        }
        response.forbidStoring()
        return response
    }

    /// SE-07: a form of another site's is refused by what the browser says of its origin; the token in the form says the
    /// rest. Under our `no-referrer` browsers send `Origin: null` with our own forms too: then Sec-Fetch-Site must vouch.
    func requireSameOrigin(_ request: Request) throws {
        let (origin, site) = (request.headers["origin"], request.headers["sec-fetch-site"])
        let isOurs =
            switch origin {
            case nil, configuration.issuer.origin: site == nil || site == "same-origin" || site == "none"
            case "null": site == "same-origin"
            default: false
            }
        guard isOurs else { throw OAuthError(.invalidRequest, "the form comes from another site", status: 403) }
    }

    /// A refusal on the way from request to code: told to the app where it may be, else to the person (AZ-04).
    func refusal(_ error: any Error, _ request: Request) -> Response {
        switch error {
        case AuthorizationRefusal.redirect(let error, let target, let state):
            return redirect(error, target, state)
        case AuthorizationRefusal.page(let error):
            return page(.badRequest, status: error.status, detail: error.description, error.code.rawValue, request)
        case let error as OAuthError:
            return page(.badRequest, status: error.status, detail: error.description, error.code.rawValue, request)
        case VisitProblem.withoutCookie:
            return page(.cookiesOff, status: 400, detail: nil, "invalid_request", request)
        case is VisitProblem:
            return page(.expired, status: 400, detail: nil, "invalid_request", request)
        default:
            log(error, request)
            let trouble = ErrorResponses.trouble(error)
            var response = page(
                trouble.status == 503 ? .unavailable : .serverFault, status: trouble.status, detail: nil,
                trouble.status == 503 ? "temporarily_unavailable" : "server_error", request)
            if let retryAfter = trouble.retryAfter { response.set("Retry-After", String(retryAfter)) }
            return response
        }
    }

    private func redirect(_ error: OAuthError, _ target: RedirectTarget, _ state: State?) -> Response {
        let parameters = [("error", error.code.rawValue), ("error_description", error.description)]
        var response = Response.redirect(to: target.url(parameters, state: state, issuer: configuration.issuer))
        response.forbidStoring()
        return response
    }

    private func page(
        _ reason: ErrorReason, status: Int, detail: String?, _ code: String, _ request: Request
    ) -> Response {
        let style = style(request)
        let page = ErrorPage(
            reason, status: status, detail: detail, code: code, requestID: request.id, texts: style.texts)
        return response(status, page.render(style))
    }
}
