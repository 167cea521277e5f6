/// The resource types whose instances may belong to a patient's compartment: CompartmentDefinition/patient of FHIR R4
/// (4.0.1), and what R5 (5.0.0) adds, `Task`, `Contract` and `GuidanceResponse` among it, which R4 had without.
package enum PatientCompartment {
    package static func contains(_ type: String) -> Bool { types.contains(type) }

    package static let types: Set<String> = r4.union(r5Additions)

    private static let r4: Set<String> = [
        "Account", "AdverseEvent", "AllergyIntolerance", "Appointment", "AppointmentResponse", "AuditEvent", "Basic",
        "BodyStructure", "CarePlan", "CareTeam", "ChargeItem", "Claim", "ClaimResponse", "ClinicalImpression",
        "Communication", "CommunicationRequest", "Composition", "Condition", "Consent", "Coverage",
        "CoverageEligibilityRequest", "CoverageEligibilityResponse", "DetectedIssue", "DeviceRequest",
        "DeviceUseStatement", "DiagnosticReport", "DocumentManifest", "DocumentReference", "Encounter",
        "EnrollmentRequest", "EpisodeOfCare", "ExplanationOfBenefit", "FamilyMemberHistory", "Flag", "Goal", "Group",
        "ImagingStudy", "Immunization", "ImmunizationEvaluation", "ImmunizationRecommendation", "Invoice", "List",
        "MeasureReport", "Media", "MedicationAdministration", "MedicationDispense", "MedicationRequest",
        "MedicationStatement", "MolecularSequence", "NutritionOrder", "Observation", "Patient", "Person", "Procedure",
        "Provenance", "QuestionnaireResponse", "RelatedPerson", "RequestGroup", "ResearchSubject", "RiskAssessment",
        "Schedule", "ServiceRequest", "Specimen", "SupplyDelivery", "SupplyRequest", "VisionPrescription",
    ]

    private static let r5Additions: Set<String> = [
        "BiologicallyDerivedProductDispense", "Contract", "DeviceAssociation", "DeviceUsage", "EncounterHistory",
        "GenomicStudy", "GuidanceResponse", "ImagingSelection", "NutritionIntake", "RequestOrchestration", "Task",
    ]

    /// Types that are about no patient at all, which a scope for one record lets be looked up: who treats, where, with what,
    /// and the terminology and forms that records are written in. Any other type outside the compartment (`Device`, `Binary`,
    /// `Bundle`, `MessageHeader` …) may well be about somebody else.
    package static func isShared(_ type: String) -> Bool { shared.contains(type) }

    private static let shared: Set<String> = [
        "ActivityDefinition", "CapabilityStatement", "CodeSystem", "ConceptMap", "DeviceDefinition", "Endpoint",
        "HealthcareService", "InsurancePlan", "Library", "Location", "Measure", "Medication", "MedicationKnowledge",
        "NamingSystem", "ObservationDefinition", "OperationDefinition", "Organization", "OrganizationAffiliation",
        "PlanDefinition", "Practitioner", "PractitionerRole", "Questionnaire", "ResearchStudy", "SearchParameter",
        "SpecimenDefinition", "StructureDefinition", "Substance", "ValueSet",
    ]

    /// Whether the search `type?parameter=Patient/456` certainly finds nothing but what is in that compartment: whether
    /// the type has that parameter, in R4 and in R5 where it is in both. Many servers pass over a parameter that they do
    /// not know and give all there is, so that `Schedule?patient=456` finds every schedule.
    package static func isNarrowed(_ type: String, by parameter: String) -> Bool {
        switch parameter {
        case "patient": contains(type) && !withoutPatient.contains(type)
        case "subject": withSubject.contains(type)
        default: false
        }
    }

    /// Without the search parameter `patient`, or with it in one version only.
    private static let withoutPatient: Set<String> = [
        "AdverseEvent", "DeviceAssociation", "Group", "MolecularSequence", "NutritionIntake", "Patient", "Schedule",
        "SupplyRequest",
    ]

    private static let withSubject: Set<String> = [
        "Account", "AdverseEvent", "CarePlan", "CareTeam", "ChargeItem", "ClinicalImpression", "Communication",
        "CommunicationRequest", "Composition", "Condition", "DeviceAssociation", "DeviceRequest", "DiagnosticReport",
        "DocumentManifest", "DocumentReference", "Encounter", "EnrollmentRequest", "Flag", "Goal", "ImagingStudy",
        "Invoice", "List", "Media", "MedicationAdministration", "MedicationDispense", "MedicationRequest",
        "MedicationStatement", "NutritionIntake", "Observation", "Procedure", "QuestionnaireResponse", "RequestGroup",
        "RequestOrchestration", "RiskAssessment", "ServiceRequest", "Specimen", "SupplyRequest",
    ]
}
