import Encoding

/// Writes one patient's record. Each function adds one resource; its id is the patient's with its own name behind.
struct Chart {
    let patient: String
    private(set) var resources: [JSON] = []
    private let physician = FHIRResource.reference(SamplePeople.physician.reference, SamplePeople.physician.displayName)

    init(_ person: SamplePatient) {
        patient = person.id
        resources.append(person.resource)
    }

    private var subject: JSON { FHIRResource.reference("Patient/\(patient)") }

    private mutating func add(
        _ type: String, _ name: String, confidentiality: Coding? = nil, _ members: KeyValuePairs<String, JSON?>
    ) {
        resources.append(
            FHIRResource.make(type, id: "\(patient)-\(name)", confidentiality: confidentiality, members))
    }

    /// Who pays.
    mutating func coverage(_ payor: String, since day: String) {
        add(
            "Coverage", "coverage",
            [
                "status": "active", "beneficiary": subject, "payor": [["display": .string(payor)]],
                "period": ["start": .string(day)],
            ])
    }

    /// An entry of the hospital's own trail: who opened the record.
    mutating func audit(_ name: String, by who: SamplePeople.Practitioner, on day: String) {
        let agent: JSON = ["who": FHIRResource.reference(who.reference, who.displayName), "requestor": true]
        add(
            "AuditEvent", name,
            [
                "type": Codes.patientRecord.json,
                "action": "R", "recorded": .string("\(day)T09:12:00Z"), "outcome": "0", "agent": [agent],
                "source": ["observer": ["display": "Hospital record"]], "entity": [["what": subject]],
            ])
    }

    private func encounterReference(_ name: String?) -> JSON? {
        name.map { FHIRResource.reference("Encounter/\(patient)-\($0)") }
    }

    mutating func encounter(_ name: String, _ type: Coding, on day: String, reason: String, isOpen: Bool = false) {
        var period: JSONObject = ["start": .string("\(day)T09:00:00Z")]
        if !isOpen { period["end"] = .string("\(day)T09:30:00Z") }
        add(
            "Encounter", name,
            [
                "status": isOpen ? "in-progress" : "finished",
                "class": Coding.hl7("v3-ActCode", "AMB", "ambulatory").json, "type": [type.concept],
                "subject": subject, "participant": [["individual": physician]], "period": .object(period),
                "reasonCode": [["text": .string(reason)]],
            ])
    }

    mutating func condition(
        _ name: String, _ code: Coding, _ category: Coding, since day: String, encounter: String? = nil,
        status: String = "active", confidentiality: Coding? = nil
    ) {
        add(
            "Condition", name, confidentiality: confidentiality,
            [
                "clinicalStatus": Coding.hl7("condition-clinical", status, status).concept,
                "verificationStatus": Coding.hl7("condition-ver-status", "confirmed", "Confirmed").concept,
                "category": [category.concept], "code": code.concept, "subject": subject,
                "encounter": encounterReference(encounter), "onsetDateTime": .string(day),
                "recordedDate": .string(day),
            ])
    }

    mutating func laboratory(_ name: String, _ code: Coding, _ value: Double, _ unit: String, on day: String) {
        observation(name, code, Category.laboratory, on: day, ["valueQuantity": FHIRResource.quantity(value, unit)])
    }

    mutating func vitalSign(_ name: String, _ code: Coding, _ value: Double, _ unit: String, on day: String) {
        observation(name, code, Category.vitalSigns, on: day, ["valueQuantity": FHIRResource.quantity(value, unit)])
    }

    mutating func bloodPressure(_ name: String, _ systolic: Double, _ diastolic: Double, on day: String) {
        let parts = [
            (Coding.loinc("8480-6", "Systolic blood pressure"), systolic),
            (Coding.loinc("8462-4", "Diastolic blood pressure"), diastolic),
        ]
        let components = parts.map { code, value -> JSON in
            ["code": code.concept, "valueQuantity": FHIRResource.quantity(value, "mm[Hg]")]
        }
        let panel = Coding.loinc("85354-9", "Blood pressure panel with all children optional")
        observation(name, panel, Category.vitalSigns, on: day, ["component": .array(components)])
    }

    mutating func smoking(_ status: Coding, on day: String) {
        let question = Coding.loinc("72166-2", "Tobacco smoking status")
        observation("smoking", question, Category.socialHistory, on: day, ["valueCodeableConcept": status.concept])
    }

    mutating func survey(_ name: String, _ code: Coding, score: Int64, on day: String) {
        observation(name, code, Category.survey, on: day, ["valueInteger": .integer(score)])
    }

    private mutating func observation(
        _ name: String, _ code: Coding, _ category: Coding, on day: String, _ value: KeyValuePairs<String, JSON?>
    ) {
        let common: KeyValuePairs<String, JSON?> = [
            "status": "final", "category": [category.concept], "code": code.concept, "subject": subject,
            "effectiveDateTime": .string("\(day)T09:10:00Z"), "performer": [physician],
        ]
        var members = FHIRResource.make("Observation", id: "\(patient)-\(name)", common).objectValue ?? [:]
        for (element, json) in value { members[element] = json }
        resources.append(.object(members))
    }

    mutating func medication(_ name: String, _ code: Coding, _ dosage: String, since day: String) {
        add(
            "MedicationRequest", name,
            [
                "status": "active", "intent": "order", "medicationCodeableConcept": code.concept,
                "subject": subject, "authoredOn": .string(day), "requester": physician,
                "dosageInstruction": [["text": .string(dosage)]],
            ])
    }

    mutating func allergy(_ name: String, _ code: Coding, _ category: String, _ reaction: Coding, isHigh: Bool) {
        add(
            "AllergyIntolerance", name,
            [
                "clinicalStatus": Coding.hl7("allergyintolerance-clinical", "active", "Active").concept,
                "verificationStatus": Coding.hl7("allergyintolerance-verification", "confirmed", "Confirmed").concept,
                "type": "allergy", "category": [.string(category)], "criticality": isHigh ? "high" : "low",
                "code": code.concept, "patient": subject, "reaction": [["manifestation": [reaction.concept]]],
            ])
    }

    mutating func immunization(_ name: String, _ code: Coding, on day: String) {
        add(
            "Immunization", name,
            [
                "status": "completed", "vaccineCode": code.concept, "patient": subject,
                "occurrenceDateTime": .string(day), "primarySource": true,
            ])
    }
}
