import Crypto
import Encoding
import HTTP
import SMART
import Storage

/// One try to sign in.
struct SignInAttempt: Sendable {
    let usernameKey: String
    let peer: Peer
    let device: DeviceFamily?
    let now: Int64

    enum Outcome: Sendable {
        case signedIn(sessionID: Int64, cookie: (String, String))
        case refused(SignInProblem)
    }

    init(username: String, _ request: Request, now: Int64) {
        self.init(
            username: username, peer: request.peer, device: DeviceFamily(userAgent: request.headers["user-agent"]),
            now: now)
    }

    init(username: String, peer: Peer, device: DeviceFamily? = nil, now: Int64) {
        usernameKey = Username.key(username)
        self.peer = peer
        self.device = device
        self.now = now
    }

    /// The whole try, on whichever page: unknown names, wrong passwords, disabled and locked accounts end alike.
    func run(password: String, _ request: Request, _ server: AuthorizationServer) async throws -> Outcome {
        let leave = try await claim(server)
        if case .wait(let seconds) = leave { return .refused(.tooManyTries(seconds: seconds)) }
        let password = Secret(Array(password.nfc.utf8))
        // A second look: the hash may be upgraded by another sign-in while this one is checked against the old.
        for _ in 0..<2 {
            let user = try account(server)
            // Whose account is locked learns nothing of the password, in the same time (PW-03).
            let hash = leave.isGranted ? user?.passwordHash : nil
            let isRight = try await verify(password, against: hash, leave, server)
            guard let user, isRight, user.disabledAt == nil else { break }
            let better = await server.passwords.upgrade(password, of: user.passwordHash)
            let old = request.cookie(server.cookies.session)
            if let session = try await signIn(user, upgradingTo: better, replacing: old, server) {
                return .signedIn(sessionID: session.sessionID, cookie: session.field)
            }
        }
        try await recordFailure(try account(server), leave, server)
        return .refused(.wrongCredentials)
    }

    private func account(_ server: AuthorizationServer) throws(StorageError) -> StoredUser? {
        try server.database.read { (transaction) throws(StorageError) in
            try transaction.user(usernameKey: usernameKey)
        }
    }

    /// A try that nobody could look at, because too many waited, is none (PW-10).
    private func verify(
        _ password: Secret, against hash: String?, _ leave: SignInLeave, _ server: AuthorizationServer
    ) async throws -> Bool {
        do {
            return try await server.passwords.verify(password, against: hash)
        } catch {
            try await withdraw(leave, server)
            throw error
        }
    }

    /// An unknown name is not kept: it may well be a password in the wrong field (AU-02).
    func recordFailure(_ user: StoredUser?, _ leave: SignInLeave, _ server: AuthorizationServer) async throws {
        let guessing = server.guessing
        try await server.database.write { [self] transaction in
            let isLocked = user != nil && !leave.isGranted
            try transaction.audit(
                .signInFailure, actor: user?.sub, address: peer.address,
                outcome: isLocked ? "locked after too many failures" : "wrong name or password",
                detail: device?.text, at: now)
            guard let user, let lock = leave.lock(guessing) else { return }
            try transaction.audit(.userLocked, actor: user.sub, address: peer.address, outcome: lock, at: now)
        }
    }

    /// Opens a new session, always with a new id (SE-01), and ends the browser's old one. Returns the cookie.
    /// `upgradingTo`: the same password under today's parameters, kept in the same step (PW-01).
    ///
    /// Nil if the account was disabled or its password set while this one was being hashed: whoever knew only the old one
    /// is out from then on (SE-06).
    func signIn(
        _ user: StoredUser, upgradingTo better: String? = nil, replacing old: String?, _ server: AuthorizationServer
    ) async throws -> (sessionID: Int64, field: (String, String))? {
        let secret = try HandleSecret(server.random)
        let oldHandle = old.flatMap(Handle.init)
        let end = now.adding(seconds: server.configuration.lifetimes.sessionAbsolute)
        let id = try await server.database.write { [self] transaction -> Int64? in
            guard let current = try transaction.user(id: user.id), current.disabledAt == nil,
                current.passwordHash == user.passwordHash
            else { return nil }
            if let better {
                _ = try transaction.upgradePasswordHash(userID: user.id, from: user.passwordHash, to: better)
            }
            try forgetFailures(of: user, transaction)
            try transaction.audit(.signIn, actor: user.sub, address: peer.address, detail: device?.text, at: now)
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
}

/// The name a person signs in with: compared without regard to letter case, and to how an accent is typed.
enum Username {
    static func key(_ username: String) -> String { username.lowercased().nfc }
}
