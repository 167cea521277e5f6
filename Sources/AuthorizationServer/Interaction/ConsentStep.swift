import Encoding
import HTTP
import Policy
import SMART
import Storage

/// Asks for the decision and, on `allow`, makes the grant and its code (AZ-19, AZ-21, checklist §2.2).
struct ConsentStep: InteractionStep {
    let path = "/consent"

    func isNeeded(_ visit: Visit, _ server: AuthorizationServer) -> Bool { true }

    func page(
        _ visit: Visit, _ form: FormParameters, _ server: AuthorizationServer, _ style: PageStyle
    ) async throws -> [UInt8] {
        try await render(visit, nil, server, style)
    }

    func submit(_ submission: Submission, _ server: AuthorizationServer) async throws -> StepOutcome {
        let (visit, now) = (submission.visit, submission.now)
        guard submission.form["decision"] == "allow", let signedIn = visit.signedIn else {
            return .again(try await render(visit, nil, server, submission.style), status: 400)
        }
        let offer = try await offer(visit, server)
        let granted = try granted(offer, submission, server)
        guard granted.scopes.contains(where: { !Offer.isFrame($0) }) else {
            return .again(try await render(visit, .nothingChosen, server, submission.style), status: 400)
        }
        let decision = Decision(
            visit: visit, signedIn: signedIn, scope: granted, context: offer.context(for: granted),
            memory: memory(visit, offer, server),
            answer: .onPage(isToBeRemembered: submission.form["remember"] == "yes"),
            secret: try HandleSecret(server.random), address: submission.request.peer.address, now: now,
            lifetimes: server.configuration.lifetimes, issuer: server.configuration.issuer)
        return .finish(try await answer(decision, server))
    }

    /// What the app is told if the person need not be asked (AZ-20); nil if they must be. What is granted is all
    /// that is offered, and that was allowed before.
    func answerFromMemory(
        _ visit: Visit, _ request: Request, _ server: AuthorizationServer
    ) async throws -> [(String, String)]? {
        guard let signedIn = visit.signedIn else { return nil }
        let (offer, now) = (try await offer(visit, server), server.clock.now)
        let memory = memory(visit, offer, server)
        guard !offer.scope.scopes.allSatisfy(Offer.isFrame),
            try server.database.read({ (transaction) throws(StorageError) in
                try memory.answers(signedIn, transaction, now: now)
            })
        else { return nil }
        let granted = Self.meaningful(offer.scope)
        let decision = Decision(
            visit: visit, signedIn: signedIn, scope: granted, context: offer.context(for: granted), memory: memory,
            answer: .fromMemory, secret: try HandleSecret(server.random), address: request.peer.address, now: now,
            lifetimes: server.configuration.lifetimes, issuer: server.configuration.issuer)
        return try await answer(decision, server)
    }

    private func answer(_ decision: Decision, _ server: AuthorizationServer) async throws -> [(String, String)] {
        let code = try await server.database.write { try decision.grant($0) }
        return [("code", code.text)]
    }

    private func memory(_ visit: Visit, _ offer: Offer, _ server: AuthorizationServer) -> ConsentMemory {
        ConsentMemory(visit, offer, lifetime: server.configuration.lifetimes.consent)
    }

    /// The boxes that were ticked. Each must be one that the page offered; the frame of the launch comes along.
    private func granted(_ offer: Offer, _ submission: Submission, _ server: AuthorizationServer) throws -> ScopeSet {
        let offered = Set(choices(offer, submission.style).flatMap(\.allScopes))
        let chosen = submission.form.values("scope")
        guard chosen.allSatisfy(offered.contains) else {
            throw OAuthError(.invalidScope, "scope holds what was not offered", status: 400)
        }
        let ticked = ScopeSet(parsing: chosen.joined(separator: " "))
        // A box offers the request or a part of it; should one ever be wider, nothing is granted.
        guard ticked.rejected.isEmpty, offer.scope.covers(ticked, reading: .ceiling) else {
            throw OAuthError(.invalidScope, "scope is wider than what was asked for", status: 400)
        }
        let chosenParts = Self.withoutRedundantParts(ticked, offer)
        return Self.meaningful(ScopeSet(offer.scope.scopes.filter(Offer.isFrame) + chosenParts))
    }

    /// Where a whole and its parts are ticked, the parts say nothing more. What the app itself asked for stays as it was
    /// written (checklist SCP-21).
    private static func withoutRedundantParts(_ ticked: ScopeSet, _ offer: Offer) -> [Scope] {
        let asked = Set(offer.scope.scopes)
        return ticked.scopes.filter { scope in
            asked.contains(scope) || !ticked.removing { $0 == scope }.covers(scope, reading: .ceiling)
        }
    }

    /// Checklist SCP-10: fhirUser means something only beside openid.
    private static func meaningful(_ scope: ScopeSet) -> ScopeSet {
        scope.contains(.openid) ? scope : scope.removing { $0 == .fhirUser }
    }

