import Crypto
import Encoding
import HTTP

/// `/apps/sign-in`: the sign-in of a person's own page, by the same rules as that of a launch (PW-03, PW-04, SE-01). Its
/// form is bound to the browser by a cookie before there is a session (SE-07).
struct OwnSignInEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        do {
            return request.method == .post ? try await submit(request) : try show(request)
        } catch {
            return server.pages.refusal(error, request)
        }
    }

    private func show(_ request: Request) throws -> Response {
        if try OwnPage(request, server) != nil { return server.redirect(toPage: OwnPage.path) }
        if try OwnPage(request, choosingPassword: true, server) != nil {
            return server.redirect(toPage: OwnPage.passwordPath)
        }
        let key = try browserKey(request) ?? server.random(32)
        var response = page(200, request, key: key, username: "", nil)
        let cookie = server.cookies.set(
            server.cookies.signIn, Base64URL.encode(key), maxAge: server.configuration.lifetimes.interaction)
        response.add(cookie.0, cookie.1)
        server.pages.keepLanguage(request, in: &response)
        return response
    }

    private func submit(_ request: Request) async throws -> Response {
        guard let key = browserKey(request),
            let form = try OwnPage.form(request, token: OwnPage.token(key: key, for: "sign-in"), server)
        else {
            // No cookie, or an old page: a new one is shown, and nothing is tried.
            try server.pages.requireSameOrigin(request)
            return server.redirect(toPage: OwnPage.signInPath)
        }
        let username = form["username"] ?? "", password = form["password"] ?? ""
        let attempt = SignInAttempt(username: username, request, now: server.clock.now)
        switch try await attempt.run(password: password, request, server) {
        case .refused(let problem): return page(problem.status, request, key: key, username: username, problem)
        case .signedIn(_, let cookie):
            let end = server.cookies.set(server.cookies.signIn, "", maxAge: 0)
            return server.redirect(toPage: OwnPage.path, cookies: [cookie, end])
        }
    }

    private func browserKey(_ request: Request) -> [UInt8]? {
        let key = request.cookie(server.cookies.signIn).flatMap(Base64URL.decode)
        return key?.count == 32 ? key : nil
    }

    private func page(
        _ status: Int, _ request: Request, key: [UInt8], username: String, _ problem: SignInProblem?
    ) -> Response {
        let page = SignInPage(
            action: server.path(OwnPage.signInPath), handle: nil, csrf: OwnPage.token(key: key, for: "sign-in"),
            clientName: nil, username: username, problem: problem)
        let style = server.pages.style(request, address: server.path(OwnPage.signInPath))
        return server.pages.response(status, page.render(style))
    }
}
