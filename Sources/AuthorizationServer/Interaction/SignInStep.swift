import Crypto
import Encoding
import HTTP
import SMART
import Storage

/// Name and password (SE-01, PW-03, PW-04). Unknown names, wrong passwords and disabled accounts get the same page in the
/// same time.
struct SignInStep: InteractionStep {
    let path = "/sign-in"

    func isNeeded(_ visit: Visit, _ server: AuthorizationServer) -> Bool { visit.signedIn == nil }

    func page(_ visit: Visit, _ form: FormParameters, _ server: AuthorizationServer, _ style: PageStyle) -> [UInt8] {
        render(visit, username: visit.request.loginHint ?? "", nil, server, style)
    }

    func submit(_ submission: Submission, _ server: AuthorizationServer) async throws -> StepOutcome {
        let (visit, now) = (submission.visit, submission.now)
        let username = submission.form["username"] ?? "", password = submission.form["password"] ?? ""
        let attempt = SignInAttempt(username: username, address: submission.request.peer.address, now: now)
        if let wait = try await attempt.claim(server) {
            let page = render(visit, username: username, .tooManyTries(seconds: wait), server, submission.style)
            return .again(page, status: 429)
        }
        let user = try server.database.read { (transaction) throws(StorageError) in
            try transaction.user(usernameKey: attempt.usernameKey)
        }
        let isRight = try await server.passwords.verify(Secret(Array(password.utf8)), against: user?.passwordHash)
        let old = submission.request.cookie(server.cookies.session)
        guard let user, isRight, user.disabledAt == nil,
            let cookie = try await attempt.signIn(user, replacing: old, server)
        else {
            try await attempt.recordFailure(user, server)
            let page = render(visit, username: username, .wrongCredentials, server, submission.style)
            return .again(page, status: 400)
        }
        // The session belongs to this interaction: that is what prompt=login asks for. Choices of another one are void.
        var state = InteractionState(visit.request)
        state.sessionID = cookie.sessionID
        try await visit.keep(state, server, now: now)
        return .proceed(cookies: [cookie.field])
    }

    private func render(
        _ visit: Visit, username: String, _ problem: SignInProblem?, _ server: AuthorizationServer, _ style: PageStyle
    ) -> [UInt8] {
        SignInPage(
            action: server.path(path), handle: visit.handle.text, csrf: visit.formToken,
            clientName: visit.client.displayName, username: username, problem: problem
        ).render(style)
    }
}

/// One try to sign in.
struct SignInAttempt: Sendable {
    let usernameKey: String
    let address: String
    let now: Int64

    init(username: String, address: String, now: Int64) {
        usernameKey = Username.key(username)
        self.address = address
        self.now = now
    }

    /// Counts the try, for the account and for the address, before the password is looked at, so that parallel tries cannot
    /// outrun the count (PW-04). Returns the seconds to wait if there are too many.
    func claim(_ server: AuthorizationServer) async throws -> Int64? {
        let guessing = server.configuration.guessing
        return try await server.database.write { [self] transaction in
            let forAddress = try transaction.claimAttempt(
                key: addressKey, now: now, allowance: guessing.perAddress, windowSeconds: guessing.window)
            if let forAddress { return forAddress }
            return try transaction.claimAttempt(
                key: accountKey, now: now, allowance: guessing.perAccount, windowSeconds: guessing.window)
        }
    }

    /// An unknown name is not kept: it may well be a password in the wrong field (AU-02).
    func recordFailure(_ user: StoredUser?, _ server: AuthorizationServer) async throws {
        try await server.database.write { [self] transaction in
            try transaction.audit(
                .signInFailure, actor: user?.sub, address: address, outcome: "wrong name or password", at: now)
        }
    }

    /// Opens a new session, always with a new id (SE-01), and ends the browser's old one. Returns the cookie.
    ///
    /// Nil if the account was disabled or its password set while this one was being hashed: whoever knew only the old one
    /// is out from then on (SE-06).
    func signIn(
        _ user: StoredUser, replacing old: String?, _ server: AuthorizationServer
    ) async throws -> (sessionID: Int64, field: (String, String))? {
        let secret = try HandleSecret(server.random)
        let oldHandle = old.flatMap(Handle.init)
        let end = now.adding(seconds: server.configuration.lifetimes.sessionAbsolute)
        let id = try await server.database.write { [self] transaction -> Int64? in
            guard let current = try transaction.user(id: user.id), current.disabledAt == nil,
                current.passwordHash == user.passwordHash
            else { return nil }
            if let oldHandle, let session = try transaction.session(oldHandle.id),
                session.secretHash == oldHandle.hash
            {
                _ = try transaction.endSession(session.id, now: now)
            }
            try transaction.clearAttempts(key: accountKey)
            // A clinic signs in through one address: those who know their password must not use up its tries.
            try transaction.returnAttempt(key: addressKey, now: now)
            try transaction.audit(.signIn, actor: user.sub, address: address, at: now)
            return try transaction.insertSession(
                secretHash: secret.hash, userID: user.id, authTime: now, now: now, expiresAt: end)
        }
        return id.map { ($0, server.cookies.set(server.cookies.session, Handle(id: $0, secret: secret).text)) }
    }

    private var accountKey: [UInt8] { Digest.sha256(Array("account \(usernameKey)".utf8)) }
    private var addressKey: [UInt8] { Digest.sha256(Array("address \(address)".utf8)) }
}

/// The name a person signs in with: compared without regard to letter case.
enum Username {
    static func key(_ username: String) -> String { username.lowercased() }
}
