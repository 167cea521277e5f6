import Encoding
import HTTP
import SMART

/// `POST /token` (RFC 6749 §3.2). It owns the steps that no grant may forget, in the order of checklist TOK-13: the grant
/// type is known, the client is authenticated, the client may use the grant.
struct TokenEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        var form = try ProtocolForm.read(request)
        guard let name = form["grant_type"] else { throw OAuthError.missing("grant_type") }
        guard let grant = tokenGrants.first(where: { $0.type.rawValue == name }) else {
            throw OAuthError(.unsupportedGrantType, "grant_type is not one that is supported here")
        }
        if grant.type == .refreshToken { form = try namingTheClient(form, request) }
        let authenticated = try await ClientAuthentication(server: server).client(request, form)
        do {
            return try await answer(grant, form, authenticated, request)
        } catch let error as OAuthError {
            try await authenticated.spend(server)
            throw error
        }
    }

    private func answer(
        _ grant: any TokenGrant, _ form: FormParameters, _ authenticated: AuthenticatedClient, _ request: Request
    ) async throws -> Response {
        guard authenticated.client.permits(grant.type) else {
            throw OAuthError(
                .unauthorizedClient, "this client is not registered for the grant \(grant.type.rawValue)")
        }
        try await server.clientDocuments.requireHeld(authenticated.client, request)
        let tokenRequest = TokenRequest(
            authenticated: authenticated, parameters: form, address: request.peer.address, now: server.clock.now)
        return .unstoredJSON(JSON.object(try await grant.issue(tokenRequest, server)).serialized())
    }

    /// Lessons R7: the SMART JavaScript client refreshes public clients without `client_id`; the token says whose it is. For
    /// a confidential client this changes nothing: it must authenticate as ever. Who shows credentials is not told by another
    /// answer whether the token is somebody's (RT-06).
    private func namingTheClient(_ form: FormParameters, _ request: Request) throws -> FormParameters {
        guard request.headers["authorization"] == nil,
            !["client_id", "client_secret", "client_assertion", "client_assertion_type"].contains(where: {
                form[$0] != nil
            }),
            let token = try form["refresh_token"].flatMap(server.refreshToken)
        else { return form }
        return FormParameters(form.items.map { ($0.name, $0.value) } + [("client_id", token.clientID)])
    }
}
