import Encoding
import HTTP
import SMART
import Storage

/// `/authorize`, by GET and POST alike (AZ-15, checklist AUTHZ-1). A valid request becomes an interaction, bound to this
/// browser by a cookie, and the browser goes on to its pages by 303: a cross-site POST comes without the session's cookie,
/// the GET that follows has it (checklist AUTHZ-3).
struct AuthorizeEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        do {
            let form = try ProtocolForm.ofEitherMethod(request)
            // What a repeated one means is for the checks to say, and nothing is fetched for it.
            if form.values("client_id").count == 1, let clientID = form["client_id"] {
                try await server.clientDocuments.requireCurrent(clientID, request)
            }
            let valid = try validated(form, now: server.clock.now, server: server)
            return try await begin(valid, request)
        } catch {
            return server.pages.refusal(error, request)
        }
    }

    private func begin(_ valid: AuthorizationRequest, _ request: Request) async throws -> Response {
        try refuseSilence(valid, request)
        let (secret, browser) = (try HandleSecret(server.random), try HandleSecret(server.random))
        let (now, state, clientID) = (server.clock.now, InteractionState(valid).text, valid.clientID.value)
        let lifetime = server.configuration.lifetimes.interaction
        let id = try await server.database.write { transaction in
            try transaction.insertInteraction(
                secretHash: secret.hash, browserHash: browser.hash, sessionID: nil, clientID: clientID, state: state,
                now: now, expiresAt: now.adding(seconds: lifetime))
        }
        let handle = Handle(id: id, secret: secret)
        let first = interactionSteps.first?.path ?? "/"
        var response = Response.redirect(to: server.url(first) + "?interaction=" + handle.text)
        let cookie = server.cookies.set(
            server.cookies.interaction(id), Base64URL.encode(browser.bytes), maxAge: lifetime)
        response.add(cookie.0, cookie.1)
        response.forbidStoring()
        return response
    }

    /// OpenID Connect Core §3.1.2.1: `prompt=none` never shows a page (AZ-22). Nobody signed in is known here, where no
    /// cookie comes back, as from a frame; whatever else would need a page is refused where the page would be shown.
    private func refuseSilence(_ valid: AuthorizationRequest, _ request: Request) throws {
        guard valid.prompts.contains(.none), let client = try server.clients.client(valid.clientID.value),
            let target = RedirectTarget(client, presented: valid.redirectURI, mode: valid.responseMode),
            try !server.isSignedIn(request, maxAge: valid.maxAge, as: valid.idTokenHint)
        else { return }
        throw AuthorizationRefusal.redirect(SilentAnswer.loginRequired, target, valid.state)
    }
}
