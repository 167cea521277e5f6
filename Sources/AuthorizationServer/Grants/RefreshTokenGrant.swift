import Crypto
import Encoding
import SMART
import Storage

/// `refresh_token`: RFC 6749 §6, checklist §8, lessons R1…R7.
///
/// Each use gives a successor. A repeat within the grace window, by the same client, gets the same successor (RT-03); a
/// later one revokes the whole family (RT-02). The successor is kept sealed with a key that only the presented token can
/// make, so that the database alone reveals nothing.
struct RefreshTokenGrant: TokenGrant {
    let type = GrantType.refreshToken

    func decision(
        _ request: TokenRequest, _ server: AuthorizationServer
    ) throws -> @Sendable (borrowing WriteTransaction) throws -> RefreshDecision {
        let rotation = try Rotation(request, server)
        return { try rotation.rotate($0) }
    }

    func answer(
        _ decision: RefreshDecision, _ request: TokenRequest, _ server: AuthorizationServer
    ) async throws -> JSONObject {
        switch decision {
        case .refused(let reason):
            throw OAuthError(.invalidGrant, "refresh_token is not valid", detail: reason)
        case .scopeTooWide:
            throw OAuthError(.invalidScope, "scope asks for more than was granted")
        case .otherTarget: throw OAuthError.otherTarget
        case .rotated(let grant, let user, let scope, let successor):
            let subject = try server.subject(of: grant, user: user)
            var response = try await server.tokens.tokenResponse(
                grant, to: request.client, scope: scope, subject, now: request.now)
            response["refresh_token"] = .string(successor.text)
            return response
        }
    }
}

enum RefreshDecision: Sendable {
    case rotated(Grant, StoredUser, ScopeSet, Handle)
    case refused(String)
    case scopeTooWide
    case otherTarget
}

/// One use of one refresh token.
private struct Rotation: Sendable {
    private let handle: Handle?
    private let askedScope: ScopeSet?
    private let resource: String?
    private let client: Client
    private let address: String
    private let now: Int64
    private let lifetimes: Lifetimes
    private let random: RandomBytes
    private let directories: Directories
    private let rights: HolderRights
    private let successorSecret: HandleSecret

    init(_ request: TokenRequest, _ server: AuthorizationServer) throws {
        handle = Handle(try request.require("refresh_token"))
        askedScope = request.parameters["scope"].map(ScopeSet.init(parsing:))
        resource = request.parameters["resource"]
        client = request.client
        address = request.address
        now = request.now
        lifetimes = server.configuration.lifetimes
        random = server.random
        directories = server.directories
        rights = server.holderRights
        successorSecret = try HandleSecret(server.random)
    }

    func rotate(_ transaction: borrowing WriteTransaction) throws -> RefreshDecision {
        // Whose token it is comes first: another client's try must not use it up (RT-06).
        guard let handle, let token = try transaction.refreshToken(handle.id), token.secretHash == handle.hash,
            let stored = try transaction.grant(token.grantID), stored.clientID == client.id.value
        else { return .refused("unknown refresh token, or another client's") }
        // A token that was replaced long ago gives its thief away, whatever else is wrong (RT-02).
        if token.usedAt != nil, try graceSuccessor(of: token, handle) == nil {
            return try revokeFamily(stored.id, transaction)
        }
        let grant = try Grant(stored)
        let user: StoredUser
        switch try person(grant, transaction) {
        case .living(let living): user = living
        case .refused(let reason): return .refused(reason)
        }
        guard grant.isFor(resource: resource) else { return .otherTarget }
        let asked = askedScope ?? grant.scope
        // By meaning, not by text (RT-07); narrowing touches only the new access token (checklist REF-6).
        guard asked.rejected.isEmpty, grant.scope.covers(asked, reading: .ceiling) else { return .scopeTooWide }
        guard let scope = try permitted(asked, grant, user, transaction) else {
            return .refused("the user or the client may not have any of it any more")
        }
        switch try transaction.claimRefreshToken(id: handle.id, hash: handle.hash, now: now) {
        case .none:
            return .refused("the refresh token has expired")
        case .claimed(let token):
            let successor = try succeed(token, handle, transaction)
            _ = try transaction.useGrant(grant.id, expiresAt: now.adding(seconds: lifetimes.refreshToken), now: now)
            try transaction.audit(.tokenRefreshed, grant, user: user, address: address, at: now)
            return .rotated(grant, user, scope, successor)
        case .alreadyUsed(let token):
            if let successor = try graceSuccessor(of: token, handle) { return .rotated(grant, user, scope, successor) }
            return try revokeFamily(grant.id, transaction)
        }
    }

