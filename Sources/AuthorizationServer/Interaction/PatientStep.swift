import Encoding
import SMART
import Storage

/// Chooses the patient of a standalone launch (checklist STA-1, JW-04).
struct PatientStep: InteractionStep {
    let path = "/select-patient"

    func isNeeded(_ visit: Visit, _ server: AuthorizationServer) async throws -> Bool {
        guard visit.request.needsPatient, visit.launch?.context.patient == nil, let signedIn = visit.signedIn else {
            return false
        }
        return try await chosenPatient(visit, signedIn, server) == nil
    }

    /// The patient of this visit: the EHR's, the one that was picked in this session, or the only one there is to pick.
    static func patient(_ visit: Visit, _ server: AuthorizationServer) async throws -> FHIRID? {
        if let patient = visit.launch?.context.patient { return patient }
        guard visit.request.needsPatient, let signedIn = visit.signedIn else { return nil }
        return try await PatientStep().chosenPatient(visit, signedIn, server)
    }

    private func chosenPatient(
        _ visit: Visit, _ signedIn: Visit.SignedIn, _ server: AuthorizationServer
    ) async throws -> FHIRID? {
        if visit.choicesCount, let patient = visit.state.patient { return patient }
        return try await access(signedIn).onlyPatient(visit.directory, server.database)
    }

    func page(
        _ visit: Visit, _ form: FormParameters, _ server: AuthorizationServer, _ style: PageStyle
    ) async throws -> [UInt8] {
        try await render(visit, form, nil, server, style)
    }

    func submit(_ submission: Submission, _ server: AuthorizationServer) async throws -> StepOutcome {
        let (visit, form) = (submission.visit, submission.form)
        guard let signedIn = visit.signedIn else { return .proceed() }
        guard let patient = form["patient"].flatMap(FHIRID.init) else {
            return .again(try await render(visit, form, .notChosen, server, submission.style), status: 400)
        }
        guard try await access(signedIn).permits(patient, visit.directory, server.database) else {
            return .again(try await render(visit, form, .notAvailable, server, submission.style), status: 403)
        }
        var state = visit.state
        state.patient = patient
        state.encounter = nil
        state.encounterIsDeclined = false
        state.sessionID = signedIn.session.id
        try await visit.keep(state, server, now: submission.now)
        return .proceed()
    }

    private func render(
        _ visit: Visit, _ form: FormParameters, _ problem: PickerProblem?, _ server: AuthorizationServer,
        _ style: PageStyle
    ) async throws -> [UInt8] {
        let search = PatientSearch(text: form["q"] ?? "", birthDate: form["birthdate"])
        let access = visit.signedIn.map(access)
        let page =
            try await access?.choices(
                matching: search, after: form["after"], visit.directory, server.database) ?? .empty
        return PatientPickerPage(
            action: server.path(path), handle: visit.handle.text, csrf: visit.formToken,
            clientName: visit.client.displayName, query: form["q"] ?? "", birthDate: form["birthdate"] ?? "",
            offersSearch: access?.mayPickAnyone ?? false, patients: page.records.map(PatientChoice.init),
            nextCursor: page.next, problem: problem
        ).render(style)
    }

    private func access(_ signedIn: Visit.SignedIn) -> PatientAccess {
        PatientAccess(user: signedIn.user, fhirUser: signedIn.fhirUser)
    }
}

extension PatientChoice {
    init(_ patient: StoredPatient) {
        self.init(
            id: patient.id, name: patient.fullName, birthDate: patient.birthDate, gender: patient.gender,
            identifier: patient.identifier)
    }

    /// One of whom no more is known.
    init(id: String) {
        self.init(id: id, name: id, birthDate: nil, gender: nil, identifier: nil)
    }
}

extension Visit {
    /// Keeps what the person chose; the next page reads it.
    func keep(_ state: InteractionState, _ server: AuthorizationServer, now: Int64) async throws {
        let (id, text) = (handle.id, state.text)
        let kept = try await server.database.write { transaction in
            if let sessionID = state.sessionID { _ = try transaction.touchSession(sessionID, now: now) }
            return try transaction.updateInteraction(id: id, state: text, sessionID: state.sessionID, now: now)
        }
        guard kept else { throw VisitProblem.gone }
    }
}
