import SMART
import Storage

/// What a person is asked to grant: the app's request, cut to what this person, this client and this launch context can
/// carry (AZ-17, checklist §4.2).
struct Offer: Sendable {
    let scope: ScopeSet
    let context: LaunchContext
    private let isEmergency: Bool

    /// `carried`: what of the request's scope the person's roles carry.
    init(_ visit: Visit, carried: ScopeSet, patient: FHIRID?, encounter: FHIRID?) {
        var context = visit.launch?.context ?? LaunchContext()
        if context.patient == nil { context.patient = patient }
        if context.encounter == nil { context.encounter = encounter }
        self.context = context
        let isOffline = carried.contains(.offlineAccess)
        // An emergency is over after a quarter of an hour.
        let mayRefresh = visit.client.permits(.refreshToken) && !visit.request.isEmergency
        isEmergency = visit.request.isEmergency
        let (hasPatient, hasEncounter) = (context.patient != nil, context.encounter != nil)
        scope = carried.removing { scope in
            switch scope {
            // JW-06, lessons F2: a patient/ scope without a patient is never granted.
            case .resource(let resource): resource.level == .patient && !hasPatient
            case .launchContext(.patient): !hasPatient
            case .launchContext(.encounter): !hasEncounter
            case .launchContext(let launch): !context.holds(launch)
            case .offlineAccess: !mayRefresh
            // Checklist REF-2: of the two, one.
            case .onlineAccess: !mayRefresh || isOffline
            default: false
            }
        }
    }

    /// The roles are asked as they are now, and again whenever a token is issued.
    static func made(for visit: Visit, _ server: AuthorizationServer) async throws -> Offer {
        let patient = try await PatientStep.patient(visit, server)
        let encounter = visit.choicesCount ? visit.state.encounter : nil
        guard let holder = visit.holder else { throw VisitProblem.gone }
        let (edition, now) = (try server.roles.edition(), server.clock.now)
        let carried = try server.database.read { (transaction) throws(StorageError) in
            try holder.carried(visit.request.scope, edition, transaction, now: now)
        }
        return Offer(visit, carried: carried, patient: patient, encounter: encounter)
    }

    /// The scopes that no box stands for: the frame of the launch rather than a right.
    static func isFrame(_ scope: Scope) -> Bool {
        switch scope {
        case .launch, .launchContext: true
        default: false
        }
    }

    /// The part of the context that belongs to what was granted (checklist EHR-4): the EHR's, if the app asked for the
    /// launch, and the patient and encounter that were asked for.
    func context(for granted: ScopeSet) -> LaunchContext {
        if granted.contains(.launch) { return context }
        var part = LaunchContext()
        if isEmergency || granted.contains(.launchContext(.patient)) || !granted.resources(level: .patient).isEmpty {
            part.patient = context.patient
        }
        if granted.contains(.launchContext(.encounter)) { part.encounter = context.encounter }
        return part
    }
}

extension LaunchContext {
    /// Checklist STA-4: something of the type is in context, if perhaps in another role than the one that was asked for.
    fileprivate func holds(_ launch: LaunchScope) -> Bool {
        fhirContext.contains { $0.resourceType == launch.type }
    }
}