    /// Whom the token is of, or why it gives nothing any more.
    private enum Person {
        case living(StoredUser)
        case refused(String)
    }

    /// RT-09, RT-10: the grant, the user and, for online access, the session must still be there.
    private func person(_ grant: Grant, _ transaction: borrowing WriteTransaction) throws -> Person {
        if grant.isRevoked { return .refused("the grant was revoked") }
        guard let user = try grant.userID.flatMap({ id in try transaction.user(id: id) }), user.disabledAt == nil else {
            return .refused("the user is gone or disabled")
        }
        guard grant.refresh == .online else { return .living(user) }
        let session = try grant.sessionID.flatMap { id in try transaction.session(id) }
        let isLive = session?.isLive(now: now, idle: lifetimes.sessionIdle) ?? false
        return isLive ? .living(user) : .refused("the session of this online access has ended")
    }

    /// What of the scope is still to be had; nil if nothing is left, or the patient is no longer the person's to open.
    private func permitted(
        _ scope: ScopeSet, _ grant: Grant, _ user: StoredUser, _ transaction: borrowing WriteTransaction
    ) throws -> ScopeSet? {
        let fhirUser = user.fhirUser.flatMap(FHIRUser.init)
        if let patient = grant.context.patient,
            try !PatientAccess(user: user, fhirUser: fhirUser).mayOpen(patient, transaction)
                || !isKnown(patient, grant, transaction)
        {
            return nil
        }
        let rest = try grant.remaining(of: scope, for: client, user, rights, transaction, now: now)
        return rest.isEmpty ? nil : rest
    }

    /// A FHIR server with a directory of its own answers for its patients itself, with the token in its hand.
    private func isKnown(
        _ patient: FHIRID, _ grant: Grant, _ transaction: borrowing WriteTransaction
    ) throws(StorageError) -> Bool {
        if try directories.isLive(grant.audience) { return true }
        return try transaction.patient(patient.value) != nil
    }

    private func succeed(
        _ token: StoredRefreshToken, _ handle: Handle, _ transaction: borrowing WriteTransaction
    ) throws -> Handle {
        let id = try transaction.insertRefreshToken(
            secretHash: successorSecret.hash, grantID: token.grantID, generation: token.generation.adding(seconds: 1),
            now: now, expiresAt: now.adding(seconds: lifetimes.refreshToken))
        let successor = Handle(id: id, secret: successorSecret)
        let sealed = try AES256GCM.seal(
            Array(successor.text.utf8), key: Self.key(handle), aad: Self.aad(token), random: random)
        guard try transaction.setSuccessor(id: token.id, sealed: sealed) else {
            throw StorageError.corrupt("a refresh token that was just claimed is not there")
        }
        return successor
    }

    /// Nil once the window is over, or where nothing can be opened.
    private func graceSuccessor(of token: StoredRefreshToken, _ handle: Handle) throws -> Handle? {
        guard let usedAt = token.usedAt, now < usedAt.adding(seconds: lifetimes.refreshGrace),
            let sealed = token.successor
        else { return nil }
        let text = try AES256GCM.open(sealed, key: Self.key(handle), aad: Self.aad(token))
        return Handle(String(decoding: text, as: UTF8.self))
    }

    private func revokeFamily(_ grantID: Int64, _ transaction: borrowing WriteTransaction) throws -> RefreshDecision {
        let reason = "a refresh token was used again after the grace window"
        try transaction.endGrant(grantID, .refreshTokenReused, reason, address: address, now: now)
        return .refused(reason)
    }

    /// Known only to who holds the token: the database keeps no more than the SHA-256 of its secret.
    private static func key(_ handle: Handle) -> [UInt8] {
        HMAC.sha256(key: handle.secret, message: Array("lanyard refresh successor".utf8))
    }

    private static func aad(_ token: StoredRefreshToken) -> [UInt8] {
        Array("refresh_token \(token.id)".utf8)
    }
}
