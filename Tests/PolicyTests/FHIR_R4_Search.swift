import SMART
import Testing

@testable import Policy

@Suite struct `FHIR R4 Search` {
    @Test(arguments: contexts + parameters + clauses) func `asks for what it finds`(_ row: RequestRow) throws {
        #expect(try row.request().notations == row.accesses)
    }

    @Test(arguments: includes + chains) func `asks for what it reaches besides`(_ row: RequestRow) throws {
        #expect(try row.request().notations == row.accesses)
    }

    @Test func `the table of references knows its types, and each parameter once`() {
        for row in ReferenceParameters.rows {
            #expect(([row.source].compactMap { $0 } + row.targets).allSatisfy(FHIRResourceTypes.contains), "\(row)")
            #expect(!row.targets.isEmpty && Set(row.targets).count == row.targets.count, "\(row)")
        }
        let keys = ReferenceParameters.rows.map { "\($0.source ?? "*"):\($0.name)" }
        #expect(Set(keys).count == keys.count)
    }

    private static let contexts: [RequestRow] = [
        RequestRow("a type", "GET Observation?patient=456", "search-type s Observation ?patient=456"),
        RequestRow("a type, all of it", "GET Observation", "search-type s Observation"),
        RequestRow("an empty query", "GET Observation?", "search-type s Observation"),
        RequestRow("empty items are none", "GET Observation?&&code=a&", "search-type s Observation ?code=a"),
        RequestRow("the whole system", "GET ?_id=1", "search-system s * ?_id=1"),
        RequestRow(
            "the whole system, by types", "GET ?_type=Patient,Observation&_lastUpdated=2020",
            "search-system s Patient ?_lastUpdated=2020", "search-system s Observation ?_lastUpdated=2020"),
        RequestRow(
            "types with an escaped comma", "GET ?_type=Patient%2CGroup", "search-system s Patient",
            "search-system s Group"),
        RequestRow(
            "a parameter that not all types have narrows nothing", "GET ?_type=Patient,Observation&patient=456",
            "search-system s Patient", "search-system s Observation"),
        RequestRow(
            "a compartment", "GET Patient/1/Observation?code=a",
            "search-type s Observation in Patient/1 ?code=a"),
        RequestRow("a whole compartment", "GET Patient/1/*", "search-system s * in Patient/1"),
        RequestRow(
            "a whole compartment, by types", "GET Patient/1/*?_type=Condition,Goal",
            "search-system s Condition in Patient/1", "search-system s Goal in Patient/1"),
        RequestRow("another compartment", "GET Practitioner/1/Slot", "search-type s Slot in Practitioner/1"),
        RequestRow(
            "a type by POST", "POST Observation/_search", body: "patient=456&code=a%7Cb",
            "search-type s Observation ?patient=456&code=a|b"),
        RequestRow(
            "address and form together", "POST Observation/_search?patient=456", body: "code=a",
            "search-type s Observation ?patient=456&code=a"),
        RequestRow("an empty form", "POST Observation/_search", body: "", "search-type s Observation"),
        RequestRow("the whole system by POST", "POST _search", body: "_type=Patient", "search-system s Patient"),
        RequestRow(
            "a compartment by POST", "POST Patient/1/Observation/_search", body: "code=a",
            "search-type s Observation in Patient/1 ?code=a"),
        RequestRow(
            "a whole compartment by POST", "POST Patient/1/_search", body: "_id=2",
            "search-system s * in Patient/1 ?_id=2"),
        RequestRow(
            "a whole compartment by POST, with its star", "POST Patient/1/*/_search", body: "",
            "search-system s * in Patient/1"),
    ]

