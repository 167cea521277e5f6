import Encoding
import SMART
import Storage

/// A request to end the session (OpenID Connect RP-Initiated Logout 1.0 §2), every parameter checked.
struct LogoutRequest: Sendable {
    let hint: IssuedIDToken?
    /// The app that asks, where it says so.
    let client: Client?
    /// Where the app wants the browser back, with its state; only an address that the app registered, to the octet (SE-14).
    let returnURL: String?

    /// Throws `invalid_request`, for a page: what is wrong here must not be told to an address of the request.
    ///
    /// A hint that cannot be read counts as none: keys retire, and people must be able to sign out all the same.
    init(_ form: FormParameters, _ server: AuthorizationServer) throws {
        if let name = form.repeated { throw OAuthError.repeated(name) }
        hint = form["id_token_hint"].flatMap { IssuedIDToken($0, server) }
        client = try Self.client(form, hint, server)
        returnURL = try Self.returnURL(form, client)
    }

    private static func client(
        _ form: FormParameters, _ hint: IssuedIDToken?, _ server: AuthorizationServer
    ) throws -> Client? {
        if let hint, let named = form["client_id"], !named.hasSameOctets(as: hint.clientID) {
            throw OAuthError(.invalidRequest, "client_id is not the client of id_token_hint")
        }
        guard let id = form["client_id"] ?? hint?.clientID else { return nil }
        guard let client = try server.clients.client(id), client.isEnabled else {
            // An app that is gone leaves its tokens behind; only who names it outright must be told.
            if form["client_id"] == nil { return nil }
            throw OAuthError(.invalidRequest, "client_id is not a client that is known here")
        }
        return client
    }

    /// Without a client nobody can say whose address it is: the person stays here (SE-14).
    private static func returnURL(_ form: FormParameters, _ client: Client?) throws -> String? {
        guard let text = form["post_logout_redirect_uri"], let client else { return nil }
        guard let registered = client.metadata.postLogoutRedirectURIs.first(where: { $0.value.hasSameOctets(as: text) })
        else {
            throw OAuthError(.invalidRequest, "post_logout_redirect_uri is not one that the client registered")
        }
        guard let state = form["state"] else { return registered.value }
        return registered.appending([("state", state)], to: registered.value)
    }

    /// Whether the request proves that it is about this very session: then nobody has to be asked. Another session's or
    /// another person's hint proves nothing (lessons L1), or any site could sign people out.
    func isAbout(_ session: StoredSession, of user: StoredUser, _ server: AuthorizationServer) throws -> Bool {
        guard let hint, hint.sub.hasSameOctets(as: user.sub) else { return false }
        guard let sid = hint.sid else { return true }
        if sid.hasSameOctets(as: SessionIdentifier(session).text) { return true }
        let known = try server.database.read { (transaction) throws(StorageError) in
            try transaction.sessionIdentifier(sessionID: session.id, clientID: hint.clientID)
        }
        return known?.hasSameOctets(as: sid) ?? false
    }
}
