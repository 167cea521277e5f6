/// The kinds of conditions and observations a person may choose one by one: US Core's granular scopes, as ONC's
/// certification criterion §170.315(g)(10) wants them offered (SCP-20).
enum SubResource: String, Sendable, CaseIterable {
    case encounterDiagnosis, problemList, healthConcern
    case laboratory, socialHistory, vitalSigns, survey, socialDeterminants, clinicalTest

    var resourceType: String {
        switch self {
        case .encounterDiagnosis, .problemList, .healthConcern: "Condition"
        default: "Observation"
        }
    }

    /// The value of the `category` search parameter: `system|code`.
    var category: String {
        switch self {
        case .encounterDiagnosis: "http://terminology.hl7.org/CodeSystem/condition-category|encounter-diagnosis"
        case .problemList: "http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item"
        case .healthConcern: "http://hl7.org/fhir/us/core/CodeSystem/condition-category|health-concern"
        case .laboratory: "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
        case .socialHistory: "http://terminology.hl7.org/CodeSystem/observation-category|social-history"
        case .vitalSigns: "http://terminology.hl7.org/CodeSystem/observation-category|vital-signs"
        case .survey: "http://terminology.hl7.org/CodeSystem/observation-category|survey"
        case .socialDeterminants: "http://hl7.org/fhir/us/core/CodeSystem/us-core-category|sdoh"
        case .clinicalTest: "http://terminology.hl7.org/CodeSystem/observation-category|procedure"
        }
    }

    /// Exact on purpose: words for a narrower or wider category would promise something else than what is granted.
    init?(resourceType: String, category: String) {
        let found = Self.allCases.first { $0.resourceType == resourceType && $0.category == category }
        guard let found else { return nil }
        self = found
    }
}
