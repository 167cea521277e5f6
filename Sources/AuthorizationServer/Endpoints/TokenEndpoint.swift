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
        guard authenticated.client.permits(grant.type) else {
            throw OAuthError(.unauthorizedClient, "this client is not registered for the grant \(name)")
        }
        try await server.clientDocuments.requireHeld(authenticated.client, request)
        let tokenRequest = TokenRequest(
            authenticated: authenticated, parameters: form, address: request.peer.address, now: server.clock.now)
        var response = Response.json(200, .object(try await grant.issue(tokenRequest, server)))
        response.forbidStoring()
        return response
    }

    /// Lessons R7: the SMART JavaScript client refreshes public clients without `client_id`; the token says whose it is. For
    /// a confidential client this changes nothing: it must authenticate as ever.
    private func namingTheClient(_ form: FormParameters, _ request: Request) throws -> FormParameters {
        guard request.headers["authorization"] == nil, form["client_id"] == nil,
            let token = try form["refresh_token"].flatMap(server.refreshToken)
        else { return form }
        return FormParameters(form.items.map { ($0.name, $0.value) } + [("client_id", token.clientID)])
    }
}
