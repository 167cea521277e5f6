import HTTP
import Storage

/// `/apps/new-password`: who signs in to their own page with a password that an administrator set chooses another first (PW-08).
struct OwnPasswordEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        do {
            // Before anything else is said: a form of another site's learns nothing (SE-07).
            if request.method == .post { try server.pages.requireSameOrigin(request) }
            guard let page = try OwnPage(request, choosingPassword: true, server) else {
                return server.redirect(toPage: OwnPage.path)
            }
            return request.method == .post ? try await submit(request, page) : show(200, request, page, nil)
        } catch {
            return server.pages.refusal(error, request)
        }
    }

    private func submit(_ request: Request, _ page: OwnPage) async throws -> Response {
        guard let form = try page.form(request, server) else { return server.redirect(toPage: OwnPage.passwordPath) }
        let change = PasswordChange(user: page.user, request: request, now: server.clock.now)
        switch try await change.run(form, server) {
        case .refused(let problem): return show(400, request, page, problem)
        case .gone: return server.redirect(toPage: OwnPage.signInPath)
        case .changed(_, let cookie): return server.redirect(toPage: OwnPage.path, cookies: [cookie])
        }
    }

    private func show(_ status: Int, _ request: Request, _ page: OwnPage, _ problem: NewPasswordProblem?) -> Response {
        let content = NewPasswordPage(
            action: server.path(OwnPage.passwordPath), handle: nil, csrf: page.formToken,
            username: page.user.username, problem: problem)
        let style = server.pages.style(request, address: server.path(OwnPage.passwordPath))
        return server.pages.response(status, content.render(style))
    }
}
