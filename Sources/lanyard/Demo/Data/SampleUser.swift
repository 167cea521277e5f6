/// Somebody who can sign in to the demo.
struct SampleUser: Sendable {
    let username: String
    let password: String
    let name: String
    let role: String
    let fhirUser: String?
    /// The patients for whom this user may act.
    let patients: [String]
    /// The role of `Policies/` that says what this user may do.
    let rolePolicy: String?

    /// Fixed, and printed for everybody: they exist in no other installation than a demo's.
    static let all = [
        SampleUser(
            username: "patient", password: "patient-tries-the-demo", name: SamplePatient.amira.displayName,
            role: "a patient", fhirUser: "Patient/\(SamplePatient.amira.id)", patients: [SamplePatient.amira.id],
            rolePolicy: "patient"),
        SampleUser(
            username: "parent", password: "parent-tries-the-demo", name: SamplePeople.parentName,
            role: "mother of Ben and Clara Keller", fhirUser: SamplePeople.parentReference,
            patients: SamplePeople.children.map(\.id), rolePolicy: "related-person"),
        SampleUser(
            username: "physician", password: "physician-tries-the-demo", name: SamplePeople.physician.displayName,
            role: "a physician", fhirUser: SamplePeople.physician.reference, patients: [],
            rolePolicy: "clinician"),
        SampleUser(
            username: "nurse", password: "nurse-tries-the-demo", name: SamplePeople.nurse.displayName,
            role: "a nurse", fhirUser: SamplePeople.nurse.reference, patients: [], rolePolicy: "nurse"),
        SampleUser(
            username: "frontdesk", password: "frontdesk-tries-the-demo", name: SamplePeople.frontDesk.displayName,
            role: "at the front desk", fhirUser: SamplePeople.frontDesk.reference, patients: [],
            rolePolicy: "front-desk"),
        SampleUser(
            username: "researcher", password: "researcher-tries-the-demo", name: SamplePeople.researcher.displayName,
            role: "a researcher", fhirUser: SamplePeople.researcher.reference, patients: [],
            rolePolicy: "researcher"),
        SampleUser(
            username: "auditor", password: "auditor-tries-the-demo", name: SamplePeople.auditor.displayName,
            role: "an auditor", fhirUser: SamplePeople.auditor.reference, patients: [], rolePolicy: "auditor"),
        SampleUser(
            username: "admin", password: "admin-tries-the-demo", name: "Robin Vega", role: "an administrator",
            fhirUser: nil, patients: [], rolePolicy: "user-admin"),
    ]

    /// Those whom the EHR page knows as its users.
    static let clinicians = all.filter { ["clinician", "nurse"].contains($0.rolePolicy) }
}
