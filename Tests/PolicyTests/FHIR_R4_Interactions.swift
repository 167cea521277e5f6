import SMART
import Testing

@testable import Policy

@Suite struct `FHIR R4 §3.1.0 Interactions` {
    @Test(arguments: rows) func `a request asks for each thing that it does`(_ row: RequestRow) throws {
        #expect(try row.request().notations == row.accesses)
    }

    private static let rows: [RequestRow] = [
        RequestRow("§3.1.0.2 read", "GET Patient/456", "read r Patient/456"),
        RequestRow("read of a type that R5 adds", "GET DeviceUsage/a.b-C", "read r DeviceUsage/a.b-C"),
        RequestRow(
            "read, presented otherwise", "GET Patient/1?_summary=true&_elements=name&_format=json&_pretty=true",
            "read r Patient/1"),
        RequestRow(
            "a media type with a parameter", "GET Patient/1?_format=application/fhir+json;fhirVersion=4.0",
            "read r Patient/1"),
        RequestRow("HEAD is a read without the answer", "HEAD Patient/456", "read r Patient/456"),
        RequestRow("HEAD of the capabilities", "HEAD metadata", "capabilities *"),
        RequestRow("HEAD of a history", "HEAD Patient/1/_history", "history-instance r Patient/1"),
        RequestRow("HEAD of an operation", "HEAD Patient/1/$everything", "operation $everything Patient/1"),
        RequestRow("HEAD of a search", "HEAD Patient?name=x", "search-type s Patient ?name=x"),
        RequestRow("§3.1.0.3 vread", "GET Patient/456/_history/2", "vread r Patient/456"),
        RequestRow("§3.1.0.4 update", "PUT Patient/456", "update u Patient/456"),
        RequestRow(
            "update, with the resource", "PUT Patient/456", body: #"{"resourceType":"Patient","id":"456"}"#,
            "update u Patient/456"),
        RequestRow(
            "§3.1.0.4.3 conditional update", "PUT Patient?identifier=a%7Cb", "update u Patient",
            "search-type s Patient ?identifier=a|b"),
        RequestRow(
            "conditional update by a chain", "PUT Observation?subject:Patient.identifier=a", "update u Observation",
            "search-type s Observation", "search-type s Patient"),
        RequestRow("§3.1.0.6 patch", "PATCH Patient/456", body: "[]", "patch u Patient/456"),
        RequestRow(
            "conditional patch", "PATCH Patient?identifier=a", "patch u Patient",
            "search-type s Patient ?identifier=a"),
        RequestRow(
            "conditional reference in a patch", "PATCH Condition/1",
            body: #"[{"op":"add","path":"/asserter","value":{"reference":"Patient?_id=1"}}]"#, "patch u Condition/1",
            "search-type s Patient ?_id=1"),
        RequestRow("§3.1.0.7 delete", "DELETE Patient/456", "delete d Patient/456"),
        RequestRow(
            "§3.1.0.7.1 conditional delete", "DELETE Patient?identifier=a", "delete d Patient ?identifier=a",
            "search-type s Patient ?identifier=a"),
        RequestRow("§3.1.0.8 create", "POST Patient", "create c Patient"),
        RequestRow(
            "create, with the resource", "POST Patient", body: #"{"resourceType":"Patient","id":"other"}"#,
            "create c Patient"),
        RequestRow(
            "create of a Bundle is no batch", "POST Bundle", body: #"{"resourceType":"Bundle","type":"batch"}"#,
            "create c Bundle"),
        RequestRow("create of a Binary from any content", "POST Binary", body: "%PDF", "create c Binary"),
        RequestRow(
            "§3.1.0.8.1 conditional create", "POST Patient", ifNoneExist: "identifier=a|b&birthdate=2020-01-01",
            "create c Patient", "search-type s Patient ?identifier=a|b&birthdate=2020-01-01"),
        RequestRow(
            "conditional create by reverse chain", "POST Patient", ifNoneExist: "_has:Group:member:_id=1",
            "create c Patient", "search-type s Patient", "search-type s Group"),
        RequestRow(
            "§3.1.0.11.2 conditional references", "POST Observation",
            body: """
                {"resourceType":"Observation","subject":{"reference":"Patient?identifier=a"},
                 "performer":[{"reference":"Practitioner/1"},{"reference":"Practitioner?organization.name=x"}],
                 "hasMember":[{"reference":"urn:uuid:1"},{"reference":"#contained"}]}
                """, "create c Observation", "search-type s Patient ?identifier=a", "search-type s Practitioner",
            "search-type s Organization"),
        RequestRow(
            "conditional reference in an update", "PUT Observation/1",
            body: #"{"resourceType":"Observation","subject":{"reference":"Patient?_id=1"}}"#, "update u Observation/1",
            "search-type s Patient ?_id=1"),
        RequestRow("§3.1.0.10 capabilities", "GET metadata", "capabilities *"),
        RequestRow("capabilities in a mode", "GET metadata?mode=terminology&_format=xml", "capabilities *"),
        RequestRow("SMART DISC-1", "GET .well-known/smart-configuration", "capabilities *"),
        RequestRow(
            "§3.1.0.12 history of a resource", "GET Patient/456/_history?_count=5&_since=2020",
            "history-instance r Patient/456"),
        RequestRow("history of a type", "GET Patient/_history?_at=2020", "history-type s Patient"),
        RequestRow("history of the system", "GET _history", "history-system s *"),
        RequestRow(
            "history of some types", "GET _history?_type=Patient,Group", "history-system s Patient",
            "history-system s Group"),
        RequestRow(
            "history of what is on a list", "GET Patient/_history?_list=7", "history-type s Patient",
            "read r List/7"),
        RequestRow("operation on the system", "POST $export", "operation $export *"),
        RequestRow("operation on the system by GET", "GET $export?_type=Patient", "operation $export *"),
        RequestRow("operation on a type", "GET ValueSet/$expand?url=http://x/y", "operation $expand ValueSet"),
        RequestRow("operation on a type by POST", "POST Patient/$match", body: "{}", "operation $match Patient"),
        RequestRow("operation on a resource", "GET Patient/1/$everything", "operation $everything Patient/1"),
        RequestRow("operation on a resource by POST", "POST Patient/1/$everything", "operation $everything Patient/1"),
    ]

