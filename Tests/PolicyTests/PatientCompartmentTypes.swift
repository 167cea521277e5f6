import SMART
import Testing

@testable import Policy

enum FHIRNames {
    static let all = FHIRResourceTypes.names.sorted()
}

@Suite struct `FHIR R4 CompartmentDefinition patient` {
    @Test func `has 66 types in R4 and 11 more in R5, all of them known`() {
        #expect(PatientCompartment.types.count == 77)
        #expect(PatientCompartment.types.isSubset(of: FHIRResourceTypes.names))
    }

    @Test(arguments: ["Patient", "Observation", "Coverage", "Group", "VisionPrescription", "Task", "GenomicStudy"])
    func `a record of the patient is in`(type: String) { #expect(PatientCompartment.contains(type)) }

    @Test(arguments: [
        "Practitioner", "Organization", "Location", "Medication", "Device", "Slot", "Binary", "Bundle", "Questionnaire",
        "Transport", "patient", "",
    ])
    func `what is everybody's is not`(type: String) { #expect(!PatientCompartment.contains(type)) }

    @Test(arguments: [
        ("Observation", "patient"), ("Observation", "subject"), ("Coverage", "patient"), ("SupplyRequest", "subject"),
        ("DeviceUsage", "patient"), ("AllergyIntolerance", "patient"),
    ])
    func `a search by the patient finds nothing else`(type: String, parameter: String) {
        #expect(PatientCompartment.isNarrowed(type, by: parameter))
    }

    @Test(arguments: [
        ("Schedule", "patient"), ("Group", "patient"), ("Patient", "patient"), ("SupplyRequest", "patient"),
        ("AllergyIntolerance", "subject"), ("Coverage", "subject"), ("Organization", "patient"),
        ("Observation", "code"),
        ("Device", "patient"), ("Slot", "subject"),
    ])
    func `unless the type has no such parameter, or is in no compartment`(type: String, parameter: String) {
        #expect(!PatientCompartment.isNarrowed(type, by: parameter))
    }

    @Test func `what a search can be narrowed to is in the compartment`() {
        for type in FHIRNames.all where PatientCompartment.isNarrowed(type, by: "subject") {
            #expect(PatientCompartment.contains(type), "\(type)")
        }
    }
}
