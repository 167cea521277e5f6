import Encoding
import HTTP
import SMART

/// Who asks what a token may do, and of whose tokens they are told (IN-01). The same at introspection and at AuthZEN.
struct DecisionCaller: Sendable {
    let client: Client

    /// A resource server sees the tokens that are meant for it, whichever client holds them; anybody else their own.
    func maySee(_ token: VerifiedAccessToken) -> Bool {
        token.clientID.hasSameOctets(as: client.id.value) || client.isResourceServer(for: token.audience)
    }

    /// The caller where nothing has to be awaited; nil where only `waiting` can tell: with an assertion, and for the first use
    /// of a secret that a person chose.
    static func immediate(
        _ request: Request, _ form: FormParameters, _ server: AuthorizationServer
    ) throws -> DecisionCaller? {
        let authorization = try AuthorizationHeader(request.headers)
        if let bearer = BearerToken(authorization) { return try caller(bearer, server) }
        let client = try ClientAuthentication(server: server).clientWithoutWaiting(request, authorization, form)
        return try client.map(confidential)
    }

    /// An assertion is used up by this.
    static func waiting(
        _ request: Request, _ form: FormParameters, _ server: AuthorizationServer
    ) async throws -> DecisionCaller {
        let authenticated = try await ClientAuthentication(server: server).client(request, form)
        let caller = try confidential(authenticated.client)
        try await authenticated.claim(server)
        return caller
    }

    /// RFC 7662 §2.1: the endpoint requires authorization, and a public client has none to show.
    private static func confidential(_ client: Client) throws -> DecisionCaller {
        guard client.metadata.tokenEndpointAuthMethod != .none else {
            throw ClientAuthentication.failure(detail: "a public client cannot introspect", challenge: .basic)
        }
        return DecisionCaller(client: client)
    }

    /// Checklist INT-6: instead of its credentials, a client may show a bearer token with the scope `auth/Token.r`.
    private static func caller(_ bearer: BearerToken, _ server: AuthorizationServer) throws -> DecisionCaller {
        let token = try bearer.require("auth/Token.r", server)
        guard let client = try server.clients.client(token.clientID), client.isEnabled else {
            throw OAuthError(.invalidToken, "the token's client is gone", challenge: .bearer(scope: nil))
        }
        return DecisionCaller(client: client)
    }
}
