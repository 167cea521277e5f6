import SMART
import Testing

@testable import Policy

@Suite struct `Policy: the traps` {
    private let all = RoleFile("all", allow("user/*.cruds"), allow("system/*.cruds", id: "s"))

    @Test func `an openid-only token reads no Patient`() throws {
        let token = try Token("openid", all, patient: "1")
        #expect(token.refuses(Ask.read("Patient/1")) && token.refuses(Ask.search("Patient")))
    }

    @Test func `create does not allow read`() throws {
        #expect(try Token("user/Patient.c", all).letters("Patient") == "c")
        #expect(try Token("user/*.cruds", RoleFile("one", allow("user/Patient.c"))).letters("Patient") == "c")
    }

    @Test func `patient read and system read both count`() throws {
        let both = ScopeSet(parsing: "patient/*.read system/*.read")
        let token = try Token(
            both.text, RoleFile("one", allow("system/Task.rs"), allow("user/Patient.rs", id: "b")), patient: "7")
        #expect(token.letters("Task") == "rs" && token.permits(Ask.read("Patient/7")))
        #expect(token.refuses(Ask.read("Patient/8")))
    }

    @Test(arguments: [
        "patient/Observation.read-only", "patient/Observation.rrs", "patient/Observation.sr", "patient/Observation.",
    ])
    func `what is no scope permits nothing, and is taken for no other`(scope: String) throws {
        #expect(ScopeSet(parsing: scope).isEmpty)
        #expect(try Token(scope, all, patient: "1").permissions.allow.isEmpty)
        #expect(RuleScope(scope) == nil)
    }

    @Test func `unset clinic denies`() throws {
        let file = RoleFile(
            "one", allow("user/*.rs?organization=%clinic"), members: #""parameters": {"clinic": "Organization"}"#)
        #expect(try Token("user/*.cruds", file).refuses(Ask.read("Patient/1"), ["organization": []]))
        #expect(try Token("user/*.cruds", file).refuses(Ask.read("Patient/1"), ["organization": [""]]))
    }

    @Test func `a deny of one role beats the allow of another`() throws {
        let token = try Token(
            "user/*.cruds", RoleFile("z", allow("user/Patient.d")), RoleFile("a", deny("user/Patient.d")))
        #expect(token.reason(Ask.delete("Patient/1")) == .deniedByRule)
    }

    @Test func `hiding meta is refused at load`() {
        #expect(problems(RoleFile("one", allow("user/Patient.r", #""hide": ["meta"]"#))).count == 1)
    }

    @Test func `a wildcard reaches no auth`() throws {
        let auth = ScopeSet(parsing: "auth/Client.r auth/Token.r")
        for scope in ["user/*.cruds", "patient/*.cruds", "system/*.cruds"] {
            #expect(!ScopeSet(parsing: scope).covers(auth, reading: .role))
            #expect(auth.intersection(ScopeSet(parsing: scope), reading: .role).isEmpty)
        }
        #expect(problems(RoleFile("one", allow("auth/*.r"))).count == 1)
    }

    @Test func `an update whose new version leaves the criteria is refused`() throws {
        let token = try Token("user/*.cruds", RoleFile("one", allow("user/Patient.u?organization=C7")))
        #expect(token.permits(Ask.update("Patient/1"), ["organization": ["C7"]]))
        #expect(token.refuses(Ask.update("Patient/1"), ["organization": ["C8"]]))
        #expect(token.refuses(Ask.update("Patient/1"), ["organization": []]))
    }

    @Test func `a version that is moved into another's record is refused`() throws {
        let token = try Token("patient/Observation.u", all, patient: "7")
        #expect(token.permits(Ask.update("Observation/1"), ["patient": ["Patient/7"]]))
        #expect(token.refuses(Ask.update("Observation/1"), ["patient": ["Patient/8"]]))
        #expect(token.refuses(Ask.update("Observation/1"), ["patient": []]))
    }

    @Test func `export with a patient scope is refused`() throws {
        let file = RoleFile("one", allow("system/*.rs", #""operations": ["$export"]"#), allow("user/*.cruds", id: "b"))
        let token = try Token("patient/*.cruds user/*.cruds", file, patient: "1")
        for reference in [nil, "Patient", "Patient/1", "Group/1"] {
            #expect(token.refuses(Ask.operation("$export", reference)))
        }
    }

    @Test func `two absent values are not equal`() throws {
        let file = RoleFile(
            "one", allow("user/Patient.r?organization=%clinic"), members: #""parameters": {"clinic": "Organization"}"#)
        #expect(try Token("user/*.cruds", file).refuses(Ask.read("Patient/1"), ["organization": []]))
        #expect(
            try Token("user/*.cruds", file, values: ["clinic": ["C7"]]).refuses(
                Ask.read("Patient/1"), ["organization": []]))
        let nobody = try Token("user/*.cruds", RoleFile("two", allow("user/Task.r?owner=%fhirUser")), holder: nil)
        #expect(nobody.refuses(Ask.read("Task/1"), ["owner": []]))
        let nowhere = try Token("user/*.cruds", RoleFile("three", allow("user/Task.r?patient=%patient")))
        #expect(nowhere.refuses(Ask.read("Task/1"), ["patient": []]))
        // What is not known is not absent: it stays open, and is no permit.
        let known = try Token("user/*.cruds", file, values: ["clinic": ["C7"]])
        #expect(!known.permits(Ask.read("Patient/1")) && !known.refuses(Ask.read("Patient/1")))
    }

    @Test func `values are compared octet by octet`() throws {
        let token = try Token("user/*.cruds", RoleFile("one", allow("user/Patient.r?name=%C3%A9")))
        #expect(token.permits(Ask.read("Patient/1"), ["name": ["\u{E9}"]]))
        #expect(token.refuses(Ask.read("Patient/1"), ["name": ["e\u{301}"]]))
    }
}
