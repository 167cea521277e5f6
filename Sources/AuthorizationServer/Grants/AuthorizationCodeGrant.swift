import Crypto
import Encoding
import SMART
import Storage

/// `authorization_code`: RFC 6749 §4.1.3 with PKCE (RFC 7636 §4.6), checklist §6.
///
/// The claim of the code, all that is checked about it and the refresh token are one transaction. A code is burnt by the
/// first redemption that an authenticated client tries, right or wrong (AZ-23, AZ-27); a second one revokes what the first
/// gave (AZ-26).
struct AuthorizationCodeGrant: TokenGrant {
    let type = GrantType.authorizationCode

    func decision(
        _ request: TokenRequest, _ server: AuthorizationServer
    ) throws -> @Sendable (borrowing WriteTransaction) throws -> CodeDecision {
        let redemption = try Redemption(request, server)
        return { try redemption.redeem($0) }
    }

    func answer(
        _ decision: CodeDecision, _ request: TokenRequest, _ server: AuthorizationServer
    ) async throws -> JSONObject {
        switch decision {
        case .refused(let reason):
            throw OAuthError(.invalidGrant, "code is not valid", detail: reason)
        case .otherTarget: throw OAuthError.otherTarget
        case .redeemed(let grant, let user, let scope, let refreshToken):
            let subject = try server.subject(of: grant, user: user)
            var response = try await server.tokens.tokenResponse(
                grant, to: request.client, scope: scope, subject, now: request.now)
            if let refreshToken { response["refresh_token"] = .string(refreshToken.text) }
            return response
        }
    }
}

enum CodeDecision: Sendable {
    case redeemed(Grant, StoredUser?, ScopeSet, refreshToken: Handle?)
    /// For the log; the client reads one text for all of them.
    case refused(String)
    case otherTarget
}

/// One try to redeem one code: everything that the transaction needs, read beforehand.
private struct Redemption: Sendable {
    private let handle: Handle?
    private let redirectURI: String
    private let verifier: CodeVerifier?
    private let resource: String?
    private let client: Client
    private let address: String
    private let now: Int64
    private let lifetimes: Lifetimes
    private let refreshSecret: HandleSecret
    private let rights: HolderRights

    init(_ request: TokenRequest, _ server: AuthorizationServer) throws {
        handle = Handle(try request.require("code"))
        redirectURI = try request.require("redirect_uri")
        verifier = request.parameters["code_verifier"].flatMap(CodeVerifier.init)
        resource = request.parameters["resource"]
        client = request.client
        address = request.address
        now = request.now
        lifetimes = server.configuration.lifetimes
        refreshSecret = try HandleSecret(server.random)
        rights = server.holderRights
    }

    func redeem(_ transaction: borrowing WriteTransaction) throws -> CodeDecision {
        guard let handle else { return .refused("not a code of this server") }
        switch try transaction.claimCode(id: handle.id, hash: handle.hash, now: now) {
        case .none:
            return .refused("unknown or expired code")
        case .alreadyUsed(let code):
            try revoke(code, "a code was used twice", transaction)
            return .refused("the code was used before")
        case .claimed(let code):
            if let reason = mismatch(code) {
                try revoke(code, "the code's redemption failed: \(reason)", transaction)
                return .refused(reason)
            }
            return try complete(code, transaction)
        }
    }

    /// RFC 6749 §4.1.3: the client, the redirect URI and the verifier must be those of the authorization request.
    private func mismatch(_ code: StoredCode) -> String? {
        if code.clientID != client.id.value { return "the code belongs to another client" }
        if !code.redirectURI.hasSameOctets(as: redirectURI) {
            return "redirect_uri is not the one of the authorization request"
        }
        guard let verifier else { return "code_verifier is missing, or not 43 to 128 unreserved characters" }
        let challenge = Base64URL.encode(Digest.sha256(Array(verifier.value.utf8)))
        let isRight = ConstantTime.equal(Array(challenge.utf8), Array(code.codeChallenge.utf8))
        return isRight ? nil : "code_verifier does not match code_challenge"
    }

    private func complete(_ code: StoredCode, _ transaction: borrowing WriteTransaction) throws -> CodeDecision {
        guard let stored = try transaction.grant(code.grantID), stored.revokedAt == nil else {
            return .refused("the grant was revoked")
        }
        let grant = try Grant(stored)
        guard grant.isFor(resource: resource) else {
            try revoke(code, "the code's redemption failed: resource is not what was granted", transaction)
            return .otherTarget
        }
        let user = try grant.userID.flatMap { id in try transaction.user(id: id) }
        guard let user, user.disabledAt == nil else { return .refused("the user is gone or disabled") }
        let scope = try grant.remaining(of: grant.scope, for: client, user, rights, transaction, now: now)
        guard scope.scopes.contains(where: { !Offer.isFrame($0) }) else {
            return .refused("the user or the client may not have any of it any more")
        }
        guard try joinSession(grant, transaction) else { return .refused("the person has signed out since") }
        var refreshToken: Handle?
        var end = now.adding(seconds: lifetimes.accessToken(of: grant))
        if grant.refresh != .none {
            end = now.adding(seconds: lifetimes.refreshToken)
            let id = try transaction.insertRefreshToken(
                secretHash: refreshSecret.hash, grantID: grant.id, generation: 1, now: now, expiresAt: end)
            refreshToken = Handle(id: id, secret: refreshSecret)
        }
        _ = try transaction.useGrant(grant.id, expiresAt: end, now: now)
        try transaction.audit(.tokenIssued, grant, user: user, address: address, at: now)
        return .redeemed(grant, user, scope, refreshToken: refreshToken)
    }

    /// The app becomes one of those that the person is signed in to. False if the session has ended, or is gone: nobody
    /// would tell the app any more (SE-05).
    private func joinSession(_ grant: Grant, _ transaction: borrowing WriteTransaction) throws -> Bool {
        guard let session = try grant.sessionID.flatMap({ id in try transaction.session(id) }), session.endedAt == nil
        else { return false }
        guard grant.scope.contains(.openid) else { return true }
        try transaction.insertSessionClient(
            sessionID: session.id, clientID: client.id.value, sid: SessionIdentifier(session).text,
            isNotified: client.metadata.backchannelLogoutURI != nil)
        return true
    }

    private func revoke(_ code: StoredCode, _ reason: String, _ transaction: borrowing WriteTransaction) throws {
        try transaction.endGrant(code.grantID, .grantRevoked, reason, address: address, now: now)
    }
}
