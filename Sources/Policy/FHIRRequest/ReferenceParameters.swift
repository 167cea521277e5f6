/// Which types a reference parameter leads to, in R4, R4B and R5 together, for the parameters that are common in chains
/// and includes. For any other the answer is every type: `_include=Provenance:target` reaches whatever there is.
enum ReferenceParameters {
    /// Nil: every type. `source` is the type that has the parameter, nil if it may be one of several.
    static func targets(of name: String, from source: String?) -> [String]? {
        guard let rows = byName[name] else { return nil }
        if let row = rows.first(where: { $0.source == source }), source != nil { return row.targets }
        guard let general = rows.first(where: { $0.source == nil }) else { return nil }
        guard source == nil else { return general.targets }
        return rows.reduce(into: []) { union, row in union += row.targets.filter { !union.contains($0) } }
    }

    struct Row: Sendable {
        let name: String
        /// Nil: the parameter of that name has these targets wherever it is, unless a row of a type says otherwise.
        let source: String?
        let targets: [String]

        init(_ name: String, of source: String? = nil, _ targets: String...) {
            self.name = name
            self.source = source
            self.targets = targets
        }
    }

    private static let byName = Dictionary(grouping: rows, by: \.name)

    static let rows: [Row] = [
        Row("patient", "Patient"),
        // The one `patient` of R4 that is not cut down to patients.
        Row("patient", of: "DeviceUseStatement", "Patient", "Group"),
        Row("encounter", "Encounter"),
        Row("encounter", of: "DocumentReference", "Encounter", "EpisodeOfCare"),
        Row("organization", "Organization"),
        Row("practitioner", "Practitioner"),
        Row("location", "Location"),
        Row("medication", "Medication"),
        Row("endpoint", "Endpoint"),
        Row("slot", of: "Appointment", "Slot"),
        Row("schedule", of: "Slot", "Schedule"),
        Row("prescription", of: "MedicationDispense", "MedicationRequest"),
        Row("episode-of-care", of: "Encounter", "EpisodeOfCare"),
        Row("service-provider", of: "Encounter", "Organization"),
        Row("part-of", of: "Encounter", "Encounter"),
        Row("partof", of: "Location", "Location"),
        Row("partof", of: "Organization", "Organization"),
        Row("result", of: "DiagnosticReport", "Observation"),
        Row("general-practitioner", of: "Patient", "Organization", "Practitioner", "PractitionerRole"),
        Row("link", of: "Patient", "Patient", "RelatedPerson"),
        Row("beneficiary", of: "Coverage", "Patient"),
        Row(
            "requester", of: "MedicationRequest", "Practitioner", "PractitionerRole", "Organization", "Patient",
            "RelatedPerson", "Device"),
        Row(
            "requester", of: "ServiceRequest", "Practitioner", "PractitionerRole", "Organization", "Patient",
            "RelatedPerson", "Device"),
        Row(
            "performer", of: "Observation", "Practitioner", "PractitionerRole", "Organization", "CareTeam", "Patient",
            "RelatedPerson"),
        Row("subject", of: "CarePlan", "Patient", "Group"),
        Row("subject", of: "CareTeam", "Patient", "Group"),
        Row("subject", of: "ClinicalImpression", "Patient", "Group"),
        Row("subject", of: "Condition", "Patient", "Group"),
        Row("subject", of: "Encounter", "Patient", "Group"),
        Row("subject", of: "MedicationRequest", "Patient", "Group"),
        Row("subject", of: "MedicationStatement", "Patient", "Group"),
        Row("subject", of: "MedicationDispense", "Patient", "Group"),
        Row("subject", of: "MedicationAdministration", "Patient", "Group"),
        Row("subject", of: "Goal", "Patient", "Group", "Organization"),
        Row("subject", of: "ImagingStudy", "Patient", "Device", "Group"),
        Row("subject", of: "ServiceRequest", "Patient", "Group", "Location", "Device"),
        Row("subject", of: "Procedure", "Patient", "Group", "Device", "Practitioner", "Organization", "Location"),
        Row(
            "subject", of: "DiagnosticReport", "Patient", "Group", "Device", "Location", "Organization", "Procedure",
            "Practitioner", "Medication", "Substance", "BiologicallyDerivedProduct"),
        Row(
            "subject", of: "Observation", "Patient", "Group", "Device", "Location", "Organization", "Procedure",
            "Practitioner", "Medication", "Substance", "BiologicallyDerivedProduct", "NutritionProduct"),
    ]
}
