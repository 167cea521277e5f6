import Encoding
import HTTP
import SMART

/// `POST /introspect` (RFC 7662, checklist §11). The caller's own trouble is an error; the token's is
/// `{"active":false}` and nothing else, whatever the reason (IN-02).
struct IntrospectionEndpoint: OpportunisticEndpoint {
    let server: AuthorizationServer

    /// The whole answer where nothing has to be awaited: not with an assertion, nor for the first use of a secret that a
    /// person chose.
    func immediateResponse(to request: Request) throws -> Response? {
        let form = try ProtocolForm.read(request)
        let authorization = try AuthorizationHeader(request.headers)
        if let bearer = BearerToken(authorization) { return try answer(form, try caller(bearer)) }
        let client = try ClientAuthentication(server: server).clientWithoutWaiting(request, authorization, form)
        return try client.map { try answer(form, try confidential($0)) }
    }

    func respond(to request: Request) async throws -> Response {
        let form = try ProtocolForm.read(request)
        let authenticated = try await ClientAuthentication(server: server).client(request, form)
        let caller = try confidential(authenticated.client)
        try await authenticated.claim(server)
        return try answer(form, caller)
    }

    /// Who asks, and whose tokens they may see (IN-01).
    private struct Caller {
        private let client: Client

        init(_ client: Client) {
            self.client = client
        }

        /// A resource server sees the tokens that are meant for it, whichever client holds them; anybody else their own.
        func maySee(_ token: VerifiedAccessToken) -> Bool {
            token.clientID == client.id.value || client.isResourceServer(for: token.audience)
        }
    }

    /// RFC 7662 §2.1: the endpoint requires authorization, and a public client has none to show.
    private func confidential(_ client: Client) throws -> Caller {
        guard client.metadata.tokenEndpointAuthMethod != .none else {
            throw ClientAuthentication.failure(detail: "a public client cannot introspect", challenge: .basic)
        }
        return Caller(client)
    }

    /// Checklist INT-6: instead of its credentials, a client may show a bearer token with the scope `auth/Token.r`.
    private func caller(_ bearer: BearerToken) throws -> Caller {
        let token = try bearer.require("auth/Token.r", server)
        guard let client = try server.clients.client(token.clientID), client.isEnabled else {
            throw OAuthError(.invalidToken, "the token's client is gone", challenge: .bearer(scope: nil))
        }
        return Caller(client)
    }

    /// With `request`, the answer says too whether that FHIR request is permitted (policy, "Decisions").
    private func answer(_ form: FormParameters, _ caller: Caller) throws -> Response {
        guard let text = form["token"] else { throw OAuthError.missing("token") }
        let judgement = try RequestJudgement(form)
        var response = Self.inactive
        if let body = try answer(text, caller, judgement) { response.body = body }
        return response
    }

    /// Nil for a token that is not active for this caller.
    private func answer(_ text: String, _ caller: Caller, _ judgement: RequestJudgement?) throws -> [UInt8]? {
        let now = server.clock.now
        guard let token = try server.accessTokens.liveToken(text, now: now), caller.maySee(token),
            let standing = try server.permissions.standing(of: token, now: now)
        else { return nil }
        var body = token.members
        body.reserveCapacity(token.members.count + standing.compiled.members.count + 1)
        body += standing.compiled.members
        if let judgement {
            body += Array(",\"decision\":".utf8) + JSON.object(judgement.json(standing)).serialized()
        }
        body.append(UInt8(ascii: "}"))
        return body
    }

    private static let inactive = Response(
        status: 200,
        headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Pragma", "no-cache")],
        body: Array(#"{"active":false}"#.utf8))
}
