import SMART
import Testing

@testable import Policy

@Suite struct `Policy: hidden and read-only elements, and operations` {
    @Test(arguments: ["hide", "readonly"], ["id", "resourceType", "meta"])
    func `id, resourceType and meta are refused at load`(member: String, element: String) {
        let told = problems(RoleFile("one", allow("user/Patient.rs", #""\#(member)": ["photo", "\#(element)"]"#)))
        #expect(told.count == 1 && told[0].hasPrefix("one.json: rules[a].\(member): "))
    }

    @Test(arguments: ["name.family", "Photo", "", "_photo", "photo[0]", "a b", "extension(x)", "*"])
    func `only top-level elements are named`(element: String) {
        #expect(problems(RoleFile("one", allow("user/Patient.rs", #""hide": ["\#(element)"]"#))).count == 1)
        #expect(problems(RoleFile("one", allow("user/Patient.rs", #""readonly": ["\#(element)"]"#))).count == 1)
    }

    /// What is hidden of a Patient with those properties, when it is read.
    private func hidden(_ token: Token, _ properties: [String: [String]]) -> [String]? {
        guard case .permit(let any, _) = token.decide(Ask.read("Patient/1"), properties) else { return nil }
        return any.dropFirst().reduce(Set(any[0].hide)) { $0.intersection($1.hide) }.sorted()
    }

    @Test func `if several allows match a row, only what all of them hide is hidden`() throws {
        let token = try Token(
            "user/*.cruds",
            RoleFile(
                "one", allow("user/Patient.r?organization=C7", #""hide": ["photo", "name"]"#),
                allow("user/Patient.r?gender=male", id: "b", #""hide": ["telecom", "photo"]"#),
                allow("user/*.r?_tag=open", id: "c")))
        #expect(hidden(token, ["organization": ["C7"], "gender": ["female"], "_tag": []]) == ["name", "photo"])
        #expect(hidden(token, ["organization": ["C8"], "gender": ["male"], "_tag": []]) == ["photo", "telecom"])
        #expect(hidden(token, ["organization": ["C7"], "gender": ["male"], "_tag": []]) == ["photo"])
        #expect(hidden(token, ["organization": ["C7"], "gender": ["male"], "_tag": ["open"]]) == [])
        #expect(hidden(token, ["organization": ["C8"], "gender": ["female"], "_tag": []]) == nil)
    }

    @Test func `an allow of another letter shows nothing`() throws {
        let token = try Token(
            "user/*.cruds",
            RoleFile("one", allow("user/Patient.r", #""hide": ["photo"]"#), allow("user/Patient.s", id: "b")))
        #expect(token.decide(Ask.read("Patient/1")).onlyRow?.hide == ["photo"])
        #expect(token.permits(Ask.search("Patient")))
    }

    @Test func `an allow beyond the granted scopes shows nothing`() throws {
        let file = RoleFile(
            "one", allow("user/Patient.rs", #""hide": ["photo"]"#), allow("system/Patient.rs", id: "b"),
            allow("user/Patient.rs", id: "c", #""purposes": ["TREAT"]"#))
        #expect(try Token("user/Patient.rs", file).decide(Ask.read("Patient/1")).onlyRow?.hide == ["photo"])
    }

    @Test func `readonly concerns writing, and only what all matching allows hold back`() throws {
        let file = RoleFile(
            "one", allow("user/Patient.ru", #""readonly": ["active", "name"]"#),
            allow("user/Patient.u?gender=male", id: "b", #""readonly": ["name"]"#))
        let token = try Token("user/*.cruds", file)
        #expect(token.permits(Ask.read("Patient/1")))
        #expect(token.decide(Ask.update("Patient/1"), ["gender": ["female"]]).onlyRow?.readonly == ["active", "name"])
        guard case .permit(let any, []) = token.decide(Ask.update("Patient/1"), ["gender": ["male"]]) else {
            Issue.record("an update should be permitted")
            return
        }
        #expect(any.dropFirst().reduce(Set(any[0].readonly)) { $0.intersection($1.readonly) } == ["name"])
    }

    @Test func `operations are never implied`() throws {
        let token = try Token(
            "user/*.cruds system/*.cruds", RoleFile("one", allow("user/*.cruds"), allow("system/*.cruds", id: "b")))
        for operation in ["$everything", "$export", "$validate"] {
            #expect(token.refuses(Ask.operation(operation, "Patient/1")) && token.refuses(Ask.operation(operation)))
        }
    }

    @Test func `an operation is permitted by its name, for the type, criteria and record of its rule`() throws {
        let file = RoleFile("one", allow("user/Patient.r?organization=C7", #""operations": ["$everything"]"#))
        let token = try Token("user/*.cruds", file)
        #expect(token.permits(Ask.operation("$everything", "Patient/1"), ["organization": ["C7"]]))
        #expect(token.refuses(Ask.operation("$everything", "Patient/1"), ["organization": ["C8"]]))
        #expect(token.refuses(Ask.operation("$match", "Patient/1"), ["organization": ["C7"]]))
        #expect(token.refuses(Ask.operation("$everything", "Encounter/1"), ["organization": ["C7"]]))
        #expect(
            try Token("user/Patient.s", file).refuses(
                Ask.operation("$everything", "Patient/1"), ["organization": ["C7"]]))
        let record = try Token("patient/*.cruds", file, patient: "1")
        #expect(record.permits(Ask.operation("$everything", "Patient/1"), ["organization": ["C7"]]))
        #expect(record.refuses(Ask.operation("$everything", "Patient/2"), ["organization": ["C7"]]))
    }

    @Test func `a record's scope opens no operation on a type outside the Patient compartment`() throws {
        let file = RoleFile("one", allow("user/*.cruds", #""operations": ["$everything", "$meta-add"]"#))
        let token = try Token("patient/*.cruds", file, patient: "1")
        #expect(token.permits(Ask.operation("$everything", "Patient/1")))
        #expect(token.refuses(Ask.operation("$meta-add", "Practitioner/1")))
        #expect(token.refuses(Ask.operation("$meta-add", "Practitioner")))
        #expect(try Token("user/*.cruds", file).permits(Ask.operation("$meta-add", "Practitioner/1")))
    }

    @Test func `an operation meets every deny of reading, of whatever type`() throws {
        let operations = #""operations": ["$everything"]"#
        for rules in [allow("user/*.r", operations), allow("user/Patient.r", operations)] {
            let denied = try Token("user/*.cruds", RoleFile("one", rules, deny("user/Observation.r")))
            #expect(denied.refuses(Ask.operation("$everything", "Patient/1")))
            let partly = try Token("user/*.cruds", RoleFile("one", rules, deny("user/Observation.r?category=psych")))
            #expect(partly.decide(Ask.operation("$everything", "Patient/1")).exceptions == ["category=psych"])
            let written = try Token("user/*.cruds", RoleFile("one", rules, deny("user/Observation.cuds")))
            #expect(written.permits(Ask.operation("$everything", "Patient/1")))
        }
    }

    /// `$everything` answers with more than the one resource that the properties are known of.
    @Test func `what is known of the resource of an operation does not lift a deny`() throws {
        let token = try Token(
            "user/*.cruds",
            RoleFile("one", allow("user/Patient.r", #""operations": ["$everything"]"#), deny("user/*.r?_security=V")))
        let decision = token.decide(Ask.operation("$everything", "Patient/1"), ["_security": ["N"]])
        #expect(decision.exceptions == ["_security=V"])
        #expect(token.refuses(Ask.operation("$everything", "Patient/1"), ["_security": ["V"]]))
    }

    @Test(arguments: ["patient/Patient.r", "user/Patient.r", "user/*.cruds"])
    func `export in a rule without system scopes stops the load`(scope: String) {
        #expect(problems(RoleFile("one", allow(scope, #""operations": ["$export"]"#))).count == 1)
    }

    @Test func `export needs a system scope`() throws {
        let file = RoleFile("one", allow("system/*.rs", #""operations": ["$export"]"#), allow("user/*.rs", id: "b"))
        #expect(try Token("system/*.rs", file).permits(Ask.operation("$export")))
        #expect(try Token("user/*.rs", file).refuses(Ask.operation("$export")))
        #expect(try Token("patient/*.rs", file, patient: "1").refuses(Ask.operation("$export")))
    }

    @Test(arguments: ["everything", "$", "$ every", "$everything/x", "", "$1"])
    func `what is no operation is refused`(name: String) {
        #expect(problems(RoleFile("one", allow("user/Patient.r", #""operations": ["\#(name)"]"#))).count == 1)
    }
}
