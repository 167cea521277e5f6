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
}
