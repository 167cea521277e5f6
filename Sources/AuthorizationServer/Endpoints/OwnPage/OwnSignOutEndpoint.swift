import HTTP

/// `POST /apps/sign-out`: ends the session of this browser, and with it every online access (SE-05), and tells
/// the apps that want to hear of it.
struct OwnSignOutEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        do {
            guard let page = try OwnPage(request, server) else {
                try server.pages.requireSameOrigin(request)
                return server.redirect(toPage: OwnPage.signInPath)
            }
            guard try page.form(request, server) != nil else {
                return server.redirect(toPage: OwnPage.path + "?expired=1")
            }
            try await server.endSession(page.signedIn, client: nil, address: request.peer.address)
            return server.signedOut(returnURL: nil, request, uiLocales: nil)
        } catch {
            return server.pages.refusal(error, request)
        }
    }
}
