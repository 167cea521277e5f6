import Encoding
import HTTP
import SMART
import Storage

/// `POST /revoke` (RFC 7009, checklist §12): a client gives a token back. The grant behind it ends, and with it every
/// access and refresh token that was made from it (§2.1 asks that of refresh tokens and allows it for access tokens);
/// introspection knows at once, for it asks the grant's row each time.
///
/// A token that is unknown, over, or another client's is answered like one that was revoked (§2.2): who holds a token of
/// somebody else learns nothing of it.
struct RevocationEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        let form = try ProtocolForm.read(request)
        let authenticated = try await ClientAuthentication(server: server).client(request, form)
        do {
            try await answer(form, authenticated, request)
        } catch let error as OAuthError {
            try await authenticated.spend(server)
            throw error
        }
        var response = Response(status: 200)
        response.forbidStoring()
        return response
    }

    private func answer(
        _ form: FormParameters, _ authenticated: AuthenticatedClient, _ request: Request
    ) async throws {
        // token_type_hint may be ignored (§2.1): all kinds are looked through anyway.
        guard let text = form["token"] else { throw OAuthError.missing("token") }
        let token = try server.presentedToken(text)
        if token == nil, IssuedIDToken(text, server) != nil {
            throw OAuthError(.unsupportedTokenType, "token is an id_token, which nobody can revoke")
        }
        if let token, token.clientID.hasSameOctets(as: authenticated.client.id.value) {
            try await revoke(token, authenticated, request)
        } else {
            try await authenticated.claim(server)
        }
    }

    private func revoke(_ token: PresentedToken, _ authenticated: AuthenticatedClient, _ request: Request) async throws
    {
        let (now, address, reason) = (server.clock.now, request.peer.address, "revoked by its client")
        try await server.database.write { [server] transaction in
            try authenticated.claim(transaction, server.clock)
            try transaction.endGrant(token.grantID, .grantRevoked, reason, address: address, now: now)
        }
    }
}
