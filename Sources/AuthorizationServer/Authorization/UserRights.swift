import SMART

/// What a person may let an app do at most, by the kind of record that they are (checklist SCP-6): staff act on what the
/// organization's FHIR server lets them see, patients and those who act for them on one record at a time. Default is deny:
/// who has no FHIR record can grant no FHIR scope.
struct UserRights: Sendable {
    let fhirUser: FHIRUser?

    private static let staff = ScopeSet(parsing: "user/*.cruds patient/*.cruds")
    private static let oneRecord = ScopeSet(parsing: "patient/*.cruds")

    private var ceiling: ScopeSet {
        switch fhirUser?.type {
        case .practitioner, .practitionerRole: Self.staff
        case .patient, .relatedPerson, .person: Self.oneRecord
        case nil: .empty
        }
    }

    /// The scopes of the request that this person can grant. Scopes that carry no FHIR right pass, but `fhirUser` needs a
    /// record to name (checklist SCP-10).
    func cut(_ scope: ScopeSet) -> ScopeSet {
        let record = ScopeSet(scope.resources.map(Scope.resource)).intersection(ceiling, reading: .ceiling)
        let others = scope.scopes.filter { scope in
            switch scope {
            case .resource: false
            case .fhirUser: fhirUser != nil
            default: true
            }
        }
        return ScopeSet(others + record.scopes)
    }
}
