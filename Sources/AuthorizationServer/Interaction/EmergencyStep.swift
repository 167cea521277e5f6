import Encoding
import HTTP
import Policy
import SMART
import Storage

/// Breaks the glass: the person has signed in for this very request, says why, and opens one record for a quarter of an hour
/// (policy, "Break-glass"). In place of the consent: nothing is chosen or remembered, and nothing is written through it.
struct EmergencyStep: InteractionStep {
    let path = "/break-glass"

    func isNeeded(_ visit: Visit, _ server: AuthorizationServer) -> Bool { visit.request.isEmergency }

    func page(
        _ visit: Visit, _ form: FormParameters, _ server: AuthorizationServer, _ style: PageStyle
    ) async throws -> [UInt8] {
        try await render(visit, reason: "", nil, server, style)
    }

    func submit(_ submission: Submission, _ server: AuthorizationServer) async throws -> StepOutcome {
        let (visit, now) = (submission.visit, submission.now)
        let text = submission.form["reason"] ?? ""
        guard submission.form["decision"] == "open", let reason = EmergencyReason(text), let signedIn = visit.signedIn
        else {
            let page = try await render(visit, reason: text, .reason, server, submission.style)
            return .again(page, status: 400)
        }
        let offer = try await requireOffer(visit, server)
        let granted = ConsentStep.meaningful(offer.scope)
        let record = EmergencyRecord(reason: reason, isNotified: server.configuration.eventReceiver != nil)
        let decision = GrantDecision(
            visit: visit, signedIn: signedIn, scope: granted, context: offer.context(for: granted), memory: nil,
            answer: .emergency(record), secret: try HandleSecret(server.random),
            address: submission.request.peer.address, now: now, lifetimes: server.configuration.lifetimes,
            configuration: server.configuration,
            servers: server.fhirServers)
        let answer = try await decision.answer(server)
        server.events.wake()
        return .finish(answer)
    }

    /// What the emergency opens. Who may not break the glass is told so, and so is the audit.
    private func requireOffer(_ visit: Visit, _ server: AuthorizationServer) async throws -> Offer {
        let offer = try await Offer.made(for: visit, server)
        guard try mayBreakGlass(visit, server), offer.context.patient != nil, !offer.scope.resources.isEmpty else {
            let (sub, client, now) = (visit.signedIn?.user.sub, visit.client.id.value, server.clock.now)
            let (patient, address) = (offer.context.patient?.value, visit.address)
            try await server.database.write { transaction in
                try transaction.audit(
                    .emergencyAccess, actor: sub, client: client, patient: patient, address: address,
                    outcome: "refused: no role of the person opens anything in an emergency", at: now)
            }
            throw AuthorizationRefusal.redirect(
                OAuthError(.accessDenied, "this user may not break the glass for what scope asks for"), visit.target,
                visit.request.state)
        }
        return offer
    }

    private func mayBreakGlass(_ visit: Visit, _ server: AuthorizationServer) throws -> Bool {
        guard let holder = visit.holder else { return false }
        let (edition, now) = (try server.roles.edition(), server.clock.now)
        let entitlement = try server.database.read { (transaction) throws(StorageError) in
            try holder.entitlement(scope: visit.request.scope, patient: nil, edition, transaction, now: now)
        }
        return edition.policies.mayBreakGlass(entitlement.subject)
    }

    private func render(
        _ visit: Visit, reason: String, _ problem: EmergencyPage.Problem?, _ server: AuthorizationServer,
        _ style: PageStyle
    ) async throws -> [UInt8] {
        guard let signedIn = visit.signedIn else { throw VisitProblem.gone }
        let offer = try await requireOffer(visit, server)
        guard let id = offer.context.patient else { throw VisitProblem.gone }
        let patient = try await visit.directory.patient(id).map(PatientChoice.init) ?? PatientChoice(id: id.value)
        return EmergencyPage(
            action: server.path(path), handle: visit.handle.text, csrf: visit.formToken,
            clientName: visit.client.displayName, patient: patient, userName: signedIn.user.displayName,
            minutes: server.configuration.lifetimes.emergencyAccessToken / 60, reason: reason, problem: problem
        ).render(style)
    }
}
