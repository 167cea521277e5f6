import Testing

@testable import SMART

@Suite struct `STA-4 launch scopes` {
    @Test(arguments: [
        ("launch/patient", "Patient", String?.none), ("launch/encounter", "Encounter", nil),
        ("launch/imagingstudy", "ImagingStudy", nil),
        ("launch/list?role=https://example.org/r", "List", "https://example.org/r"),
        ("launch/medicationrequest?role=launch", "MedicationRequest", "launch"),
        ("launch/list?role=urn:uuid:1", "List", "urn:uuid:1"),
    ])
    func `name a type in lower case and at most one role`(text: String, type: String, role: String?) throws {
        let scope = try #require(LaunchScope(text))
        #expect(scope.type == type)
        #expect(scope.role == role)
        #expect(scope.text == text)
        #expect(Scope(text) == .launchContext(scope))
    }

    @Test func `one type may be asked for in several roles`() {
        let set = ScopeSet(parsing: "launch/list?role=a:b launch/list?role=c:d launch/list launch/list?role=a:b")
        #expect(set.scopes.count == 3)
        #expect(set.rejected.isEmpty)
    }

    @Test(arguments: [
        "launch", "launch/", "launch/PATIENT", "launch/patient ", "launch/patients", "launch/list?role=",
        "launch/list?",
        "launch/list?role=word", "launch/list?Role=a:b", "launch/list?role=a:b&x=y", "launch/list?role=DATA:x",
        "xlaunch/patient",
    ])
    func `and nothing else`(text: String) {
        #expect(LaunchScope(text) == nil)
    }
}
