import Crypto
import HTTP
import Storage

/// Whether a try to sign in may be looked at (PW-04).
enum SignInLeave: Sendable {
    case wait(seconds: Int64)
    /// There is no such account, or it is locked here.
    case refused
    /// It is the account's so-manieth try in a row without success.
    case granted(number: Int)

    var isGranted: Bool { if case .granted = self { true } else { false } }

    /// What is locked from now on, if this was the last try before the lock and it failed.
    func lock(_ guessing: Guessing) -> String? {
        switch self {
        case .granted(guessing.consecutive): "locked until an administrator unlocks it"
        case .granted(guessing.consecutiveFromElsewhere): "locked for addresses never signed in from"
        default: nil
        }
    }
}

/// The limits on tries, in two parts each: for addresses that the person has signed in from, and for all others. Who
/// guesses from outside thus cannot keep the person out (SP 800-63B-4 §3.2.2 names this way): not by using up the tries
/// that are free, and not for good by failing a hundred times.
extension SignInAttempt {
    /// Counts the try, for the account and for the address, before the password is looked at, so that parallel tries cannot
    /// outrun the count.
    func claim(_ server: AuthorizationServer) async throws -> SignInLeave {
        let guessing = server.guessing
        return try await server.database.write { [self] transaction in
            let forAddress = try transaction.claimAttempt(
                key: addressKey, now: now, allowance: guessing.perAddress, windowSeconds: guessing.window)
            if let forAddress { return .wait(seconds: forAddress) }
            let isKnown = try transaction.isKnownAddress(peer.subscriber, usernameKey: usernameKey)
            let forAccount = try transaction.claimAttempt(
                key: AttemptKey.account(usernameKey, isKnown: isKnown), now: now, allowance: guessing.perAccount,
                windowSeconds: guessing.window)
            if let forAccount { return .wait(seconds: forAccount) }
            let limit = isKnown ? guessing.consecutive : guessing.consecutiveFromElsewhere
            return try transaction.countSignIn(usernameKey: usernameKey, limit: limit).map { .granted(number: $0) }
                ?? .refused
        }
    }

    /// Gives back what `claim` counted.
    func withdraw(_ leave: SignInLeave, _ server: AuthorizationServer) async throws {
        try await server.database.write { [self] transaction in
            try transaction.returnAttempt(key: addressKey, now: now)
            let isKnown = try transaction.isKnownAddress(peer.subscriber, usernameKey: usernameKey)
            try transaction.returnAttempt(key: AttemptKey.account(usernameKey, isKnown: isKnown), now: now)
            if leave.isGranted { try transaction.uncountSignIn(usernameKey: usernameKey) }
        }
    }

    /// After a success.
    func forgetFailures(of user: StoredUser, _ transaction: borrowing WriteTransaction) throws {
        let isKnown = try transaction.isKnownAddress(peer.subscriber, usernameKey: usernameKey)
        try transaction.clearAttempts(key: AttemptKey.account(usernameKey, isKnown: isKnown))
        try transaction.clearFailedSignIns(userID: user.id)
        try transaction.rememberAddress(peer.subscriber, userID: user.id, now: now)
        // A clinic signs in through one address: those who know their password must not use up its tries.
        try transaction.returnAttempt(key: addressKey, now: now)
    }

    private var addressKey: [UInt8] { AttemptKey.address(peer.subscriber) }
}

/// What tries are counted by.
enum AttemptKey {
    static func account(_ usernameKey: String, isKnown: Bool) -> [UInt8] {
        Digest.sha256(Array("\(isKnown ? "known account" : "account") \(usernameKey)".utf8))
    }

    static func address(_ subscriber: String) -> [UInt8] { Digest.sha256(Array("address \(subscriber)".utf8)) }
}