    @Test(arguments: [
        ("GET", "Patient/1", "read r Patient/1"), ("GET", "?_type=Patient", "search-system s Patient"),
        ("GET", "", "search-system s *"),
    ])
    func `method and address may come apart`(method: String, target: String, access: String) throws {
        #expect(try FHIRRequest(method: method, target: target).notations == [access])
    }

    @Test(arguments: [
        ("/fhir/r4/Patient/1", "/fhir/r4", "read r Patient/1"), ("/fhir/r4/Patient/1", "/fhir/r4/", "read r Patient/1"),
        ("/Patient?_id=1", "", "search-type s Patient ?_id=1"), ("/Patient/1", "/", "read r Patient/1"),
        ("/fhir?_type=Patient", "/fhir", "search-system s Patient"),
        ("/fhir/?_type=Patient", "/fhir", "search-system s Patient"), ("/fhir", "/fhir", "search-system s *"),
    ])
    func `a gateway gives an absolute path under the base`(path: String, base: String, access: String) throws {
        #expect(try FHIRRequest(method: "GET", path: path, under: base).notations == [access])
    }

    @Test(arguments: [
        ("/fhir/r40/Patient/1", FHIRRequestError.outsideBase), ("/fhi", .outsideBase),
        ("/other/Patient/1", .outsideBase),
        ("/FHIR/r4/Patient/1", .outsideBase), ("/fhir/r4//Patient/1", .leadingSlash),
        ("/fhir/r4/../Patient/1", .dotSegment), ("/fhir/r4%2FPatient", .outsideBase), ("fhir/r4/Patient", .outsideBase),
        ("https://host/fhir/r4/Patient", .outsideBase),
    ])
    func `and no path beside it`(path: String, error: FHIRRequestError) {
        #expect(throws: error) { try FHIRRequest(method: "GET", path: path, under: "/fhir/r4") }
    }

    @Test func `every interaction has the letters of SMART v2, and only operations and capabilities none`() {
        let letters = Dictionary(
            uniqueKeysWithValues: FHIRInteraction.allCases.map { ($0.rawValue, $0.letters.letters) })
        #expect(
            letters == [
                "read": "r", "vread": "r", "history-instance": "r", "update": "u", "patch": "u", "delete": "d",
                "create": "c", "search-type": "s", "search-system": "s", "history-type": "s", "history-system": "s",
                "operation": "", "capabilities": "",
            ])
    }
}
