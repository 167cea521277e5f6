import Encoding
import Policy
import SMART
import Storage

/// Answers evaluations for one caller.
struct EvaluationDecision: Sendable {
    let server: AuthorizationServer
    let caller: DecisionCaller

    /// Writes `{"decision", "context"?}` (AuthZEN Authorization API 1.0 §6.2): in the context is what is left to do, or why not.
    /// Returns the decision. Nothing was written if it throws.
    func answer(_ evaluation: Evaluation, to writer: inout JSONWriter) throws -> Bool {
        let outcome = try outcome(evaluation)
        writer.beginObject()
        writer.name("decision")
        writer.bool(outcome.isPermitted)
        if outcome.hasContext {
            writer.name("context")
            writer.beginObject()
            outcome.writeContext(to: &writer)
            writer.endObject()
        }
        writer.endObject()
        return outcome.isPermitted
    }

    private func outcome(_ evaluation: Evaluation) throws -> RequestOutcome {
        switch evaluation.subject {
        case .token(let text): evaluation.judgement.outcome(try standing(ofToken: text))
        case .person(let person): try outcome(evaluation.judgement, person)
        }
    }

    /// Nil for a token that is not active for this caller (IN-02).
    private func standing(ofToken text: String) throws -> TokenStanding? {
        let now = server.clock.now
        guard let token = try server.accessTokens.liveToken(text, now: now), caller.maySee(token) else { return nil }
        return try server.permissions.standing(of: token, now: now)
    }

    private func outcome(_ judgement: RequestJudgement, _ person: EvaluationSubject.Person) throws -> RequestOutcome {
        let audience = try audience(of: person)
        // Before the person is looked for: an answer for want of a client must not depend on who there is.
        guard let client = try server.clients.client(person.clientID), client.isEnabled else {
            return .single(RequestDecision(denied: .scopeInsufficient))
        }
        // Only what that app may ask for (policy: what the client may ask for), and only in a person's scopes.
        let scope = (person.scope ?? Self.everyScope).intersection(client.metadata.scope, reading: .ceiling)
            .removing { $0.resource.map { $0.level != .user && $0.level != .patient } ?? true }
        return judgement.outcome(try standing(of: person, client, scope, audience: audience))
    }

    /// Somebody who is not known may do as much as one who has no role, and so may who cannot choose that patient: it is judged
    /// in the same way, so that nobody learns which of these it is.
    private func standing(
        of person: EvaluationSubject.Person, _ client: Client, _ scope: ScopeSet, audience: String
    ) throws -> TokenStanding {
        guard let user = try user(person.name), try mayOpen(person.patient, user) else {
            return try server.permissions.standingWithoutRole(
                clientID: client.id.value, scope: scope, audience: audience)
        }
        // Nobody has signed in: no second factor and no address, and roles that require them do not stand.
        let holder = RoleHolder(user: user, clientID: client.id.value, purpose: person.purpose, address: nil)
        return try server.permissions.standing(
            of: holder, scope: scope, patient: person.patient, audience: audience, now: server.clock.now)
    }

    private static let everyScope = ScopeSet(parsing: "user/*.cruds patient/*.cruds")

    /// The FHIR server whose decision it is: one of the caller's own (policy, Callers).
    private func audience(of person: EvaluationSubject.Person) throws(EvaluationError) -> String {
        let own = caller.client.metadata.resourceServerAudiences
        guard !own.isEmpty else { throw .forbidden }
        guard let named = person.audience else {
            guard own.count == 1, let only = own.first else {
                throw EvaluationError("subject.properties.audience is missing: which of your FHIR servers it is for")
            }
            return only.value
        }
        guard let base = FHIRBaseURL(named), own.contains(base) else { throw .forbidden }
        return base.value
    }

    private func user(_ name: String) throws -> StoredUser? {
        let user = try server.database.read { (transaction) throws(StorageError) -> StoredUser? in
            if let user = try transaction.user(sub: name) { return user }
            return try transaction.user(usernameKey: Username.key(name))
        }
        return user?.disabledAt == nil ? user : nil
    }

    /// A launch would not give anybody a patient whose record they may not choose (JW-04); no more does a question.
    private func mayOpen(_ patient: FHIRID?, _ user: StoredUser) throws -> Bool {
        guard let patient else { return true }
        let access = PatientAccess(user: user, fhirUser: user.fhirUser.flatMap(FHIRUser.init))
        return try server.database.read { (transaction) throws(StorageError) in
            try access.mayOpen(patient, transaction)
        }
    }
}
