import Encoding

/// The people of the demo who are not patients: staff, and the mother of Ben and Clara.
enum SamplePeople {
    /// A member of staff, who has a `Practitioner` resource.
    struct Practitioner: Sendable {
        let id: String
        let prefix: String?
        let given: String
        let family: String
        let qualification: Coding

        var reference: String { "Practitioner/\(id)" }
        var displayName: String { [prefix, given, family].compactMap { $0 }.joined(separator: " ") }

        var resource: JSON {
            FHIRResource.make(
                "Practitioner", id: id,
                [
                    "identifier": [["system": "https://hospital.example/staff", "value": .string(id)]],
                    "active": true,
                    "name": FHIRResource.name(given: given, family: family, prefix: prefix),
                    "qualification": [["code": qualification.concept]],
                ])
        }
    }

    static let physician = Practitioner(
        id: "ifeoma-okafor", prefix: "Dr.", given: "Ifeoma", family: "Okafor",
        qualification: .hl7("v2-0360", "MD", "Doctor of Medicine"))
    static let nurse = Practitioner(
        id: "jonas-lindqvist", prefix: nil, given: "Jonas", family: "Lindqvist",
        qualification: .hl7("v2-0360", "RN", "Registered Nurse"))

    static let frontDesk = Practitioner(
        id: "mei-tanaka", prefix: nil, given: "Mei", family: "Tanaka",
        qualification: .hl7("v2-0360", "CER", "Certificate"))
    static let researcher = Practitioner(
        id: "samuel-adeyemi", prefix: "Dr.", given: "Samuel", family: "Adeyemi",
        qualification: .hl7("v2-0360", "PHD", "Doctor of Philosophy"))
    static let auditor = Practitioner(
        id: "ines-moreau", prefix: nil, given: "Ines", family: "Moreau",
        qualification: .hl7("v2-0360", "MBA", "Master of Business Administration"))
    static let staff = [physician, nurse, frontDesk, researcher, auditor]

    static let parentName = "Nora Keller"
    static let parentReference = "Person/nora-keller"
    static let children = [SamplePatient.ben, SamplePatient.clara]

    /// `RelatedPerson.patient` holds one patient, so a mother of two has two of them, and a `Person` that links both:
    /// the person is the `fhirUser`.
    static var parent: [JSON] {
        let mother = Coding.hl7("v3-RoleCode", "MTH", "mother")
        let name = FHIRResource.name(given: "Nora", family: "Keller")
        let related = children.map { child in
            FHIRResource.make(
                "RelatedPerson", id: "nora-keller-\(child.id)",
                [
                    "active": true, "patient": FHIRResource.reference("Patient/\(child.id)", child.displayName),
                    "relationship": [mother.concept], "name": name, "gender": "female", "birthDate": "1988-02-17",
                ])
        }
        let links = children.map { child -> JSON in
            ["target": FHIRResource.reference("RelatedPerson/nora-keller-\(child.id)"), "assurance": "level3"]
        }
        let person = FHIRResource.make(
            "Person", id: "nora-keller",
            ["name": name, "gender": "female", "birthDate": "1988-02-17", "active": true, "link": .array(links)])
        return related + [person]
    }
}
