import Encoding
import HTTP
import Storage

/// A person who is signed in chooses a new password. All else that was opened with the old one ends with it, and the person goes on
/// in a new session.
struct PasswordChange: Sendable {
    let user: StoredUser
    let request: Request
    let now: Int64

    enum Outcome: Sendable {
        case changed(sessionID: Int64, cookie: (String, String))
        case refused(NewPasswordProblem)
        /// Somebody changed or stopped the account in the meantime.
        case gone
    }

    /// `password` and, the same again, `repeated`.
    func run(_ form: FormParameters, _ server: AuthorizationServer) async throws -> Outcome {
        let text = form["password"] ?? ""
        guard text.hasSameOctets(as: form["repeated"] ?? "") else { return .refused(.different) }
        let password: NewPassword
        do {
            password = try NewPassword(
                text, names: [user.username, user.displayName, server.configuration.branding.name])
        } catch {
            return .refused(.notAllowed(error))
        }
        guard try await !server.passwords.verify(password.secret, against: user.passwordHash) else {
            return .refused(.same)
        }
        let hash = try await server.passwords.hash(password.secret)
        guard let changed = try await store(hash, server) else { return .gone }
        let attempt = SignInAttempt(username: changed.username, request, now: now)
        // The old session has ended: nothing of it goes on.
        guard let session = try await attempt.signIn(changed, replacing: nil, server) else { return .gone }
        return .changed(sessionID: session.sessionID, cookie: session.field)
    }

    private func store(_ hash: String, _ server: AuthorizationServer) async throws -> StoredUser? {
        let (user, address, now) = (user, request.peer.address, now)
        return try await server.database.write { transaction in
            guard let current = try transaction.user(id: user.id), current.disabledAt == nil,
                current.passwordHash == user.passwordHash,
                try transaction.setPassword(userID: user.id, hash: hash, now: now)
            else { return nil }
            try transaction.audit(
                .passwordSet, actor: user.sub, address: address, detail: "by the person", subject: user.sub, at: now)
            return try transaction.user(id: user.id)
        }
    }
}

/// Why the page for a new password is shown again.
enum NewPasswordProblem: Sendable, Equatable {
    case different
    /// The one that the person is to change.
    case same
    case notAllowed(NewPassword.Refusal)

    func text(_ texts: Texts) -> String {
        let words = texts.newPassword
        return switch self {
        case .different: words.different
        case .same: words.same
        case .notAllowed(.tooShort): words.tooShort(NewPassword.leastCharacters)
        case .notAllowed(.tooLong), .notAllowed(.hasNUL): words.tooLong
        case .notAllowed(.repeats): words.repeats
        case .notAllowed(.isSequence): words.isSequence
        case .notAllowed(.isGuessable): words.isGuessable
        }
    }
}
