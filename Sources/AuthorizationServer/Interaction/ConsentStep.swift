import Encoding
import HTTP
import SMART
import Storage

/// Asks for the decision and, on `allow`, makes the grant and its code (AZ-19, AZ-21, checklist §2.2).
struct ConsentStep: InteractionStep {
    let path = "/consent"

    func isNeeded(_ visit: Visit, _ server: AuthorizationServer) -> Bool { !visit.request.isEmergency }

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
        let offer = try await Offer.made(for: visit, server)
        let granted = try granted(offer, submission, server)
        guard granted.scopes.contains(where: { !Offer.isFrame($0) }) else {
            return .again(try await render(visit, .nothingChosen, server, submission.style), status: 400)
        }
        let decision = GrantDecision(
            visit: visit, signedIn: signedIn, scope: granted, context: offer.context(for: granted),
            memory: memory(visit, offer, server),
            answer: .onPage(isToBeRemembered: submission.form["remember"] == "yes"),
            secret: try HandleSecret(server.random), address: submission.request.peer.address, now: now,
            lifetimes: server.configuration.lifetimes, configuration: server.configuration,
            servers: server.fhirServers)
        return .finish(try await decision.answer(server))
    }

    /// What the app is told if the person need not be asked (AZ-20); nil if they must be. What is granted is all
    /// that is offered, and that was allowed before.
    func answerFromMemory(
        _ visit: Visit, _ request: Request, _ server: AuthorizationServer
    ) async throws -> [(String, String)]? {
        guard let signedIn = visit.signedIn else { return nil }
        let (offer, now) = (try await Offer.made(for: visit, server), server.clock.now)
        let memory = memory(visit, offer, server)
        guard !offer.scope.scopes.allSatisfy(Offer.isFrame),
            try server.database.read({ (transaction) throws(StorageError) in
                try memory.answers(signedIn, transaction, now: now)
            })
        else { return nil }
        let granted = Self.meaningful(offer.scope)
        let decision = GrantDecision(
            visit: visit, signedIn: signedIn, scope: granted, context: offer.context(for: granted), memory: memory,
            answer: .fromMemory, secret: try HandleSecret(server.random), address: request.peer.address, now: now,
            lifetimes: server.configuration.lifetimes, configuration: server.configuration,
            servers: server.fhirServers)
        return try await decision.answer(server)
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
    static func meaningful(_ scope: ScopeSet) -> ScopeSet {
        scope.contains(.openid) ? scope : scope.removing { $0 == .fhirUser }
    }

    private func choices(_ offer: Offer, _ style: PageStyle, areChecked: Bool = true) -> [ScopeChoice] {
        ScopeOffer(style.texts).choices(offer.scope.removing(where: Offer.isFrame), areChecked: areChecked)
    }

    private func render(
        _ visit: Visit, _ problem: ConsentPage.Problem?, _ server: AuthorizationServer, _ style: PageStyle
    ) async throws -> [UInt8] {
        guard let signedIn = visit.signedIn else { throw VisitProblem.gone }
        let offer = try await Offer.made(for: visit, server)
        // Who cleared every box must not find them ticked again, one press from granting it all.
        let choices = choices(offer, style, areChecked: problem != .nothingChosen)
        guard !choices.isEmpty else {
            throw AuthorizationRefusal.redirect(
                OAuthError(.accessDenied, "nothing that scope asks for can be granted by this user"), visit.target,
                visit.request.state)
        }
        return ConsentPage(
            action: server.path(path), handle: visit.handle.text, csrf: visit.formToken, client: .init(visit),
            patient: try await patient(offer, visit), purpose: visit.request.purpose,
            userName: signedIn.user.displayName, scopes: choices,
            offline: offer.scope.contains(.offlineAccess), offersMemory: memory(visit, offer, server).isPossible,
            problem: problem, isAdministration: visit.request.isAdministration
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
