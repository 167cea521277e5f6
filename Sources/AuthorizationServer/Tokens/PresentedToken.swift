import Storage

/// A token of ours that somebody shows, as what decides its fate: the grant. The one place where the text of a token
/// becomes a grant, whatever kind of token it is.
struct PresentedToken: Sendable {
    let grantID: Int64
    /// Whom it was issued to.
    let clientID: String
}

extension AuthorizationServer {
    /// The grant behind a live access token, or behind any refresh token of its family, used and expired ones too. Nil for
    /// everything else.
    func presentedToken(_ text: String) throws -> PresentedToken? {
        if let token = try refreshToken(text) { return token }
        guard let token = try accessTokens.liveToken(text, now: clock.now) else { return nil }
        return PresentedToken(grantID: token.grantID, clientID: token.clientID)
    }

    /// The grant behind a refresh token; nil for what is none.
    func refreshToken(_ text: String) throws -> PresentedToken? {
        guard let handle = Handle(text) else { return nil }
        return try database.read { (transaction) throws(StorageError) in
            guard let token = try transaction.refreshToken(handle.id), token.secretHash == handle.hash,
                let grant = try transaction.grant(token.grantID)
            else { return nil }
            return PresentedToken(grantID: grant.id, clientID: grant.clientID)
        }
    }
}
