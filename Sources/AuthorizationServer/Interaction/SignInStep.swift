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
        render(visit, username: visit.request.loginHint?.value ?? "", nil, server, style)
    }

    func submit(_ submission: Submission, _ server: AuthorizationServer) async throws -> StepOutcome {
        let (visit, now) = (submission.visit, submission.now)
        let username = submission.form["username"] ?? "", password = submission.form["password"] ?? ""
        let attempt = SignInAttempt(username: username, submission.request, now: now)
        switch try await attempt.run(password: password, submission.request, server) {
        case .refused(let problem):
            let page = render(visit, username: username, problem, server, submission.style)
            return .again(page, status: problem.status)
        case .signedIn(let sessionID, let cookie):
            // The session belongs to this interaction: that is what prompt=login asks for. Choices of another one are void.
            var state = InteractionState(visit.request)
            state.sessionID = sessionID
            try await visit.keep(state, server, now: now)
            return .proceed(cookies: [cookie])
        }
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
    let device: DeviceFamily?
    let now: Int64

    enum Outcome: Sendable {
        case signedIn(sessionID: Int64, cookie: (String, String))
        case refused(SignInProblem)
    }

    init(username: String, _ request: Request, now: Int64) {
        self.init(
            username: username, address: request.peer.address,
            device: DeviceFamily(userAgent: request.headers["user-agent"]), now: now)
    }

    init(username: String, address: String, device: DeviceFamily? = nil, now: Int64) {
        usernameKey = Username.key(username)
        self.address = address
        self.device = device
        self.now = now
    }

    /// The whole try, on whichever page: unknown names, wrong passwords and disabled accounts end alike.
    func run(password: String, _ request: Request, _ server: AuthorizationServer) async throws -> Outcome {
        if let wait = try await claim(server) { return .refused(.tooManyTries(seconds: wait)) }
        let user = try server.database.read { (transaction) throws(StorageError) in
            try transaction.user(usernameKey: usernameKey)
        }
        let isRight = try await server.passwords.verify(Secret(Array(password.utf8)), against: user?.passwordHash)
        guard let user, isRight, user.disabledAt == nil,
            let session = try await signIn(user, replacing: request.cookie(server.cookies.session), server)
        else {
            try await recordFailure(user, server)
            return .refused(.wrongCredentials)
        }
        return .signedIn(sessionID: session.sessionID, cookie: session.field)
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
                .signInFailure, actor: user?.sub, address: address, outcome: "wrong name or password",
                detail: device?.text, at: now)
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
            try transaction.clearAttempts(key: accountKey)
            // A clinic signs in through one address: those who know their password must not use up its tries.
            try transaction.returnAttempt(key: addressKey, now: now)
            try transaction.audit(.signIn, actor: user.sub, address: address, detail: device?.text, at: now)
            let id = try transaction.insertSession(
                secretHash: secret.hash, userID: user.id, authTime: now, now: now, expiresAt: end)
            if let oldHandle { try closeSession(oldHandle, for: user, replacedBy: id, transaction) }
            return id
        }
        return id.map { ($0, server.cookies.set(server.cookies.session, Handle(id: $0, secret: secret).text)) }
    }

    /// Another person's session ends. The same person's goes on under the new id: apps that are in use are not signed out
    /// because one of them wanted the password again.
    private func closeSession(
        _ handle: Handle, for user: StoredUser, replacedBy id: Int64, _ transaction: borrowing WriteTransaction
    ) throws {
        guard let session = try transaction.session(handle.id), session.secretHash == handle.hash else { return }
        if session.userID == user.id, session.expiresAt > now {
            _ = try transaction.replaceSession(session.id, by: id, now: now)
        } else {
            _ = try transaction.endSession(session.id, now: now)
        }
    }

    private var accountKey: [UInt8] { Digest.sha256(Array("account \(usernameKey)".utf8)) }
    private var addressKey: [UInt8] { Digest.sha256(Array("address \(address)".utf8)) }
}

/// The name a person signs in with: compared without regard to letter case.
enum Username {
    static func key(_ username: String) -> String { username.lowercased() }
}