    private static let parameters: [RequestRow] = [
        RequestRow(
            "presentation does nothing",
            """
            GET Patient?_count=5&_sort=-name,birthdate&_elements=id&_summary=count&_total=none&_format=json&_pretty=true\
            &_contained=false&_containedType=contained
            """, "search-type s Patient"),
        RequestRow(
            "filters of all types", "GET Patient?_id=1&_tag=a&_profile=b&_security=c&_source=d&_language=de",
            "search-type s Patient ?_id=1&_tag=a&_profile=b&_security=c&_source=d&_language=de"),
        RequestRow("text narrows, nobody says how", "GET Patient?_text=a&_content=b", "search-type s Patient"),
        RequestRow(
            "_list: it tells what is on it", "GET Patient?_list=42", "search-type s Patient", "read r List/42"),
        RequestRow(
            "a list by its reference", "GET Patient?_list=List/42", "search-type s Patient", "read r List/42"),
        RequestRow(
            "a list that the server keeps", "GET AllergyIntolerance?patient=1&_list=$current-allergies",
            "search-type s AllergyIntolerance ?patient=1", "search-type s List"),
        RequestRow(
            "R5 _in", "GET Patient?_in=Group/5,CareTeam/6", "search-type s Patient", "read r Group/5",
            "read r CareTeam/6"),
        RequestRow(
            "R5 :in a group", "GET Observation?patient:in=Group/5", "search-type s Observation", "read r Group/5"),
        RequestRow(
            "in a group by its address", "GET Observation?patient:not-in=https://x/fhir/Group/5%7C2",
            "search-type s Observation", "read r Group/5"),
        RequestRow(
            "in a group's version", "GET Observation?patient:in=https://x/fhir/Group/5/_history/2",
            "search-type s Observation", "read r Group/5"),
        RequestRow(
            "in a value set of the server", "GET Observation?code:in=ValueSet/5", "search-type s Observation",
            "read r ValueSet/5"),
        RequestRow(
            "in a value set of the world", "GET Observation?code:in=http://hl7.org/fhir/ValueSet/x",
            "search-type s Observation"),
        RequestRow(
            "below a place", "GET Encounter?location:below=42", "search-type s Encounter", "search-type s Location"),
        RequestRow(
            "below something", "GET Encounter?x:below=Location/42", "search-type s Encounter",
            "search-type s Location"),
        RequestRow(
            "below a place, behind a chain", "GET Observation?encounter.location:below=42", "search-type s Observation",
            "search-type s Encounter", "search-type s Location"),
        RequestRow(
            "below a code", "GET Condition?code:below=http://snomed.info/sct%7C5", "search-type s Condition"),
        RequestRow(
            "_contained: found in whatever", "GET Medication?_contained=true", "search-type s Medication",
            "search-system s *"),
        RequestRow("R5 a graph leads anywhere", "GET Patient?_graph=x", "search-type s Patient", "search-system s *"),
        RequestRow(
            "an order by a chain", "GET Observation?_sort=-patient.name", "search-type s Observation",
            "search-type s Patient"),
    ]

    private static let clauses: [RequestRow] = [
        RequestRow("several values", "GET Observation?code=a,b", "search-type s Observation ?code=a,b"),
        RequestRow(
            "an escape is its character", "GET Observation?code=http://loinc.org%7C1234-5",
            "search-type s Observation ?code=http://loinc.org|1234-5"),
        RequestRow("the name too", "GET Observation?%70atient=456", "search-type s Observation ?patient=456"),
        RequestRow(
            "a modifier that is a type", "GET Observation?subject:Patient=456",
            "search-type s Observation ?subject=Patient/456"),
        RequestRow(
            "with an escaped colon", "GET Observation?subject%3APatient=456",
            "search-type s Observation ?subject=Patient/456"),
        RequestRow(
            ":missing", "GET Observation?value-quantity:missing=true",
            "search-type s Observation ?value-quantity:missing=true"),
        RequestRow("an empty value", "GET Observation?patient=", "search-type s Observation"),
        RequestRow("no value", "GET Observation?patient", "search-type s Observation"),
        RequestRow("an empty one of several", "GET Observation?patient=1,,2", "search-type s Observation"),
        RequestRow("an escaped comma", "GET Observation?code=a%2Cb", "search-type s Observation"),
        RequestRow("FHIR's escape", "GET Observation?code=a\\,b", "search-type s Observation"),
        RequestRow("FHIR's escape, escaped", "GET Observation?code=a%5C,b", "search-type s Observation"),
        RequestRow("a plus sign, or a space", "GET Observation?code=a+b", "search-type s Observation"),
        RequestRow("a plus sign for certain", "GET Observation?code=a%2Bb", "search-type s Observation ?code=a%2Bb"),
        RequestRow("a comparison", "GET Observation?date=ge2020-01-01", "search-type s Observation"),
        RequestRow("a comparison among values", "GET Observation?date=2020,gt2021", "search-type s Observation"),
        RequestRow("a modifier", "GET Observation?code:not=a&code2:text=b&status:exact=c", "search-type s Observation"),
        RequestRow(
            "a type that is given no id", "GET Observation?subject:Patient=Patient/1", "search-type s Observation"),
        RequestRow(
            "a parameter twice: some servers take one of the two", "GET Observation?patient=1&patient=456&code=a",
            "search-type s Observation ?code=a"),
        RequestRow("twice, once escaped", "GET Observation?%70atient=1&patient=456", "search-type s Observation"),
        RequestRow(
            "twice, once with a modifier", "GET Observation?patient:Patient=1&patient=456",
            "search-type s Observation"),
        RequestRow(
            "twice, once in the form", "POST Observation/_search?patient=1", body: "patient=456",
            "search-type s Observation"),
        RequestRow(
            "more values than a scope may have", "GET Observation?code=" + numbers(101),
            "search-type s Observation"),
    ]

    private static func numbers(_ count: Int) -> String { (0..<count).map(String.init).joined(separator: ",") }

