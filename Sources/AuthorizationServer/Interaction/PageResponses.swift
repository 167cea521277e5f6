import Encoding
import HTTP
import SMART
import Storage
import Threads

/// Turns pages and refusals into responses, with the headers that every page carries (SE-09…SE-11).
struct PageResponses: Sendable {
    let configuration: Configuration
    let stylesheet: Stylesheet
    private let cookies: Cookies
    private let refusals: RecentRefusals
    private let log: @Sendable (any Error, Request) -> Void

    init(
        _ configuration: Configuration, refusals: RecentRefusals,
        log: @escaping @Sendable (any Error, Request) -> Void
    ) {
        self.refusals = refusals
        self.configuration = configuration
        stylesheet = Stylesheet(configuration.branding)
        cookies = Cookies(isSecure: configuration.issuer.isHTTPS)
        self.log = log
    }

    /// Whose pages, and in which language: the one that the person chose on a page, else the app's wish, the browser's and
    /// the server's own. `address` is the page's own path and query, where it can be shown again in another language.
    func style(_ request: Request, uiLocales: String? = nil, address: String? = nil) -> PageStyle {
        let query = try? FormParameters(parsing: request.query)
        let chosen = chosenLanguage(query) ?? request.cookie(cookies.language).flatMap(LanguageChoice.texts(for:))
        let texts =
            chosen
            ?? LanguageChoice.texts(
                uiLocales: uiLocales ?? query?["ui_locales"], acceptLanguage: request.headers["accept-language"],
                fallback: configuration.language)
        let path = configuration.issuer.path
        return PageStyle(
            branding: configuration.branding, texts: texts, stylesheetURL: path + stylesheet.path,
            logoURL: configuration.branding.logo.map { path + $0.path },
            otherLanguages: address.map { LanguageLink.others(than: texts, at: $0) } ?? [])
    }

    /// The style of a page of a visit, which an app's `ui_locales` go along with.
    func style(_ request: Request, _ visit: Visit) -> PageStyle {
        style(
            request, uiLocales: visit.request.uiLocales, address: request.path + "?interaction=" + visit.handle.text)
    }

    /// Keeps the language that a link in a page's footer asked for; it says nothing about the person and opens nothing.
    func keepLanguage(_ request: Request, in response: inout Response) {
        guard let texts = chosenLanguage(try? FormParameters(parsing: request.query)) else { return }
        let cookie = cookies.set(cookies.language, texts.language.tag, maxAge: 31_536_000)
        response.add(cookie.0, cookie.1)
    }

    private func chosenLanguage(_ query: FormParameters?) -> Texts? {
        query?["language"].flatMap(LanguageChoice.texts(for:))
    }

    /// `formTarget`: where the form's answer may redirect to; browsers hold redirects to `form-action` (checklist AUTHZ-38).
    /// `script`: the hash of the one script of the page that posts the answer itself, and then to nowhere but there.
    func response(
        _ status: Int, _ page: [UInt8], formTarget: RedirectTarget? = nil, script: String? = nil
    ) -> Response {
        response(status, page, returningTo: formTarget?.presented, script: script)
    }

    /// The same for an address that was checked in another way.
    func response(_ status: Int, _ page: [UInt8], returningTo address: String?, script: String? = nil) -> Response {
        let target = address.flatMap(RedirectURI.contentSecuritySource)
        let targets = [script == nil ? "'self'" : nil, target].compactMap { $0 }.joined(separator: " ")
        let scripts = script.map { "script-src '\($0)'; " } ?? ""
        let frames = configuration.frameAncestors
        var response = Response(
            status: status,
            headers: [
                ("Content-Type", "text/html; charset=utf-8"),
                (
                    "Content-Security-Policy",
                    "default-src 'none'; \(scripts)style-src 'self'; img-src 'self' data:; form-action \(targets); "
                        + "base-uri 'none'; frame-ancestors \(frames.isEmpty ? "'none'" : frames.joined(separator: " "))"
                ),
                ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ],
            body: page)
        // It has no word for "these few"; who reads frame-ancestors does not read it.
        if frames.isEmpty { response.set("X-Frame-Options", "DENY") }
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
            refusals.record(error, request)
            return answer(
                [("error", error.code.rawValue), ("error_description", error.description)], target, state, request)
        case AuthorizationRefusal.page(let error):
            refusals.record(error, request)
            return page(.badRequest, status: error.status, detail: error.description, error.code.rawValue, request)
        case AuthorizationRefusal.clientWaits:
            return page(.appWaits, status: 403, detail: nil, "unauthorized_client", request)
        case let error as OAuthError:
            refusals.record(error, request)
            return page(.badRequest, status: error.status, detail: error.description, error.code.rawValue, request)
        case let problem as Problem:
            var response = page(.unavailable, status: problem.status, detail: nil, "temporarily_unavailable", request)
            if let retryAfter = problem.retryAfter { response.set("Retry-After", String(retryAfter)) }
            return response
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

    /// A FHIR server's directory is in trouble: the interaction is as it was, so that the same page may be tried again.
    func refusal(_ trouble: DirectoryTrouble, retry: String?, _ request: Request) -> Response {
        log(trouble, request)
        var response = page(
            .directoryUnavailable, status: 503, detail: nil, "temporarily_unavailable", retry: retry, request)
        response.set("Retry-After", "5")
        return response
    }

    /// The authorization response, by the mode that the app asked for: `iss` in every one (RFC 9207, AZ-11).
    func answer(
        _ parameters: [(String, String)], _ target: RedirectTarget, _ state: State?, _ request: Request
    ) -> Response {
        let state = state.map { [("state", $0.value)] } ?? []
        let all = parameters + state + [("iss", configuration.issuer.value)]
        guard target.mode == .formPost else {
            var response = Response.redirect(to: target.url(all))
            response.forbidStoring()
            return response
        }
        let page = FormPostPage(action: target.presented, parameters: all).render(style(request))
        return response(200, page, formTarget: target, script: FormPostPage.scriptHash)
    }

    /// What a browser reads where there is nothing, or nothing for its method; other clients get a line of text.
    func nothingHere(_ status: Int, _ request: Request) -> Response? {
        guard request.headers["accept"]?.contains("text/html") == true else { return nil }
        return page(
            status == 404 ? .notFound : .badRequest, status: status, detail: nil,
            status == 404 ? "not_found" : "invalid_request", request)
    }

    private func page(
        _ reason: ErrorReason, status: Int, detail: String?, _ code: String, retry: String? = nil, _ request: Request
    ) -> Response {
        let style = style(request)
        let page = ErrorPage(
            reason, status: status, detail: detail, code: code, requestID: request.id, retry: retry, texts: style.texts)
        return response(status, page.render(style))
    }
}
