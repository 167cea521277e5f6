import Encoding
import Policy
import SMART
import Storage

/// An `allow`, and everything that its transaction writes: the interaction and the launch are used up, the grant and its
/// code are there, the audit record says so; all of it or nothing.
struct GrantDecision: Sendable {
    enum Answer: Sendable, Equatable {
        case onPage(isToBeRemembered: Bool)
        case fromMemory
        /// The person broke the glass.
        case emergency(EmergencyRecord)
    }

    let visit: Visit
    let signedIn: Visit.SignedIn
    let scope: ScopeSet
    let context: LaunchContext
    /// Nil where nothing is remembered.
    let memory: ConsentMemory?
    let answer: Answer
    let secret: HandleSecret
    let address: String
    let now: Int64
    let lifetimes: Lifetimes
    let configuration: Configuration
    let servers: FHIRServerBook

    /// What the app is told.
    func answer(_ server: AuthorizationServer) async throws -> [(String, String)] {
        let code = try await server.database.write { try grant($0) }
        return [("code", code.text)]
    }

    func grant(_ transaction: borrowing WriteTransaction) throws -> Handle {
        let request = visit.request
        try claim(transaction)
        try requireStillThere(transaction)
        try remember(transaction)
        _ = try transaction.touchSession(signedIn.session.id, now: now)
        guard try request.audience == nil || servers.isServed(audience, transaction) else { throw VisitProblem.gone }
        let end = now.adding(seconds: lifetimes.authorizationCode)
        let grantID = try transaction.insertGrant(
            userID: signedIn.user.id, clientID: visit.client.id.value, audience: audience, scope: scope.text,
            context: JSON.object(context.json).text, sessionID: signedIn.session.id, nonce: request.nonce?.value,
            authTime: signedIn.session.authTime, refresh: refresh, now: now, expiresAt: end,
            purpose: request.purpose?.rawValue, address: address)
        let codeID = try transaction.insertCode(
            secretHash: secret.hash, grantID: grantID, clientID: visit.client.id.value,
            redirectURI: request.redirectURI, codeChallenge: request.codeChallenge.value, now: now, expiresAt: end)
        if case .emergency(let record) = answer { try record.insert(self, grantID: grantID, transaction) }
        try transaction.audit(
            .consent, actor: signedIn.user.sub, client: visit.client.id.value, patient: context.patient?.value,
            address: address, detail: answer == .fromMemory ? "remembered" : nil, at: now)
        return Handle(id: codeID, secret: secret)
    }

    /// RFC 8707: what the token will be for.
    private var audience: String {
        let request = visit.request
        if request.isAdministration { return configuration.administrationAudience }
        return request.audience?.value ?? configuration.issuer.value
    }

    /// What was remembered may have been taken back since the page was due.
    private func remember(_ transaction: borrowing WriteTransaction) throws {
        switch answer {
        case .fromMemory:
            guard try memory?.answers(signedIn, transaction, now: now) == true else { throw VisitProblem.gone }
        case .onPage(let isWanted):
            try memory?.keep(scope, signedIn, isWanted: isWanted, transaction, now: now)
        case .emergency: break
        }
    }

    private var refresh: RefreshKind {
        scope.contains(.offlineAccess) ? .offline : scope.contains(.onlineAccess) ? .online : .none
    }

    private func claim(_ transaction: borrowing WriteTransaction) throws {
        guard try transaction.claimInteraction(id: visit.handle.id, hash: visit.handle.hash, now: now) != nil else {
            throw VisitProblem.gone
        }
        guard let launch = visit.launch?.stored else { return }
        let claimed = try transaction.claimLaunch(
            id: launch.id, hash: launch.secretHash, clientID: visit.client.id.value, now: now)
        guard claimed != nil else {
            throw AuthorizationRefusal.redirect(
                OAuthError(.invalidRequest, "launch was used already or has expired"), visit.target,
                visit.request.state)
        }
    }

    /// What may have changed since the page was shown.
    private func requireStillThere(_ transaction: borrowing WriteTransaction) throws {
        guard let user = try transaction.user(id: signedIn.user.id), user.disabledAt == nil,
            let session = try transaction.session(signedIn.session.id),
            session.isLive(now: now, idle: lifetimes.sessionIdle),
            let client = try transaction.client(visit.client.id.value), client.isEnabled
        else { throw VisitProblem.gone }
    }
}
