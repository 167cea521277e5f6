import SMART

/// Turns the scopes that may be granted into the boxes of the consent page, and wide ones into boxes with parts: a
/// wildcard by resource type (AUT-PAT-10), conditions and observations by kind (SCP-20).
struct ScopeOffer: Sendable {
    let texts: Texts

    init(_ texts: Texts) {
        self.texts = texts
    }

    /// The boxes come ticked: what was asked for. Not so where a person has cleared them (`areChecked`). `mandatory` names
    /// those that cannot be left out.
    func choices(_ scopes: ScopeSet, mandatory: Set<Scope> = [], areChecked: Bool = true) -> [ScopeChoice] {
        scopes.scopes.map { scope in
            let isMandatory = mandatory.contains(scope)
            return choice(scope, isChecked: areChecked || isMandatory, isMandatory: isMandatory)
        }
    }

    private func choice(_ scope: Scope, isChecked: Bool, isMandatory: Bool) -> ScopeChoice {
        let words = ScopeDescription(scope, texts)
        let parts = isMandatory ? [] : self.parts(of: scope)
        return ScopeChoice(
            scope: scope.text, title: words.title, detail: words.detail, group: words.group,
            isWildcard: words.isWildcard, isWriting: words.isWriting, isChecked: isChecked, isMandatory: isMandatory,
            parts: parts.map { choice(.resource($0), isChecked: false, isMandatory: false) })
    }

    /// The same letters at the same level, for less. Every part is covered by the whole, so it can be granted instead.
    private func parts(of scope: Scope) -> [ResourceScope] {
        guard let whole = scope.resource, whole.level == .patient || whole.level == .user else { return [] }
        switch whole.type {
        case .any:
            return Self.choosableTypes.compactMap { type in
                ResourceScope(
                    level: whole.level, type: .named(type), interactions: whole.interactions,
                    constraint: whole.constraint, isVersion1: whole.isVersion1)
            }
        case .named(let type):
            guard whole.constraint == nil else { return [] }
            return SubResource.allCases.filter { $0.resourceType == type }.compactMap { kind in
                ScopeParameter(name: "category", literals: [kind.category]).flatMap { ScopeConstraint([$0]) }.flatMap {
                    ResourceScope(
                        level: whole.level, type: whole.type, interactions: whole.interactions, constraint: $0)
                }
            }
        }
    }

    /// The types of USCDI, which a certified server lets people choose one by one (§170.315(g)(10), AUT-PAT-10/33); the
    /// patient's own entry first, because hardly an app works without it.
    static let choosableTypes = [
        "Patient", "AllergyIntolerance", "CarePlan", "CareTeam", "Condition", "Coverage", "Device", "DiagnosticReport",
        "DocumentReference", "Encounter", "Goal", "Immunization", "Location", "Medication", "MedicationDispense",
        "MedicationRequest", "Observation", "Organization", "Practitioner", "PractitionerRole", "Procedure",
        "Provenance", "QuestionnaireResponse", "RelatedPerson", "ServiceRequest", "Specimen",
    ]
}
