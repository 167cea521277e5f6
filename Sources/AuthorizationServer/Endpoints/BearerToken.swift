import Encoding
import Policy
import SMART

/// The access token in `Authorization: Bearer` (RFC 6750 §2.1), the only place where this server takes one (UI-01).
struct BearerToken: Sendable {
    private let text: String

    /// Nil if the request carries no bearer token.
    init?(_ authorization: AuthorizationHeader?) {
        guard let authorization, authorization.scheme == .bearer else { return nil }
        // Text that is not UTF-8 is no token of ours, and is answered as such.
        text = String(strictUTF8: Array(authorization.credentials)) ?? ""
    }

    /// What the token stands for if it is not an access token but opens a registration (RFC 7591 §3, RFC 7592 §2).
    var handle: Handle? { Handle(text) }

    /// The token, live, issued for this server's own API and with that scope; RFC 6750 §3.1 says what else happens.
    func require(_ scope: String, _ server: AuthorizationServer) throws -> VerifiedAccessToken {
        guard let token = try live(server), token.audience == server.configuration.issuer.value else {
            throw Self.invalid()
        }
        guard token.scope.covers(ScopeSet(parsing: scope), reading: .ceiling) else {
            throw OAuthError(
                .insufficientScope, "the access token lacks the scope \(scope)", status: 403,
                challenge: .bearer(scope: scope))
        }
        try requireUndenied(scope, token, server)
        return token
    }

    /// A role may have denied the client what it is registered for, since the token was issued (policy: `suspended`).
    private func requireUndenied(
        _ scope: String, _ token: VerifiedAccessToken, _ server: AuthorizationServer
    ) throws {
        guard let standing = try server.permissions.standing(of: token, now: server.clock.now) else {
            throw Self.invalid()
        }
        if standing.subject.roles.isEmpty { return }
        let asked = ScopeSet(parsing: scope)
        guard standing.edition.policies.undenied(asked, by: standing.subject).covers(asked, reading: .ceiling) else {
            throw OAuthError(
                .insufficientScope, "a role of the client denies \(scope)", status: 403,
                challenge: .bearer(scope: scope))
        }
    }

    /// The token, live, of a person's sign-in, for whichever FHIR server it is: OpenID Connect Core §5.3.1.
    func requireSignIn(_ server: AuthorizationServer) throws -> VerifiedAccessToken {
        guard let token = try live(server) else { throw Self.invalid() }
        guard token.scope.contains(.openid) else {
            throw OAuthError(
                .insufficientScope, "the access token lacks the scope openid", status: 403,
                challenge: .bearer(scope: "openid"))
        }
        return token
    }

    func live(_ server: AuthorizationServer) throws -> VerifiedAccessToken? {
        try server.accessTokens.liveToken(text, now: server.clock.now)
    }

    static func invalid() -> OAuthError {
        OAuthError(.invalidToken, "the access token is not valid here", status: 401, challenge: .bearer(scope: nil))
    }

    /// What a request without a token is told.
    static func missing() -> OAuthError {
        OAuthError(.invalidToken, "an access token is needed", status: 401, challenge: .bearerWithoutError)
    }
}
