import Encoding
import SMART
import Storage

/// Chooses the encounter of a standalone launch, where the app asked for one and the patient has any (checklist STA-2).
struct EncounterStep: InteractionStep {
    let path = "/select-encounter"

    func isNeeded(_ visit: Visit, _ server: AuthorizationServer) async throws -> Bool {
        guard visit.request.wantsEncounter, visit.launch?.context.encounter == nil,
            let patient = try await PatientStep.patient(visit, server)
        else { return false }
        if visit.choicesCount, visit.state.encounter != nil || visit.state.encounterIsDeclined { return false }
        let first = try await visit.directory.encounters(of: patient, after: nil)
        return !first.records.isEmpty || first.next != nil
    }

    func page(
        _ visit: Visit, _ form: FormParameters, _ server: AuthorizationServer, _ style: PageStyle
    ) async throws -> [UInt8] {
        try await render(visit, form, nil, server, style)
    }

    func submit(_ submission: Submission, _ server: AuthorizationServer) async throws -> StepOutcome {
        let (visit, form) = (submission.visit, submission.form)
        guard let signedIn = visit.signedIn, let patient = try await PatientStep.patient(visit, server) else {
            return .proceed()
        }
        var state = visit.state
        if let text = form["encounter"] {
            guard let encounter = try await encounter(text, of: patient, visit.directory) else {
                return .again(try await render(visit, form, .notAvailable, server, submission.style), status: 403)
            }
            state.encounter = FHIRID(encounter.id)
        } else if form.items.contains(where: { $0.name == "encounter" }) {
            state.encounterIsDeclined = true
        } else {
            return .again(try await render(visit, form, .notChosen, server, submission.style), status: 400)
        }
        state.patient = patient
        state.sessionID = signedIn.session.id
        try await visit.keep(state, server, now: submission.now)
        return .proceed()
    }

    /// Nil for an encounter of another patient too (STA-5).
    private func encounter(
        _ text: String, of patient: FHIRID, _ directory: any Directory
    ) async throws -> StoredEncounter? {
        guard let id = FHIRID(text) else { return nil }
        return try await directory.encounter(id, of: patient)
    }

    private func render(
        _ visit: Visit, _ form: FormParameters, _ problem: PickerProblem?, _ server: AuthorizationServer,
        _ style: PageStyle
    ) async throws -> [UInt8] {
        guard let patient = try await PatientStep.patient(visit, server) else { throw VisitProblem.gone }
        let name = try await visit.directory.patient(patient)?.fullName
        let page = try await visit.directory.encounters(of: patient, after: form["after"])
        return EncounterPickerPage(
            action: server.path(path), handle: visit.handle.text, csrf: visit.formToken,
            clientName: visit.client.displayName, patientName: name ?? patient.value,
            encounters: page.records.map {
                EncounterChoice(id: $0.id, title: $0.title, start: $0.start, status: $0.status)
            },
            allowsNone: true, nextCursor: page.next, problem: problem
        ).render(style)
    }
}
