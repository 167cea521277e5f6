/// One of the sample apps, registered like any app of a third party.
struct SampleApp: Sendable {
    /// Who starts it: the person, or the EHR.
    enum Launch { case standalone, ehr }

    /// One thing it reads from the patient's record.
    struct Reading: Sendable {
        let title: String
        let type: String
        let category: String?

        init(_ title: String, _ type: String, category: Coding? = nil) {
            self.title = title
            self.type = type
            self.category = category?.code
        }

        /// The FHIR request, relative to the base; all there is where no patient is in context.
        func path(patient: String?) -> String {
            guard let patient else { return type }
            guard type != "Patient" else { return "Patient/\(patient)" }
            return "\(type)?patient=\(patient)" + (category.map { "&category=\($0)" } ?? "")
        }
    }

    let id: String
    let name: String
    let summary: String
    let launch: Launch
    let isConfidential: Bool
    let scopes: [String]
    let readings: [Reading]
    /// Why it can be started, beside treatment: `purpose_of_use` and the words of a button.
    var purposes: [(code: String, title: String)] = []
    /// Something it was never granted, tried all the same to show the answer.
    let refused: Reading

    var kind: String {
        let secret = isConfidential ? "confidential (client_secret_basic)" : "public"
        return "\(secret), \(launch == .standalone ? "standalone launch" : "EHR launch")"
    }

    static func named(_ id: String) -> SampleApp? { all.first { $0.id == id } }
}

extension SampleApp {
    private static let laboratory = "patient/Observation.rs?category=\(Category.laboratory.scopeValue)"
    private static let vitalSigns = "patient/Observation.rs?category=\(Category.vitalSigns.scopeValue)"

    static let all = [
        SampleApp(
            id: "health-diary", name: "Health Diary", summary: "A patient, or a parent, reads a whole record.",
            launch: .standalone, isConfidential: false,
            scopes: [
                "openid", "fhirUser", "launch/patient", "offline_access", "patient/Patient.r", "patient/Encounter.rs",
                "patient/Condition.rs", "patient/Observation.rs", "patient/AllergyIntolerance.rs",
                "patient/Immunization.rs",
            ],
            readings: [
                Reading("The patient", "Patient"), Reading("Visits", "Encounter"), Reading("Conditions", "Condition"),
                Reading("Laboratory", "Observation", category: Category.laboratory),
                Reading("Vital signs", "Observation", category: Category.vitalSigns),
                Reading("Allergies", "AllergyIntolerance"), Reading("Immunizations", "Immunization"),
            ],
            refused: Reading("Medication", "MedicationRequest")),
        SampleApp(
            id: "lab-trends", name: "Lab Trends",
            summary: "Laboratory results and nothing else: a scope constrained to one category.",
            launch: .standalone, isConfidential: true,
            scopes: ["openid", "fhirUser", "launch/patient", "offline_access", "patient/Patient.r", laboratory],
            readings: [
                Reading("The patient", "Patient"),
                Reading("All observations that the scope lets through", "Observation"),
            ],
            refused: Reading("Conditions", "Condition")),
        SampleApp(
            id: "growth-chart", name: "Growth Chart",
            summary: "Opened from the EHR for the patient on the clinician's screen; reads vital signs.",
            launch: .ehr, isConfidential: false,
            scopes: ["openid", "fhirUser", "launch", "online_access", "patient/Patient.r", vitalSigns],
            readings: [
                Reading("The patient", "Patient"),
                Reading("Vital signs", "Observation", category: Category.vitalSigns),
            ],
            refused: Reading("Laboratory", "Observation", category: Category.laboratory)),
        SampleApp(
            id: "medication-review", name: "Medication Review",
            summary: "Opened from the EHR with patient and encounter; reads what the reviewer needs.",
            launch: .ehr, isConfidential: true,
            scopes: [
                "openid", "fhirUser", "launch", "offline_access", "patient/Patient.r", "patient/Encounter.rs",
                "patient/Condition.rs", "patient/MedicationRequest.rs", "patient/AllergyIntolerance.rs",
                "user/Practitioner.r",
            ],
            readings: [
                Reading("The patient", "Patient"), Reading("Medication", "MedicationRequest"),
                Reading("Allergies", "AllergyIntolerance"), Reading("Conditions", "Condition"),
            ],
            refused: Reading("Immunizations", "Immunization")),
        SampleApp(
            id: "record-view", name: "Record View",
            summary: "One app, one set of scopes: what it shows is what the role of whoever signs in lets through.",
            launch: .standalone, isConfidential: false,
            scopes: [
                "openid", "fhirUser", "launch/patient", "user/Patient.rs", "user/Encounter.rs", "user/Condition.rs",
                "user/Observation.rs", "user/MedicationRequest.rs", "user/Coverage.rs", "user/AuditEvent.rs",
            ],
            readings: [
                Reading("The patient", "Patient"), Reading("Visits", "Encounter"), Reading("Conditions", "Condition"),
                Reading("Observations", "Observation"), Reading("Medication", "MedicationRequest"),
                Reading("Who pays", "Coverage"), Reading("Who opened the record", "AuditEvent"),
            ],
            purposes: [("HRESCH", "Start it for research"), ("BTG", "Break the glass")],
            refused: Reading("Immunizations", "Immunization")),
    ]
}
