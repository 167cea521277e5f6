/// The categories by which SMART v2 scopes split conditions and observations (US Core's granular scopes).
enum Category {
    static let problem = Coding.hl7("condition-category", "problem-list-item", "Problem List Item")
    static let diagnosis = Coding.hl7("condition-category", "encounter-diagnosis", "Encounter Diagnosis")
    static let concern = Coding(
        system: "http://hl7.org/fhir/us/core/CodeSystem/condition-category", code: "health-concern",
        display: "Health Concern")

    static let laboratory = Coding.hl7("observation-category", "laboratory", "Laboratory")
    static let vitalSigns = Coding.hl7("observation-category", "vital-signs", "Vital Signs")
    static let socialHistory = Coding.hl7("observation-category", "social-history", "Social History")
    static let survey = Coding.hl7("observation-category", "survey", "Survey")
}