    private static let includes: [RequestRow] = [
        RequestRow(
            "_include: to the type that is named", "GET Observation?_include=Observation:subject:Patient",
            "search-type s Observation", "search-type s Patient"),
        RequestRow(
            "to the one type there is", "GET Observation?_include=Observation:patient",
            "search-type s Observation", "search-type s Patient"),
        RequestRow(
            "to each of several", "GET Condition?_include=Condition:subject", "search-type s Condition",
            "search-type s Patient", "search-type s Group"),
        RequestRow(
            "to who knows what", "GET Provenance?_include=Provenance:target", "search-type s Provenance",
            "search-system s *"),
        RequestRow(
            "the one patient that may be a group", "GET DeviceUseStatement?_include=DeviceUseStatement:patient",
            "search-type s DeviceUseStatement", "search-type s Patient", "search-type s Group"),
        RequestRow("all that there is", "GET Observation?_include=*", "search-type s Observation", "search-system s *"),
        RequestRow(
            "all of a type", "GET Observation?_include=Observation:*", "search-type s Observation",
            "search-system s *"),
        RequestRow(
            "again and again", "GET Observation?_include:iterate=Patient:general-practitioner",
            "search-type s Observation", "search-type s Organization", "search-type s Practitioner",
            "search-type s PractitionerRole"),
        RequestRow(
            "the older word", "GET Location?_include:recurse=Location:partof", "search-type s Location",
            "search-type s Location"),
        RequestRow(
            "with escaped colons", "GET Observation?_include=Observation%3Apatient%3APatient",
            "search-type s Observation", "search-type s Patient"),
        RequestRow(
            "each once", "GET Observation?_include=Observation:patient&_include=Observation:subject:Patient",
            "search-type s Observation", "search-type s Patient"),
        RequestRow(
            "in reverse, what refers here", "GET Patient?_revinclude=Observation:patient",
            "search-type s Patient", "search-type s Observation"),
        RequestRow(
            "in reverse, whatever it is that refers", "GET Patient?_revinclude=Provenance:target:Patient",
            "search-type s Patient", "search-type s Provenance"),
        RequestRow("in reverse, everything", "GET Patient?_revinclude=*", "search-type s Patient", "search-system s *"),
        RequestRow(
            "in a form", "POST Patient/_search", body: "_revinclude=AuditEvent:entity", "search-type s Patient",
            "search-type s AuditEvent"),
        RequestRow(
            "in a compartment", "GET Patient/1/Encounter?_include=Encounter:practitioner",
            "search-type s Encounter in Patient/1", "search-type s Practitioner"),
    ]

    private static let chains: [RequestRow] = [
        RequestRow(
            "chained: with a type", "GET Observation?subject:Patient.name=x", "search-type s Observation",
            "search-type s Patient"),
        RequestRow(
            "without, to one type", "GET Observation?patient.name=x", "search-type s Observation",
            "search-type s Patient"),
        RequestRow(
            "without, to several", "GET Encounter?subject.name=x", "search-type s Encounter",
            "search-type s Patient", "search-type s Group"),
        RequestRow(
            "without, to who knows what", "GET Provenance?target.name=x", "search-type s Provenance",
            "search-system s *"),
        RequestRow(
            "by a parameter whose types are known of others only", "GET Basic?subject.name=x", "search-type s Basic",
            "search-system s *"),
        RequestRow(
            "with a modifier at its end", "GET Observation?patient.name:exact=x", "search-type s Observation",
            "search-type s Patient"),
        RequestRow(
            "two links", "GET Observation?patient.organization.name=x", "search-type s Observation",
            "search-type s Patient", "search-type s Organization"),
        RequestRow(
            "from one of several types, whichever it is", "GET Provenance?target.encounter.status=x",
            "search-type s Provenance", "search-system s *", "search-type s Encounter", "search-type s EpisodeOfCare"),
        RequestRow(
            "two links with types", "GET DiagnosticReport?result:Observation.subject:Patient.name=x",
            "search-type s DiagnosticReport", "search-type s Observation", "search-type s Patient"),
        RequestRow(
            "to the same type", "GET Patient?link:Patient._id=1", "search-type s Patient", "search-type s Patient"),
        RequestRow(
            "a chain repeats no parameter", "GET Observation?patient.name=x&patient=456",
            "search-type s Observation ?patient=456", "search-type s Patient"),
        RequestRow(
            "_has", "GET Patient?_has:Observation:patient:code=1234-5",
            "search-type s Patient", "search-type s Observation"),
        RequestRow(
            "with escaped colons", "GET Patient?_has%3AObservation%3Apatient%3Acode=1", "search-type s Patient",
            "search-type s Observation"),
        RequestRow(
            "nested", "GET Patient?_has:Observation:patient:_has:AuditEvent:entity:agent=1",
            "search-type s Patient", "search-type s Observation", "search-type s AuditEvent"),
        RequestRow(
            "behind a chain", "GET Encounter?patient._has:Group:member:_id=102", "search-type s Encounter",
            "search-type s Patient", "search-type s Group"),
        RequestRow(
            "before a chain", "GET Patient?_has:Observation:patient:encounter.location.name=x",
            "search-type s Patient", "search-type s Observation", "search-type s Encounter", "search-type s Location"),
        RequestRow(
            "in the whole system", "GET ?_type=Patient&_has:Observation:patient:code=1", "search-system s Patient",
            "search-type s Observation"),
    ]
}
