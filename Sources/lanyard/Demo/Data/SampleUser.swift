/// Somebody who can sign in to the demo.
struct SampleUser: Sendable {
    let username: String
    let password: String
    let name: String
    let role: String
    let fhirUser: String?
    /// The patients for whom this user may act.
    let patients: [String]

    /// Fixed, and printed for everybody: they exist in no other installation than a demo's.
    static let all = [
        SampleUser(
            username: "patient", password: "patient-tries-the-demo", name: SamplePatient.amira.displayName,
            role: "a patient", fhirUser: "Patient/\(SamplePatient.amira.id)", patients: [SamplePatient.amira.id]),
        SampleUser(
            username: "parent", password: "parent-tries-the-demo", name: SamplePeople.parentName,
            role: "mother of Ben and Clara Keller", fhirUser: SamplePeople.parentReference,
            patients: SamplePeople.children.map(\.id)),
        SampleUser(
            username: "physician", password: "physician-tries-the-demo", name: SamplePeople.physician.displayName,
            role: "a physician", fhirUser: SamplePeople.physician.reference, patients: []),
        SampleUser(
            username: "nurse", password: "nurse-tries-the-demo", name: SamplePeople.nurse.displayName,
            role: "a nurse", fhirUser: SamplePeople.nurse.reference, patients: []),
        SampleUser(
            username: "admin", password: "admin-tries-the-demo", name: "Robin Vega", role: "an administrator",
            fhirUser: nil, patients: []),
    ]

    /// Those whom the EHR page knows as its users.
    static let clinicians = all.filter { $0.fhirUser?.hasPrefix("Practitioner/") == true }
}
