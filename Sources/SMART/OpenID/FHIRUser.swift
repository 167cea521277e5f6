/// The FHIR resource that is a user, as `Practitioner/9` (SMART App Launch 2.2, "Identity").
package struct FHIRUser: Sendable, Hashable {
    /// What a user can be.
    package enum ResourceType: String, Sendable, Hashable, CaseIterable {
        case patient = "Patient"
        case practitioner = "Practitioner"
        case practitionerRole = "PractitionerRole"
        case relatedPerson = "RelatedPerson"
        case person = "Person"
    }

    package let type: ResourceType
    package let id: FHIRID

    package init?(_ relative: String) {
        let parts = relative.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let name = parts.first, let last = parts.last,
            let type = ResourceType(rawValue: String(Substring(name))), let id = FHIRID(String(Substring(last)))
        else { return nil }
        self.type = type
        self.id = id
    }

    package var relative: String { "\(type.rawValue)/\(id.value)" }

    /// The `fhirUser` claim: Inferno and many clients read only absolute URLs.
    package func absolute(base: FHIRBaseURL) -> String { "\(base.value)/\(relative)" }
}
