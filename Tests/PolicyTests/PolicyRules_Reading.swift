import Encoding
import SMART
import Testing

@testable import Policy

@Suite struct `Policy: files are read strictly` {
    /// The file of the specification, and the role that it extends.
    static let example = RoleFile(
        name: "clinician.json",
        text: #"""
            {
              "role": "clinician", "version": 1,
              "title": "Clinician", "description": "Treating staff of one clinic",
              "holders": ["Practitioner", "PractitionerRole"],
              "extends": ["staff"],
              "parameters": { "clinic": "Organization" },
              "requires": { "mfa": true, "networks": ["10.0.0.0/8", "2001:db8::/32"] },
              "rules": [
                { "id": "patients",   "allow": "user/Patient.rs?organization=%clinic", "hide": ["photo"] },
                { "id": "labs",       "allow": "user/Observation.crus?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory", "readonly": ["status"] },
                { "id": "everything", "allow": "user/Patient.r", "operations": ["$everything"], "purposes": ["TREAT", "ETREAT"] },
                { "id": "restricted", "deny":  "user/*.cruds?_security=http://terminology.hl7.org/CodeSystem/v3-Confidentiality|V",
                  "unless": "break-glass", "because": "Very restricted record" }
              ],
              "tests": [
                { "scopes": "user/Patient.rs", "request": "DELETE Patient/1", "expect": "deny" }
              ]
            }
            """#)

    @Test func `the example loads, and says what it says`() throws {
        let token = try Token(
            "user/*.cruds", Self.example, RoleFile("staff", allow("user/Practitioner.rs")), values: ["clinic": ["C7"]],
            purpose: .treatment, isMultiFactor: true, inside: ["2001:db8::/32"])
        let open = ["organization": ["Organization/C7"], "_security": [String]()]
        let row = try #require(token.decide(Ask.search("Patient"), open).onlyRow)
        #expect(row.hide == ["photo"])
        #expect(token.permits(Ask.operation("$everything", "Patient/1")) == false)
        #expect(token.letters("Practitioner", open) == "rs")
        #expect(
            token.refuses(
                Ask.read("Practitioner/1"),
                ["_security": ["http://terminology.hl7.org/CodeSystem/v3-Confidentiality|V"]]))
        #expect(
            token.policies[try #require(RoleName("clinician"))]?.rules.map(\.name) == [
                "staff/a", "clinician/patients", "clinician/labs", "clinician/everything", "clinician/restricted",
            ])
    }

    /// Each a file that would load but for one slip, and where it is told.
    @Test(arguments: [
        (#""colour": "red""#, "colour"), (#""Rules": []"#, "Rules"),
        (#""requires": {"mfa": true, "vpn": true}"#, "requires.vpn"),
        (#""requires": {"mfa": "yes"}"#, "requires.mfa"), (#""requires": {"mfa": null}"#, "requires.mfa"),
        (#""requires": {"networks": "10.0.0.0/8"}"#, "requires.networks"),
        (#""requires": {"networks": ["10"]}"#, "requires.networks"),
        (#""requires": true"#, "requires"), (#""requires": null"#, "requires"),
        (#""holders": ["Doctor"]"#, "holders"), (#""holders": "Practitioner""#, "holders"),
        (#""holders": [1]"#, "holders"),
        (#""holders": ["Person", "Person"]"#, "holders"), (#""holders": null"#, "holders"),
        (#""extends": ["nobody"]"#, "extends"), (#""extends": ["No Role"]"#, "extends"),
        (#""extends": "one""#, "extends"),
        (#""parameters": {"clinic": "Clinic"}"#, "parameters.clinic"),
        (#""parameters": {"a-b": "text"}"#, "parameters.a-b"),
        (#""parameters": {"clinic": ["text"]}"#, "parameters.clinic"), (#""parameters": ["clinic"]"#, "parameters"),
        (#""tests": {}"#, "tests"), (#""tests": [1]"#, "tests[0]"), (#""tests": [{}]"#, "tests[0].scopes"),
        (#""tests": [{"scopes": "user/Patient.x", "request": "GET Patient/1", "expect": "deny"}]"#, "tests[0].scopes"),
        (#""tests": [{"scopes": "", "request": "GET Patient/1", "expect": "refuse"}]"#, "tests[0].expect"),
        (#""tests": [{"scopes": "", "request": "GET Patient/1", "expect": "deny", "as": "x"}]"#, "tests[0].as"),
        (
            #""tests": [{"scopes": "", "request": "GET Patient/1", "expect": "deny", "patient": "a b"}]"#,
            "tests[0].patient"
        ),
        (
            #""tests": [{"scopes": "", "request": "GET Patient/1", "expect": "deny", "purpose": "FUN"}]"#,
            "tests[0].purpose"
        ),
        (#""tests": [{"scopes": "", "request": "GET Patient/1", "expect": "deny", "reason": "x"}]"#, "tests[0].reason"),
    ])
    func `a slip in a member stops the load and is told by its place`(members: String, place: String) {
        let told = problems(RoleFile("one", allow("user/Patient.r"), members: members))
        #expect(told.contains { $0.hasPrefix("one.json: \(place): ") }, "\(told)")
    }

    @Test(arguments: [
        (#"{"id": "a", "allow": "user/Patient.r", "hides": ["photo"]}"#, "rules[a].hides"),
        (#"{"id": "a", "allow": "user/Patient.r", "deny": "user/Patient.r"}"#, "rules[a].allow"),
        (#"{"id": "a"}"#, "rules[a].allow"), (#"{"allow": "user/Patient.r"}"#, "rules[0].id"),
        (#"{"id": "a b", "allow": "user/Patient.r"}"#, "rules[0].id"), (#"{"id": "a", "allow": []}"#, "rules[a].allow"),
        (#"{"id": "a", "allow": [["user/Patient.r"]]}"#, "rules[a].allow"),
        (#"{"id": "a", "allow": "*"}"#, "rules[a].allow"),
        (#"{"id": "a", "allow": ["user/Patient.r", "user/Wizard.r"]}"#, "rules[a].allow"),
        (#"{"id": "a", "allow": "user/Patient.r?organization=%clinic"}"#, "rules[a].allow"),
        (#"{"id": "a", "deny": "user/Patient.r?organization=%clinic"}"#, "rules[a].deny"),
        (#"{"id": "a", "deny": "patient/Patient.r"}"#, "rules[a].deny"),
        (#"{"id": "a", "deny": "patient/*.cruds"}"#, "rules[a].deny"),
        (#"{"id": "a", "allow": "user/Patient.r", "purposes": ["FUN"]}"#, "rules[a].purposes"),
        (#"{"id": "a", "allow": "user/Patient.r", "unless": "break-glass"}"#, "rules[a].unless"),
        (#"{"id": "a", "allow": "user/Patient.r", "because": "x"}"#, "rules[a].because"),
        (#"{"id": "a", "deny": "user/Patient.r", "unless": "emergency"}"#, "rules[a].unless"),
        (#"{"id": "a", "deny": "user/Patient.r", "unless": true}"#, "rules[a].unless"),
        (#"{"id": "a", "deny": "user/Patient.r", "purposes": ["TREAT"]}"#, "rules[a].purposes"),
        (#"{"id": "a", "deny": "user/Patient.r", "hide": ["photo"]}"#, "rules[a].hide"),
        (#"{"id": "a", "deny": "user/Patient.r", "operations": ["$everything"]}"#, "rules[a].operations"),
        (#"{"id": "a", "allow": "auth/Client.r", "hide": ["photo"]}"#, "rules[a].allow"),
        (#"{"id": "a", "allow": "auth/Client.r?client_id=x"}"#, "rules[a].allow"), (#""user/Patient.r""#, "rules[0]"),
        (#"{"id": "a", "allow": "user/Patient.r"}, {"id": "a", "allow": "user/Task.r"}"#, "rules[a].id"),
    ])
    func `a slip in a rule stops the load and is told by its place`(rule: String, place: String) {
        let told = problems(RoleFile("one", rule))
        #expect(told.contains { $0.hasPrefix("one.json: \(place): ") }, "\(told)")
    }

    @Test(arguments: [
        #"{"version": 1, "title": "x", "description": "x", "rules": []}"#,
        #"{"role": "one", "title": "x", "description": "x", "rules": []}"#,
        #"{"role": "one", "version": 0, "title": "x", "description": "x", "rules": []}"#,
        #"{"role": "one", "version": 1.0, "title": "x", "description": "x", "rules": []}"#,
        #"{"role": "one", "version": "1", "title": "x", "description": "x", "rules": []}"#,
        #"{"role": "one", "version": 1, "description": "x", "rules": []}"#,
        #"{"role": "one", "version": 1, "title": "x", "rules": []}"#,
        #"{"role": "one", "version": 1, "title": "x", "description": "x"}"#,
        #"{"role": "One", "version": 1, "title": "x", "description": "x", "rules": []}"#,
        #"{"role": "", "version": 1, "title": "x", "description": "x", "rules": []}"#,
        #"{"role": "one", "version": 1, "title": "x", "description": "x", "rules": {}}"#,
        #"{"role": "one", "role": "two", "version": 1, "title": "x", "description": "x", "rules": []}"#,
        #"{"role": "one", "version": 1, "title": "", "description": "x", "rules": []}"#,
        #"{"role": "one", "version": 1, "title": ["x"], "description": "x", "rules": []}"#,
        #"{"role": "one", "version": 1, "title": "x\ny", "description": "x", "rules": []}"#,
        #"[]"#, #""#, #"{"role": "one", "version": 1, "title": "x", "description": "x", "rules": []} {}"#,
    ])
    func `what a file needs must be there, and once`(text: String) {
        #expect(problems(RoleFile(name: "one.json", text: text)).count == 1)
    }

    @Test func `all problems are told, with file and member`() {
        let told = problems(
            RoleFile(
                "one", allow("user/Wizard.rs"), allow("user/Patient.rrs", id: "b", #""hide": ["meta"]"#),
                #"{"id": "c", "allow": "user/Patient.r", "operations": ["everything"], "colour": "red"}"#,
                members: #""holders": ["Doctor"], "shape": 1, "tests": [{"scopes": "x y"}]"#))
        let places = told.map { $0.split(separator: ": ").dropFirst().first.map(String.init) ?? "" }
        #expect(
            Set(places) == [
                "holders", "rules[a].allow", "rules[b].allow", "rules[b].hide", "rules[c].operations",
                "rules[c].colour",
                "tests[0].scopes", "tests[0].request", "tests[0].expect", "shape",
            ])
        #expect(told.allSatisfy { $0.hasPrefix("one.json: ") })
    }

    @Test func `all problems between files are told`() {
        let told = problems(
            RoleFile("one", allow("user/Patient.r?organization=%clinic"), members: #""extends": ["nobody"]"#),
            RoleFile(name: "again.json", text: RoleFile("one").text),
            RoleFile("two", deny("user/Patient.r?organization=%ward")))
        #expect(told.count == 4)
        for file in ["one.json: extends", "one.json: rules[a].allow", "again.json: role", "two.json: rules[d].deny"] {
            #expect(told.contains { $0.hasPrefix(file) })
        }
    }

    @Test func `a variable may be declared by a role that is extended`() throws {
        let base = RoleFile("base", members: #""parameters": {"clinic": "Organization"}"#)
        let child = RoleFile("child", allow("user/Patient.r?organization=%clinic"), members: #""extends": ["base"]"#)
        #expect(problems(base, child).isEmpty)
        let other = RoleFile("child", members: #""extends": ["base"], "parameters": {"clinic": "text"}"#)
        #expect(problems(base, other).map { $0.prefix(29) } == ["child.json: parameters.clinic"])
    }

    @Test(arguments: ["holders", "purposes", "networks"])
    func `an empty list where a list limits is refused, not taken for no limit`(member: String) {
        let file =
            switch member {
            case "holders": RoleFile("one", allow("user/Patient.r"), members: #""holders": []"#)
            case "purposes": RoleFile("one", allow("user/Patient.r", #""purposes": []"#))
            default: RoleFile("one", allow("user/Patient.r"), members: #""requires": {"networks": []}"#)
            }
        #expect(problems(file).count == 1)
    }

    @Test func `a problem is one line, whatever the file says`() {
        let told = problems(
            RoleFile(
                "one", allow("user/A\\nB.rs"),
                members: #""x\ny": 1, "parameters": {"a\nb": "text"}, "#
                    + #""tests": [{"scopes": "", "request": "GET Patient/1", "expect": "deny", "parameters": {"a\nb": 1}}]"#
            ))
        #expect(told.count == 4 && told.allSatisfy { !$0.contains("\n") }, "\(told)")
    }

    @Test func `a file has at most 200 tests`() {
        func told(_ count: Int) -> [String] {
            let test = #"{"scopes": "user/Patient.rs", "request": "DELETE Patient/1", "expect": "deny"}"#
            let tests = Array(repeating: test, count: count).joined(separator: ",")
            return problems(RoleFile("one", allow("user/Patient.rs"), members: #""tests": [\#(tests)]"#))
        }
        #expect(told(200) == [])
        #expect(told(201) == ["one.json: tests: has more than 200 tests"])
    }

    @Test func `a file has at most 200 rules`() {
        func told(_ count: Int) -> [String] {
            problems(RoleFile("one", (0..<count).map { allow("user/Patient.rs", id: "r\($0)") }))
        }
        #expect(told(200) == [])
        #expect(told(201) == ["one.json: rules: has more than 200 rules"])
    }

    @Test(arguments: ["hide", "readonly", "operations"]) func `a rule has at most 200 names of a kind`(member: String) {
        func told(_ count: Int) -> [String] {
            let names = (0..<count).map { "\"\(member == "operations" ? "$" : "")x\($0)\"" }.joined(separator: ",")
            return problems(RoleFile("one", allow("user/Binary.cruds", #""\#(member)": [\#(names)]"#)))
        }
        #expect(told(200) == [])
        #expect(told(201) == ["one.json: rules[a].\(member): has 201 items: at most 200"])
    }

    @Test func `the tests in a file run at load, and a failing one refuses the load`() {
        let test = #"{"scopes": "user/Patient.rs", "request": "DELETE Patient/1", "expect": "EXPECTED"}"#
        func told(_ expectation: String) -> [String] {
            let passing = test.replacing("EXPECTED", with: "deny")
            let tests = "[\(passing), \(test.replacing("EXPECTED", with: expectation))]"
            return problems(RoleFile("one", allow("user/Patient.rs"), members: #""tests": \#(tests)"#))
        }
        #expect(told("deny") == [])
        #expect(told("permit").map { $0.prefix(19) } == ["one.json: tests[1]:"])
        #expect(told("filter").map { $0.prefix(19) } == ["one.json: tests[1]:"])
    }

    @Test(arguments: [
        (#""request": "GET Patient/1", "expect": "permit""#, false),
        (#""request": "GET Patient/1", "expect": "filter""#, true),
        (#""request": "GET Patient/1", "expect": "filter", "criteria": "organization=Organization/C7""#, true),
        (#""request": "GET Patient/1", "expect": "filter", "criteria": "organization=Organization/C8""#, false),
        (#""request": "GET Patient/1", "expect": "filter", "hide": ["photo"]"#, true),
        (#""request": "GET Patient/1", "expect": "filter", "hide": []"#, false),
        (#""request": "GET Task/1", "expect": "permit""#, true),
        (#""request": "GET Task/1", "expect": "filter""#, false),
        (#""request": "GET Condition/1", "expect": "deny", "reason": "no_role""#, true),
        (#""request": "GET Condition/1", "expect": "deny", "reason": "scope_insufficient""#, false),
        (#""request": "GET Patient/1", "expect": "deny", "parameters": {"clinic": []}"#, true),
        (#""request": "GET Patient/1", "expect": "deny", "parameters": {"ward": "x"}"#, false),
        (#""request": "FETCH Patient/1", "expect": "deny""#, false),
    ])
    func `a test looks at the decision, the criteria, what is hidden and the reason`(test: String, passes: Bool) {
        let binding = test.contains("parameters") ? "" : #", "parameters": {"clinic": "C7"}"#
        let told = problems(
            RoleFile(
                "one", allow("user/Patient.r?organization=%clinic", #""hide": ["photo"]"#),
                allow("user/Task.r", id: "b"),
                members:
                    #""parameters": {"clinic": "Organization"}, "tests": [{"scopes": "user/*.r", \#(test)\#(binding)}]"#
            ))
        #expect(told.isEmpty == passes, "\(told)")
    }

    @Test func `all failing tests of all files are told`() {
        let test = #""tests": [{"scopes": "", "request": "GET Patient/1", "expect": "permit"}]"#
        let told = problems(RoleFile("one", members: test), RoleFile("two", members: test))
        #expect(told.map { $0.prefix(19) } == ["one.json: tests[0]:", "two.json: tests[0]:"])
    }

    @Test func `a file's size is bounded`() {
        let file = RoleFile("one", members: #""tests": [\#(String(repeating: " ", count: 1 << 18))]"#)
        #expect(problems(file).count == 1)
    }
}
