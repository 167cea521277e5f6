import Encoding

/// Who a sample patient is; what the record says stands in `SampleCharts`.
struct SamplePatient: Sendable {
    let id: String
    let given: String
    let family: String
    let gender: String
    let born: String
    let recordNumber: String

    var displayName: String { "\(given) \(family)" }

    var resource: JSON {
        let numberType = Coding.hl7("v2-0203", "MR", "Medical record number")
        return FHIRResource.make(
            "Patient", id: id,
            [
                "identifier": [
                    [
                        "use": "usual", "type": numberType.concept, "system": "https://hospital.example/mrn",
                        "value": .string(recordNumber),
                    ]
                ],
                "active": true, "name": FHIRResource.name(given: given, family: family),
                "gender": .string(gender), "birthDate": .string(born),
                "generalPractitioner": [FHIRResource.reference(SamplePeople.physician.reference)],
            ])
    }
}

extension SamplePatient {
    static let amira = SamplePatient(
        id: "amira-haddad", given: "Amira", family: "Haddad", gender: "female", born: "1984-06-02",
        recordNumber: "100001")
    static let ben = SamplePatient(
        id: "ben-keller", given: "Ben", family: "Keller", gender: "male", born: "2016-03-19", recordNumber: "100002")
    static let clara = SamplePatient(
        id: "clara-keller", given: "Clara", family: "Keller", gender: "female", born: "2020-11-08",
        recordNumber: "100003")
    static let david = SamplePatient(
        id: "david-osei", given: "David", family: "Osei", gender: "male", born: "1951-01-27", recordNumber: "100004")
    static let elena = SamplePatient(
        id: "elena-petrova", given: "Elena", family: "Petrova", gender: "female", born: "1997-09-14",
        recordNumber: "100005")
    static let finn = SamplePatient(
        id: "finn-larsen", given: "Finn", family: "Larsen", gender: "male", born: "1962-04-30", recordNumber: "100006")
    static let grace = SamplePatient(
        id: "grace-nakamura", given: "Grace", family: "Nakamura", gender: "female", born: "1966-12-11",
        recordNumber: "100007")
    static let hugo = SamplePatient(
        id: "hugo-martin", given: "Hugo", family: "Martin", gender: "male", born: "2003-08-05", recordNumber: "100008")

    static let all = [amira, ben, clara, david, elena, finn, grace, hugo]
}