    private func offer(_ visit: Visit, _ server: AuthorizationServer) async throws -> Offer {
        let patient = try await PatientStep.patient(visit, server)
        let encounter = visit.choicesCount ? visit.state.encounter : nil
        guard let holder = visit.holder else { throw VisitProblem.gone }
        let (edition, now) = (try server.roles.edition(), server.clock.now)
        let carried = try server.database.read { (transaction) throws(StorageError) in
            try holder.carried(visit.request.scope, edition, transaction, now: now)
        }
        return Offer(visit, carried: carried, patient: patient, encounter: encounter)
    }

    private func choices(_ offer: Offer, _ style: PageStyle, areChecked: Bool = true) -> [ScopeChoice] {
        ScopeOffer(style.texts).choices(offer.scope.removing(where: Offer.isFrame), areChecked: areChecked)
    }

    private func render(
        _ visit: Visit, _ problem: ConsentPage.Problem?, _ server: AuthorizationServer, _ style: PageStyle
    ) async throws -> [UInt8] {
        guard let signedIn = visit.signedIn else { throw VisitProblem.gone }
        let offer = try await offer(visit, server)
        // Who cleared every box must not find them ticked again, one press from granting it all.
        let choices = choices(offer, style, areChecked: problem != .nothingChosen)
        guard !choices.isEmpty else {
            throw AuthorizationRefusal.redirect(
                OAuthError(.accessDenied, "nothing that scope asks for can be granted by this user"), visit.target,
                visit.request.state)
        }
        return ConsentPage(
            action: server.path(path), handle: visit.handle.text, csrf: visit.formToken, client: .init(visit),
            patient: try await patient(offer, visit), userName: signedIn.user.displayName, scopes: choices,
            offline: offer.scope.contains(.offlineAccess), offersMemory: memory(visit, offer, server).isPossible,
            problem: problem
        ).render(style)
    }

    /// By its id alone where the directory does not know it any more.
    private func patient(_ offer: Offer, _ visit: Visit) async throws -> PatientChoice? {
        guard let id = offer.context.patient else { return nil }
        return try await visit.directory.patient(id).map(PatientChoice.init) ?? PatientChoice(id: id.value)
    }
}

extension ConsentPage.Client {
    fileprivate init(_ visit: Visit) {
        let metadata = visit.client.metadata
        self.init(
            name: visit.client.displayName, publisherURI: metadata.clientURI?.value,
            policyURI: metadata.policyURI?.value, termsURI: metadata.tosURI?.value, contacts: metadata.contacts,
            redirectHost: visit.target.registered.displayHost, documentHost: visit.client.documentHost,
            isReviewed: visit.client.standing.isReviewed)
    }
}

extension ScopeChoice {
    /// The scopes of this box and of all within it.
    fileprivate var allScopes: [String] { [scope] + parts.flatMap(\.allScopes) }
}

/// An `allow`, and everything that its transaction writes: the interaction and the launch are used up, the grant and its
/// code are there, the audit record says so; all of it or nothing.
private struct Decision: Sendable {
    enum Answer: Sendable, Equatable {
        case onPage(isToBeRemembered: Bool)
        case fromMemory
    }

    let visit: Visit
    let signedIn: Visit.SignedIn
    let scope: ScopeSet
    let context: LaunchContext
    let memory: ConsentMemory
    let answer: Answer
    let secret: HandleSecret
    let address: String
    let now: Int64
    let lifetimes: Lifetimes
    let issuer: Issuer

    func grant(_ transaction: borrowing WriteTransaction) throws -> Handle {
        let request = visit.request
        try claim(transaction)
        try requireStillThere(transaction)
        try remember(transaction)
        _ = try transaction.touchSession(signedIn.session.id, now: now)
        let end = now.adding(seconds: lifetimes.authorizationCode)
        let grantID = try transaction.insertGrant(
            userID: signedIn.user.id, clientID: visit.client.id.value,
            audience: request.audience?.value ?? issuer.value, scope: scope.text,
            context: JSON.object(context.json).text, sessionID: signedIn.session.id, nonce: request.nonce?.value,
            authTime: signedIn.session.authTime, refresh: refresh, now: now, expiresAt: end,
            purpose: request.purpose?.rawValue, address: address)
        let codeID = try transaction.insertCode(
            secretHash: secret.hash, grantID: grantID, clientID: visit.client.id.value,
            redirectURI: request.redirectURI, codeChallenge: request.codeChallenge.value, now: now, expiresAt: end)
        try transaction.audit(
            .consent, actor: signedIn.user.sub, client: visit.client.id.value, patient: context.patient?.value,
            address: address, detail: answer == .fromMemory ? "remembered" : nil, at: now)
        return Handle(id: codeID, secret: secret)
    }

    /// What was remembered may have been taken back since the page was due.
    private func remember(_ transaction: borrowing WriteTransaction) throws {
        switch answer {
        case .fromMemory:
            guard try memory.answers(signedIn, transaction, now: now) else { throw VisitProblem.gone }
        case .onPage(let isWanted):
            try memory.keep(scope, signedIn, isWanted: isWanted, transaction, now: now)
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
