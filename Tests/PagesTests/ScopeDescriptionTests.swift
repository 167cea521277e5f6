import SMART
import Testing

@testable import AuthorizationServer

@Suite struct `AUTHZ-39 scopes in plain words` {
    private static let observation = "http://terminology.hl7.org/CodeSystem/observation-category"

    private func words(_ text: String, _ texts: Texts = .english) throws -> ScopeDescription {
        ScopeDescription(try #require(Scope(text)), texts)
    }

    @Test(arguments: [
        ("patient/Observation.rs?category=\(observation)|laboratory", "Laboratory results: see and search"),
        (
            "patient/Observation.rs?category=\(observation)|laboratory,\(observation)|vital-signs",
            "Laboratory results and vital signs: see and search"
        ),
        ("patient/*.rs", "All kinds of data, and kinds of data added later: see and search"),
        ("user/*.cruds", "All kinds of data, and kinds of data added later: see, search, add, change and delete"),
        ("patient/AllergyIntolerance.r", "Allergies: see"), ("patient/Immunization.s", "Immunizations: search"),
        ("patient/MedicationRequest.read", "Prescriptions: see and search"),
        ("patient/Encounter.write", "Visits and hospital stays: add, change and delete"),
        ("patient/Goal.c", "Health goals: add"), ("patient/Goal.u", "Health goals: change"),
        ("patient/Goal.d", "Health goals: delete"),
        ("patient/Patient.rs", "Patient details (name, birth date, contact): see and search"),
        ("auth/Client.rs", "Registered apps: see and search"), ("auth/Token.r", "Tokens: see"),
        ("patient/ActivityDefinition.r", "Data of the kind “ActivityDefinition”: see"),
        ("openid", "Know that it is you"), ("offline_access", "Keep access when you are not using the app"),
        ("launch/patient", "Know which patient is chosen"), ("launch/encounter", "Know which visit is chosen"),
        ("launch/imagingstudy", "Know the chosen entry: imaging studies"),
        ("__special", "Special permission “__special”"),
    ])
    func `a scope says what, and what may be done`(scope: String, title: String) throws {
        #expect(try words(scope).title == title)
    }

    @Test(arguments: [
        ("patient/Observation.rs?category=\(observation)|laboratory", "Resultados de laboratorio: ver y buscar"),
        ("patient/*.rs", "Todo tipo de datos, también los que se añadan más adelante: ver y buscar"),
        ("patient/Immunization.cud", "Vacunas: agregar, modificar y eliminar"),
        ("offline_access", "Conservar el acceso cuando usted no usa la aplicación"),
    ])
    func `and in Spanish`(scope: String, title: String) throws {
        #expect(try words(scope, .spanish).title == title)
    }

    @Test(arguments: SubResource.allCases)
    func `SCP-20: each kind of condition and observation has words of its own`(kind: SubResource) throws {
        for texts in Texts.all {
            let description = try words("patient/\(kind.resourceType).rs?category=\(kind.category)", texts)
            let name = try #require(texts.scopes.subResources[kind])
            #expect(description.title.lowercased().hasPrefix(name.lowercased()) && description.detail == nil)
        }
    }

    @Test(arguments: [
        ("patient/Observation.rs?category=laboratory", "category = laboratory"),
        ("patient/Observation.rs?category=\(observation)|laboratory,\(observation)|unheard-of", "unheard-of"),
        ("patient/Condition.rs?category=\(observation)|laboratory", "category = \(observation)|laboratory"),
        ("patient/Observation.rs?code=http://loinc.org|8302-2", "code = http://loinc.org|8302-2"),
        ("patient/Observation.rs?category:missing=true", "category:missing = true"),
        ("patient/*.rs?_security=http://x.example|N", "_security = http://x.example|N"),
    ])
    func `a limit without words of its own is shown as it is written, never promised in other words`(
        scope: String, limit: String
    ) throws {
        let description = try words(scope)
        #expect(description.detail?.contains(limit) == true)
        #expect(!description.title.contains("Laboratory"))
    }

    @Test func `a second limit does not hide behind the words of the first`() throws {
        let description = try words("patient/Observation.rs?category=\(Self.observation)|laboratory&status=final")
        #expect(description.title == "Laboratory results: see and search")
        #expect(description.detail == "Only entries with status = final.")
        let both = try words(
            "patient/Observation.rs?category=\(Self.observation)|laboratory&category=\(Self.observation)|survey")
        #expect(both.detail == "Only entries with category = \(Self.observation)|survey.")
    }

    @Test(arguments: [
        ("patient/Goal.r", ScopeGroup.patientRecord), ("user/Goal.r", .userRecords), ("system/Goal.r", .systemRecords),
        ("auth/Client.r", .administration), ("openid", .identity), ("fhirUser", .identity), ("profile", .identity),
        ("launch", .context), ("launch/patient", .context), ("online_access", .continuedAccess),
        ("offline_access", .continuedAccess), ("https://x.example/y", .other),
    ])
    func `this record, every record and the account are told apart`(scope: String, group: ScopeGroup) throws {
        #expect(try words(scope).group == group)
    }

    @Test(arguments: [("patient/*.rs", true, false), ("patient/*.c", true, true), ("patient/Goal.rs", false, false)])
    func `wildcards and writing are marked`(scope: String, wildcard: Bool, writing: Bool) throws {
        let description = try words(scope)
        #expect(description.isWildcard == wildcard && description.isWriting == writing)
        for letter in ["c", "u", "d"] { #expect(try words("patient/Goal.\(letter)").isWriting) }
    }

    @Test func `every type a person can choose, and every type of this server, has words in every language`() {
        for texts in Texts.all {
            for type in ScopeOffer.choosableTypes { #expect(texts.scopes.resources[type] != nil, "\(type)") }
            #expect(Set(texts.scopes.administration.keys) == ScopeResourceType.ownTypes)
            #expect(texts.scopes.resources.keys.filter { !FHIRResourceTypes.contains($0) } == [])
        }
    }
}

@Suite struct `AUT-PAT-10 and SCP-20 what a person can choose` {
    private func choices(_ text: String) -> [ScopeChoice] {
        ScopeOffer(.english).choices(ScopeSet(parsing: text))
    }

    @Test func `what was asked is offered, ticked, in its order and letter for letter`() {
        let asked = "openid patient/Patient.read user/Observation.rs?code=1 offline_access launch/patient"
        let offered = choices(asked)
        #expect(offered.map(\.scope).joined(separator: " ") == asked)
        #expect(offered.allSatisfy { $0.isChecked })
    }

    @Test(arguments: ["patient/*.rs", "patient/*.read", "user/*.cruds", "patient/*.r?_security=x|y"])
    func `a wildcard can be taken type by type`(text: String) throws {
        let offered = try #require(choices(text).first)
        #expect(offered.parts.count == ScopeOffer.choosableTypes.count)
        for type in [
            "AllergyIntolerance", "CarePlan", "CareTeam", "Condition", "Device", "DiagnosticReport",
            "DocumentReference", "Encounter", "Coverage", "Goal", "Immunization", "Location", "Medication",
            "MedicationDispense", "MedicationRequest", "Observation", "Patient", "Procedure", "Provenance",
            "RelatedPerson", "ServiceRequest", "Specimen",
        ] {
            #expect(offered.parts.contains { $0.scope == text.replacing("*.", with: "\(type).", maxReplacements: 1) })
        }
    }

    @Test(arguments: ["Condition", "Observation"])
    func `conditions and observations can be taken kind by kind`(type: String) throws {
        let offered = try #require(choices("patient/\(type).rs").first)
        let kinds = SubResource.allCases.filter { $0.resourceType == type }
        #expect(offered.parts.map(\.scope) == kinds.map { "patient/\(type).rs?category=\($0.category)" })
    }

    @Test(arguments: ["patient/*.rs", "user/*.cruds", "patient/*.read", "patient/Observation.rs", "user/Condition.*"])
    func `a part never gives more than the whole`(text: String) {
        let whole = ScopeSet(parsing: text)
        var open = choices(text).flatMap(\.parts)
        #expect(!open.isEmpty)
        while let part = open.popLast() {
            #expect(whole.covers(ScopeSet(parsing: part.scope), reading: .ceiling), "\(part.scope)")
            #expect(!part.isChecked && ScopeSet(parsing: part.scope).rejected.isEmpty)
            open += part.parts
        }
    }

    @Test(arguments: ["patient/Goal.rs", "openid", "system/*.rs", "auth/Client.r", "patient/Observation.rs?code=1"])
    func `what has no parts is one box`(text: String) {
        #expect(choices(text).map(\.parts.count) == [0])
    }

    @Test func `what cannot be left out cannot be taken in parts either`() {
        let asked = ScopeSet(parsing: "patient/*.rs openid")
        let mandatory = ScopeOffer(.english).choices(asked, mandatory: Set(asked.scopes))
        #expect(mandatory.allSatisfy { $0.isMandatory && $0.parts.isEmpty })
    }

    @Test func `boxes that a person cleared stay clear, but for what cannot be left out`() {
        let asked = ScopeSet(parsing: "openid patient/Goal.rs patient/*.rs")
        let offered = ScopeOffer(.english).choices(asked, mandatory: [.openid], areChecked: false)
        #expect(offered.filter(\.isChecked).map(\.scope) == ["openid"])
    }
}
