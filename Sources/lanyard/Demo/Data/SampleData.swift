import Encoding

/// Everything the demo's hospital knows, as FHIR R4 resources.
struct SampleData: Sendable {
    let resources: [JSON]

    init() {
        let staff = SamplePeople.staff.map(\.resource)
        resources = SampleCharts.all + SamplePeople.parent + staff
    }

    /// What the authorization server imports, so that people can pick a patient and an encounter by name.
    var importBundle: JSON {
        let imported = resources.filter { ["Patient", "Encounter"].contains($0["resourceType"]?.stringValue) }
        return [
            "resourceType": "Bundle", "type": "collection",
            "entry": .array(imported.map { ["resource": $0] }),
        ]
    }
}
