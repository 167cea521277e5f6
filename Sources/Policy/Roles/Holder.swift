package import SMART

/// What can hold a role: a person, by the FHIR resource that they are, or a client on its own.
package enum Holder: String, Sendable, Hashable, CaseIterable {
    case patient = "Patient"
    case practitioner = "Practitioner"
    case practitionerRole = "PractitionerRole"
    case relatedPerson = "RelatedPerson"
    case person = "Person"
    case client = "Client"

    package init(_ type: FHIRUser.ResourceType) {
        self =
            switch type {
            case .patient: .patient
            case .practitioner: .practitioner
            case .practitionerRole: .practitionerRole
            case .relatedPerson: .relatedPerson
            case .person: .person
            }
    }
}
