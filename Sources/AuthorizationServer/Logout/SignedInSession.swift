import HTTP
import Storage

/// A browser's live session, with whose it is.
struct SignedInSession: Sendable {
    let handle: Handle
    let row: StoredSession
    let user: StoredUser
}

extension AuthorizationServer {
    /// The live session of the browser that sent this request; nil if nobody is signed in there.
    func signedIn(_ request: Request) throws -> SignedInSession? {
        guard let handle = request.cookie(cookies.session).flatMap(Handle.init) else { return nil }
        let rows = try database.read { (transaction) throws(StorageError) -> (StoredSession, StoredUser)? in
            guard let session = try transaction.session(handle.id), session.secretHash == handle.hash,
                let user = try transaction.user(id: session.userID)
            else { return nil }
            return (session, user)
        }
        guard let (session, user) = rows, user.disabledAt == nil,
            session.isLive(now: clock.now, idle: configuration.lifetimes.sessionIdle)
        else { return nil }
        return SignedInSession(handle: handle, row: session, user: user)
    }

    /// Signs the person out (SE-05): the session, its online access, and the notices to apps, in one transaction.
    func endSession(_ session: SignedInSession, client: String?, address: String) async throws {
        let (id, sub, now) = (session.row.id, session.user.sub, clock.now)
        try await database.write { transaction in
            guard try transaction.endSession(id, now: now) else { return }
            try transaction.audit(.signOut, actor: sub, client: client, address: address, at: now)
        }
        courier.wake()
    }

    /// The end of it: back to the app, or a page that says so. The browser forgets its session either way.
    func signedOut(returnURL: String?, _ request: Request, uiLocales: String?) -> Response {
        var response =
            if let returnURL {
                Response.redirect(to: returnURL)
            } else {
                pages.response(200, SignedOutPage(returnTo: nil).render(pages.style(request, uiLocales: uiLocales)))
            }
        response.forbidStoring()
        let cookie = cookies.set(cookies.session, "", maxAge: 0)
        response.add(cookie.0, cookie.1)
        return response
    }
}
