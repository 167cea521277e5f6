import Encoding
import HTTP
import SMART
import Storage

/// `GET` and `POST /logout`: the `end_session_endpoint` of OpenID Connect RP-Initiated Logout 1.0. A request that proves by
/// its hint that it is about this browser's session ends it; any other asks the person first (logout CSRF).
struct LogoutEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        do {
            let form = try ProtocolForm.ofEitherMethod(request)
            let logout = try LogoutRequest(form, server)
            if request.method == .post, request.cookie(server.cookies.session) == nil { return askAgain(form) }
            guard let session = try server.signedIn(request) else {
                return server.signedOut(returnURL: logout.returnURL, request, uiLocales: form["ui_locales"])
            }
            guard try logout.isAbout(session.row, of: session.user, server) else {
                return question(logout, session, request, uiLocales: form["ui_locales"])
            }
            try await server.endSession(session, client: logout.client?.id.value, address: request.peer.address)
            return server.signedOut(returnURL: logout.returnURL, request, uiLocales: form["ui_locales"])
        } catch {
            return server.pages.refusal(error, request)
        }
    }

    /// A form of another site comes without the session's cookie (SameSite=Lax); the GET that follows has it.
    private func askAgain(_ form: FormParameters) -> Response {
        var response = Response.redirect(to: server.url("/logout") + "?" + form.serialized())
        response.forbidStoring()
        return response
    }

    private func question(
        _ logout: LogoutRequest, _ session: SignedInSession, _ request: Request, uiLocales: String?
    ) -> Response {
        let question = LogoutQuestion(logout)
        let page = SignOutPage(
            action: server.path("/logout/confirm"), handle: question.handle,
            csrf: question.token(session: session.handle), userName: session.user.displayName)
        return server.pages.response(
            200, page.render(server.pages.style(request, uiLocales: uiLocales)), returningTo: logout.returnURL)
    }
}

/// `POST /logout/confirm`: the person's answer to the question whether to sign out.
struct LogoutConfirmationEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        do {
            try server.pages.requireSameOrigin(request)
            let form = try ProtocolForm.read(request)
            guard let session = try server.signedIn(request) else {
                return server.signedOut(returnURL: nil, request, uiLocales: nil)
            }
            guard let question = LogoutQuestion(form, session: session.handle) else { throw VisitProblem.gone }
            guard form["decision"] == "allow" else { return stay(request) }
            try await server.endSession(session, client: question.clientID, address: request.peer.address)
            return server.signedOut(returnURL: question.returnURL, request, uiLocales: nil)
        } catch {
            return server.pages.refusal(error, request)
        }
    }

    private func stay(_ request: Request) -> Response {
        server.pages.response(200, StayedPage().render(server.pages.style(request)))
    }
}
