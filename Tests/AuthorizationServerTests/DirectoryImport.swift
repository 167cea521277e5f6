import Encoding
import Storage
import Testing

@testable import AuthorizationServer

@Suite struct `The patient directory's import` {
    @Test func `NDJSON: patients and encounters are taken, other types passed over, faults named by line`() {
        var records = DirectoryRecords()
        let lines = """
            {"resourceType":"Patient","id":"1","name":[{"family":"Doe","given":["Pat","Q"]}],"birthDate":"2001-02-03"}

            {"resourceType":"Observation","id":"o"}
            {"resourceType":"Patient","id":"no spaces","name":[{"family":"X"}]}
            {"resourceType":"Encounter","id":"e1","subject":{"reference":"Patient/1"},"status":"planned"}
            {"resourceType":"Encounter","id":"e2","subject":{"reference":"Group/1"}}
            {not json
            """
        records.read(lines: Array(lines.utf8))
        #expect(records.patients.map(\.id) == ["1"])
        #expect(records.patients.first?.given == "Pat Q")
        #expect(records.encounters.map(\.id) == ["e1"])
        #expect(records.skipped.map(\.line) == [4, 6, 7])
    }

    @Test func `a Bundle: the official name and the record number are preferred`() throws {
        var records = DirectoryRecords()
        try records.read(
            bundle: [
                "resourceType": "Bundle",
                "entry": [
                    [
                        "resource": [
                            "resourceType": "Patient", "id": "1",
                            "name": [["family": "Nick"], ["use": "official", "family": "Roe"]],
                            "identifier": [
                                ["value": "other"], ["value": "MRN-7", "type": ["coding": [["code": "MR"]]]],
                            ],
                        ]
                    ]
                ],
            ])
        #expect(records.patients.first?.family == "Roe")
        #expect(records.patients.first?.identifier == "MRN-7")
    }

    @Test func `what is no Bundle is refused`() {
        var records = DirectoryRecords()
        #expect(throws: Problem.self) { try records.read(bundle: ["resourceType": "Patient"]) }
    }
}
