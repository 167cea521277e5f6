import Crypto
import Encoding
import HTTP
import Storage

/// What the endpoints of a person's own page share: where it is, who is there, and the token that its forms carry.
struct OwnPage: Sendable {
    static let path = "/apps"
    static let signInPath = path + "/sign-in"
    static let passwordPath = path + "/new-password"
    static let withdrawPath = path + "/withdraw"
    static let signOutPath = path + "/sign-out"

    let signedIn: SignedInSession
    /// Bound to the session and so to this browser (SE-07).
    let formToken: String

    var session: StoredSession { signedIn.row }
    var user: StoredUser { signedIn.user }

    /// Nil unless somebody is signed in, with a password of their own (PW-08) or, `choosingPassword`, to choose one.
    init?(_ request: Request, choosingPassword: Bool = false, _ server: AuthorizationServer) throws {
        guard let signedIn = try server.signedIn(request), signedIn.user.mustChangePassword == choosingPassword else {
            return nil
        }
        self.signedIn = signedIn
        formToken = Self.token(key: signedIn.handle.secret, for: "page \(signedIn.row.id)")
    }

    /// The form of a POST, if it came from this page in this browser; nil if it did not, or the page was too old.
    func form(_ request: Request, _ server: AuthorizationServer) throws -> FormParameters? {
        try Self.form(request, token: formToken, server)
    }

    /// What has changed since the request came is seen in the transaction.
    func isStillThere(_ transaction: borrowing WriteTransaction, now: Int64, idle: Int64) throws(StorageError) -> Bool {
        guard let session = try transaction.session(session.id), session.isLive(now: now, idle: idle),
            let user = try transaction.user(id: user.id)
        else { return false }
        return user.disabledAt == nil
    }

    static func token(key: [UInt8], for purpose: String) -> String {
        Base64URL.encode(HMAC.sha256(key: key, message: Array("own \(purpose)".utf8)))
    }

    /// SE-07: origin, type and token.
    static func form(_ request: Request, token: String, _ server: AuthorizationServer) throws -> FormParameters? {
        try server.pages.requireSameOrigin(request)
        try request.requireForm()
        guard let form = try? FormParameters(parsing: request.body), form.repeated == nil,
            let presented = form["csrf"], ConstantTime.equal(Array(presented.utf8), Array(token.utf8))
        else { return nil }
        return form
    }
}

extension AuthorizationServer {
    /// To one of our own pages, with GET.
    func redirect(toPage path: String, cookies: [(String, String)] = []) -> Response {
        var response = Response.redirect(to: url(path))
        for cookie in cookies { response.add(cookie.0, cookie.1) }
        response.forbidStoring()
        return response
    }
}
