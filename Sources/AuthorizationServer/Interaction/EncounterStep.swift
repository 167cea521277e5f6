import Encoding
import SMART
import Storage

/// Chooses the encounter of a standalone launch, where the app asked for one and the patient has any (checklist STA-2).
struct EncounterStep: InteractionStep {
    let path = "/select-encounter"
    private static let limit = 20

    func isNeeded(_ visit: Visit, _ server: AuthorizationServer) throws -> Bool {
        guard visit.request.wantsEncounter, visit.launch?.context.encounter == nil,
            let patient = try PatientStep.patient(visit, server)
        else { return false }
        if visit.choicesCount, visit.state.encounter != nil || visit.state.encounterIsDeclined { return false }
        return try !encounters(patient, server).isEmpty
    }

    func page(
        _ visit: Visit, _ form: FormParameters, _ server: AuthorizationServer, _ style: PageStyle
    ) throws -> [UInt8] {
        try render(visit, nil, server, style)
    }

    func submit(_ submission: Submission, _ server: AuthorizationServer) async throws -> StepOutcome {
        let visit = submission.visit
        guard let signedIn = visit.signedIn, let patient = try PatientStep.patient(visit, server) else {
            return .proceed()
        }
        var state = visit.state
        if let text = submission.form["encounter"] {
            guard let encounter = try encounters(patient, server).first(where: { $0.id == text }) else {
                return .again(try render(visit, .notAvailable, server, submission.style), status: 403)
            }
            state.encounter = FHIRID(encounter.id)
        } else if submission.form.items.contains(where: { $0.name == "encounter" }) {
            state.encounterIsDeclined = true
        } else {
            return .again(try render(visit, .notChosen, server, submission.style), status: 400)
        }
        state.patient = patient
        state.sessionID = signedIn.session.id
        try await visit.keep(state, server, now: submission.now)
        return .proceed()
    }

    private func encounters(_ patient: FHIRID, _ server: AuthorizationServer) throws -> [StoredEncounter] {
        try server.database.read { (transaction) throws(StorageError) in
            try transaction.encounters(patient: patient.value, limit: Self.limit)
        }
    }

    private func render(
        _ visit: Visit, _ problem: PickerProblem?, _ server: AuthorizationServer, _ style: PageStyle
    ) throws -> [UInt8] {
        guard let patient = try PatientStep.patient(visit, server) else { throw VisitProblem.gone }
        let name = try server.database.read { (transaction) throws(StorageError) in
            try transaction.patient(patient.value)
        }?.fullName
        return EncounterPickerPage(
            action: server.path(path), handle: visit.handle.text, csrf: visit.formToken,
            clientName: visit.client.displayName, patientName: name ?? patient.value,
            encounters: try encounters(patient, server).map {
                EncounterChoice(id: $0.id, title: $0.title, start: $0.start, status: $0.status)
            },
            allowsNone: true, problem: problem
        ).render(style)
    }
}
