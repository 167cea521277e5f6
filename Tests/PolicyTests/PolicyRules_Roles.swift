import SMART
import Testing

@testable import Policy

@Suite struct `Policy: what the rules of a role say` {
    private static let clinic = #""parameters": {"clinic": "Organization"}"#
    private static let ward = #""parameters": {"ward": "text"}"#

    @Test func `allow and deny hold a scope or a list of scopes`() throws {
        let file = RoleFile(
            "one", #"{"id": "a", "allow": ["user/Patient.rs", "user/Observation.rs"]}"#,
            #"{"id": "d", "deny": ["user/Patient.s", "user/Observation.r"]}"#)
        let token = try Token("user/*.cruds", file)
        #expect(token.letters("Patient") == "r" && token.letters("Observation") == "s")
    }

    @Test func `extends adds the rules of the role, denies included`() throws {
        let staff = RoleFile("staff", allow("user/Patient.rs"), deny("user/Observation.d"))
        let nurse = RoleFile("nurse", allow("user/Observation.cruds"), members: #""extends": ["staff"]"#)
        let ward = RoleFile("ward-nurse", allow("user/Condition.r"), members: #""extends": ["nurse"]"#)
        var token = try Token("user/*.cruds", staff, nurse, ward)
        token.subject.roles = [RoleHolding(try #require(RoleName("ward-nurse")))]
        #expect(token.letters("Patient") == "rs")
        #expect(token.letters("Observation") == "crus")
        #expect(token.letters("Condition") == "r")
        #expect(token.permissions.roles.map(\.value) == ["ward-nurse"])
    }

    @Test func `extends is acyclic`() {
        let circle = problems(
            RoleFile("a", members: #""extends": ["b"]"#), RoleFile("b", members: #""extends": ["c"]"#),
            RoleFile("c", members: #""extends": ["a"]"#))
        #expect(circle.contains { $0.contains("extends") && $0.contains("circle") })
        #expect(!problems(RoleFile("a", members: #""extends": ["a"]"#)).isEmpty)
    }

    @Test func `a role extends at most 20 others, theirs included`() throws {
        func row(_ count: Int) -> [RoleFile] {
            (0...count).map { index in
                RoleFile("r\(index)", members: index == 0 ? "" : #""extends": ["r\#(index - 1)"]"#)
            }
        }
        _ = try RoleFile.load(row(20))
        for files in [row(21), row(21).reversed(), row(5000), row(5000).reversed()] {
            let error = #expect(throws: PolicyProblems.self) { try RoleFile.load(files) }
            #expect(error?.list.allSatisfy { $0.member == "extends" && $0.reason.contains("20") } == true)
        }
        let names = (0...20).map { "\"r\($0)\"" }.joined(separator: ", ")
        let wide = problems(RoleFile("wide", members: #""extends": [\#(names)]"#))
        #expect(wide == ["wide.json: extends: has 21 items: at most 20"])
    }

    @Test func `a role has at most 1,000 rules with the inherited ones, and what is inherited twice is there once`() {
        func file(_ role: String, _ count: Int, extends parents: String = "") -> RoleFile {
            let rules = (0..<count).map { allow("user/Patient.r", id: "a\($0)") }.joined(separator: ",")
            return RoleFile(role, rules, members: #""extends": [\#(parents)]"#)
        }
        let parents = (1...5).map { file("p\($0)", 200, extends: $0 == 1 ? "" : #""p\#($0 - 1)""#) }
        let names = (1...5).map { #""p\#($0)""# }.joined(separator: ",")
        func problems(_ child: RoleFile) -> [String]? {
            #expect(throws: PolicyProblems.self) { try RoleFile.load(parents + [child]) }?.list.map(\.description)
        }
        #expect(throws: Never.self) { try RoleFile.load(parents + [file("both", 0, extends: names)]) }
        #expect(
            problems(file("more", 1, extends: names)) == [
                "more.json: rules: are 1001 with those of the roles that it extends: at most 1000"
            ])
    }

    @Test func `a role has at most 2,000 scopes with the inherited ones`() {
        func file(_ role: String, _ count: Int, extends parents: String = "") -> RoleFile {
            let scopes = (0..<count).map { _ in #""user/Patient.r""# }.joined(separator: ",")
            return RoleFile(
                role, #"{"id": "a", "deny": [\#(scopes)]}"#, members: #""extends": [\#(parents)]"#)
        }
        #expect(problems(file("one", 2_000)) == [])
        #expect(problems(file("all", 1_000), file("more", 1_000, extends: #""all""#)) == [])
        #expect(
            problems(file("all", 1_000), file("more", 1_001, extends: #""all""#)) == [
                "more.json: rules: have 2001 scopes with those of the roles that it extends: at most 2000"
            ])
    }

    @Test func `a role reached by two ways is no circle, and its rules are there once`() throws {
        let token = try Token(
            "user/*.cruds", RoleFile("base", allow("user/Patient.r")),
            RoleFile("left", members: #""extends": ["base"]"#), RoleFile("right", members: #""extends": ["base"]"#),
            RoleFile("both", members: #""extends": ["left", "right"]"#))
        #expect(token.policies[try #require(RoleName("both"))]?.rules.count == 1)
        #expect(token.letters("Patient") == "r")
    }

    @Test func `a parameter is bound in the assignment`() throws {
        let file = RoleFile("clinician", allow("user/Patient.rs?organization=%clinic"), members: Self.clinic)
        let token = try Token("user/*.cruds", file, values: ["clinic": ["Organization/C7"]])
        #expect(token.letters("Patient", ["organization": ["Organization/C7"]]) == "rs")
        #expect(token.letters("Patient", ["organization": ["Organization/C8"]]) == "")
        #expect(token.decide(Ask.search("Patient")).onlyRow?.criteria?.text == "organization=Organization/C7")
    }

    @Test func `fhirUser, patient and client are built in`() throws {
        let file = RoleFile(
            "one", allow("user/Task.rs?owner=%fhirUser"), allow("user/Condition.rs?subject=%patient", id: "b"),
            allow("user/Basic.rs?author=%client", id: "c"), allow("user/Patient.r?_id=%patient", id: "e"))
        let token = try Token("user/*.cruds", file, patient: "7")
        #expect(token.decide(Ask.search("Task")).onlyRow?.criteria?.text == "owner=Practitioner/9")
        #expect(token.decide(Ask.search("Condition")).onlyRow?.criteria?.text == "subject=Patient/7")
        #expect(token.decide(Ask.search("Basic")).onlyRow?.criteria?.text == "author=lab-viewer")
        #expect(token.permits(Ask.read("Patient/7")) && token.refuses(Ask.read("Patient/8")))
    }

    @Test func `built-in names cannot be declared`() {
        for name in ["fhirUser", "patient", "client"] {
            #expect(problems(RoleFile("one", members: #""parameters": {"\#(name)": "text"}"#)).count == 1)
        }
    }

    @Test(arguments: [
        "user/%type.rs", "%level/Patient.rs", "user/Patient.%letters", "user/Patient.rs?%name=x",
        "user/Patient.rs?%all",
        "user/Patient.rs?organization=Organization/%clinic", "user/Patient.rs?organization=x%clinic",
        "user/Patient.rs?organization=%clinic%clinic", "user/Patient.rs?organization:missing=%clinic", "%clinic",
        "user/Patient.rs%clinic", "user/Patient.rs?organization:%clinic=x", "user/Patient.rs?organization=%clinic-x",
    ])
    func `a variable stands only in value position, and for a whole value`(scope: String) {
        #expect(problems(RoleFile("one", allow(scope), members: Self.clinic)).count == 1)
    }

    @Test(arguments: [
        "C7&category=x", "C7?x=y", "a b", "a%26b", "100%", "é", "a+b", "a=b", "%clinic", "\"", "&", "user/*.cruds",
    ])
    func `a variable is a structured value: what looks like more stays one value`(value: String) throws {
        let file = RoleFile("one", allow("user/Encounter.rs?location=%ward&status=planned"), members: Self.ward)
        let token = try Token("user/*.cruds", file, values: ["ward": [value]])
        let criteria = try #require(token.permissions.allow["Encounter"]?.first?.criteria)
        #expect(criteria.parameters.map(\.name) == ["location", "status"])
        #expect(criteria.parameters[0].literals == [value])
        // As a resource server reads it back.
        #expect(ScopeConstraint(criteria.text)?.parameters.map(\.literals) == [[value], ["planned"]])
        #expect(token.permits(Ask.read("Encounter/1"), ["location": [value], "status": ["planned"]]))
        #expect(token.refuses(Ask.read("Encounter/1"), ["location": ["C7"], "status": ["planned"], "category": ["x"]]))
    }

    @Test(arguments: ["a,b", "a\\b", "", "a\u{0}b", "a\nb"])
    func `what no constraint can say is no value`(value: String) throws {
        #expect(RoleParameter(name: "ward", kind: .text).value(value) == nil)
    }

    @Test(arguments: [
        "C7&category=x", "Location/C7", "Organization/", "Organization/C7/x", "../C7", "", "C 7", "C7,C8",
    ])
    func `a reference is one of its type`(value: String) {
        #expect(RoleParameter(name: "clinic", kind: .reference("Organization")).value(value) == nil)
    }

    @Test func `a reference may be given by its id alone, and is written whole`() {
        let parameter = RoleParameter(name: "clinic", kind: .reference("Organization"))
        #expect(parameter.value("C7")?.text == "Organization/C7")
        #expect(parameter.value("Organization/C7")?.text == "Organization/C7")
    }

    @Test func `a variable may be a list: any of its values`() throws {
        let file = RoleFile("one", allow("user/Patient.r?organization=%clinic,Organization/HQ"), members: Self.clinic)
        let token = try Token("user/*.cruds", file, values: ["clinic": ["C7", "C8"]])
        for (organization, isMet) in [("C7", true), ("C8", true), ("HQ", true), ("C9", false)] {
            #expect(token.permits(Ask.read("Patient/1"), ["organization": ["Organization/\(organization)"]]) == isMet)
        }
    }

    @Test func `an unset variable kills its rule, and only that one`() throws {
        let file = RoleFile(
            "one", allow("user/Patient.rs?organization=%clinic,Organization/HQ"),
            #"{"id": "b", "allow": ["user/Observation.rs?performer=%clinic", "user/Condition.rs"]}"#,
            allow("user/Task.rs", id: "c"), members: Self.clinic)
        let token = try Token("user/*.cruds", file)
        #expect(Set(token.permissions.allow.keys) == ["Condition", "Task"])
    }

    @Test func `without a patient in context, a rule with the patient variable is dead`() throws {
        let token = try Token("user/*.cruds", RoleFile("one", allow("user/Condition.rs?subject=%patient")))
        #expect(token.permissions.allow.isEmpty)
        let nobody = try Token("user/*.cruds", RoleFile("one", allow("user/Task.rs?owner=%fhirUser")), holder: nil)
        #expect(nobody.permissions.allow.isEmpty)
    }

    @Test func `an unset variable in a deny denies more, not less`() throws {
        let file = RoleFile(
            "one", allow("user/Patient.rs"), deny("user/Patient.rs?organization=%clinic&gender=male"),
            members: Self.clinic)
        let bound = try Token("user/*.cruds", file, values: ["clinic": ["C7"]])
        #expect(bound.permits(Ask.read("Patient/1"), ["organization": ["Organization/C8"], "gender": ["male"]]))
        let unbound = try Token("user/*.cruds", file)
        #expect(unbound.refuses(Ask.read("Patient/1"), ["organization": ["Organization/C8"], "gender": ["male"]]))
        let female = ["organization": ["Organization/C8"], "gender": ["http://a.example|female"]]
        #expect(unbound.permits(Ask.read("Patient/1"), female))
        let only = RoleFile(
            "one", allow("user/Patient.rs"), deny("user/Patient.rs?organization=%clinic"), members: Self.clinic)
        #expect(try Token("user/*.cruds", only).permissions.allow.isEmpty)
    }

    /// A parameter whose type was changed, and an assignment from before.
    @Test func `a bound value that the parameter no longer takes unsets the variable, in a deny too`() throws {
        let file = RoleFile(
            "one", allow("user/Patient.rs?organization=%clinic", id: "a"), allow("user/Task.rs", id: "b"),
            deny("user/Task.rs?owner=%clinic"), members: Self.clinic)
        var token = try Token("user/*.cruds", file)
        token.subject.roles = [
            RoleHolding(try #require(RoleName("one")), parameters: ["clinic": [.text("ward 3"), .text("C7")]])
        ]
        #expect(token.permissions.allow.isEmpty)
    }

    @Test func `a bound text reads as its parameter's type does now`() throws {
        let file = RoleFile("one", allow("user/Organization.r?_id=%clinic"), members: Self.clinic)
        var token = try Token("user/*.cruds", file)
        token.subject.roles = [
            RoleHolding(try #require(RoleName("one")), parameters: ["clinic": [.text("Organization/C7")]])
        ]
        #expect(token.permits(Ask.read("Organization/C7")) && token.refuses(Ask.read("Organization/C8")))
    }

    @Test func `a text behind _id is the id as it stands`() throws {
        let file = RoleFile("one", allow("user/Location.r?_id=%ward"), members: Self.ward)
        let token = try Token("user/*.cruds", file, values: ["ward": ["W3"]])
        #expect(token.permits(Ask.read("Location/W3")) && token.refuses(Ask.read("Location/W4")))
    }

    /// A constraint cut short would be a wider one, and a deny of less.
    @Test func `with more values than a constraint can have a rule is dead, and a deny takes all`() throws {
        let file = RoleFile(
            "one", allow("user/Patient.rs?organization=%clinic"), allow("user/Task.rs", id: "b"),
            deny("user/Task.rs?owner=%clinic"), members: Self.clinic)
        func token(_ count: Int) throws -> Token {
            try Token("user/*.cruds", file, values: ["clinic": (0..<count).map { "C\($0)" }])
        }
        #expect(try token(100).permissions.allow.keys.sorted() == ["Patient", "Task"])
        #expect(try token(101).permissions.allow.isEmpty)
    }

    @Test func `deny overrides allow across roles, whichever is named first`() throws {
        for (permitting, refusing) in [("a", "b"), ("b", "a")] {
            let token = try Token(
                "user/*.cruds", RoleFile(permitting, allow("user/Observation.cruds")),
                RoleFile(refusing, deny("user/Observation.rs?status=draft"), deny("user/*.d", id: "e")))
            #expect(token.letters("Observation", ["status": ["draft"]]) == "cu")
            #expect(token.letters("Observation", ["status": ["http://a|final"]]) == "crus")
            #expect(token.reason(Ask.read("Observation/1"), ["status": ["draft"]]) == .deniedByRule)
        }
    }

    @Test
    func `a deny of all types reaches those that are allowed by name, and one of a type those allowed by wildcard`()
        throws
    {
        let named = try Token("user/*.cruds", RoleFile("one", allow("user/Patient.rs"), deny("user/*.s")))
        #expect(named.letters("Patient") == "r")
        let wildcard = try Token("user/*.cruds", RoleFile("one", allow("user/*.rs"), deny("user/Patient.s")))
        #expect(wildcard.letters("Patient") == "r" && wildcard.letters("Condition") == "rs")
    }

    @Test func `a deny reaches patient scopes`() throws {
        let token = try Token(
            "patient/*.rs", RoleFile("one", allow("user/*.rs"), deny("user/Observation.rs")), patient: "7")
        #expect(token.letters("Observation", ["patient": ["Patient/7"]]) == "")
        #expect(token.letters("Condition", ["patient": ["Patient/7"]]) == "rs")
    }

    @Test func `suspended is a role with one rule: deny all`() throws {
        let suspended = RoleFile("suspended", deny("*"))
        let all = RoleFile("all", allow("user/*.cruds", id: "u", #""operations": ["$everything"]"#))
        let machine = RoleFile("machine", allow("system/*.cruds", id: "s", #""operations": ["$export"]"#))
        for holder in [Holder.practitioner, .patient, nil] {
            let token = try Token(
                "user/*.cruds patient/*.cruds", all, suspended, holder: holder, patient: "1", purpose: nil)
            #expect(token.permissions.allow.isEmpty)
            #expect(token.refuses(Ask.operation("$everything", "Patient/1")))
        }
        let token = try Token("system/*.cruds", machine, suspended, holder: .client)
        #expect(token.permissions.allow.isEmpty && token.refuses(Ask.operation("$export")))
        let emergency = try Token("user/*.cruds", all, suspended, patient: "1", purpose: .breakTheGlass)
        #expect(emergency.permissions.allow.isEmpty)
    }

    @Test func `requires mfa: the allows stand only with a second factor`() throws {
        let file = RoleFile("one", allow("user/Patient.rs"), members: #""requires": {"mfa": true}"#)
        let without = try Token("user/*.cruds", file)
        #expect(without.permissions.allow.isEmpty && without.permissions.roles.isEmpty)
        #expect(without.reason(Ask.read("Patient/1")) == .needsStepUp)
        let with = try Token("user/*.cruds", file, isMultiFactor: true)
        #expect(with.letters("Patient") == "rs" && with.permissions.roles.map(\.value) == ["one"])
    }

    @Test func `requires networks: the allows stand only from one of them`() throws {
        let file = RoleFile(
            "one", allow("user/Patient.rs"), members: #""requires": {"networks": ["10.0.0.0/8", "2001:db8::/32"]}"#)
        #expect(try Token("user/*.cruds", file).permissions.allow.isEmpty)
        #expect(try Token("user/*.cruds", file, inside: ["192.0.2.0/24"]).permissions.allow.isEmpty)
        #expect(try Token("user/*.cruds", file, inside: ["2001:db8::/32"]).letters("Patient") == "rs")
    }

    @Test(arguments: [#""requires": {"mfa": true, "networks": ["10.0.0.0/8"]}"#, #""holders": ["Patient"]"#])
    func `the denies of a role stand where its allows do not`(members: String) throws {
        let token = try Token(
            "user/*.cruds", RoleFile("one", allow("user/Patient.cruds")),
            RoleFile("two", allow("user/Condition.rs"), deny("user/Patient.d"), members: members))
        #expect(token.letters("Patient") == "crus" && token.letters("Condition") == "")
    }

    @Test func `requirements of an extended role hold for what extends it`() throws {
        let base = RoleFile("base", allow("user/Patient.r"), members: #""requires": {"mfa": true}"#)
        let child = RoleFile(
            "child", allow("user/Condition.r"),
            members: #""extends": ["base"], "requires": {"networks": ["10.0.0.0/8"]}"#)
        #expect(try Token("user/*.cruds", base, child, inside: ["10.0.0.0/8"]).permissions.allow.isEmpty)
        let token = try Token("user/*.cruds", base, child, isMultiFactor: true)
        #expect(token.letters("Patient") == "r" && token.letters("Condition") == "")
    }

    @Test func `holders: only who is one of them has the allows`() throws {
        let file = RoleFile("one", allow("user/Patient.r"), members: #""holders": ["Practitioner", "Person"]"#)
        for holder in Holder.allCases.map(Optional.some) + [nil] {
            let isOne = holder == .practitioner || holder == .person
            #expect(try Token("user/*.cruds", file, holder: holder).letters("Patient") == (isOne ? "r" : ""))
        }
    }

    @Test func `a client holds only roles that name clients`() throws {
        let file = RoleFile("one", allow("system/Patient.r"))
        #expect(try Token("system/*.cruds", file, holder: .client).permissions.allow.isEmpty)
        let named = RoleFile("one", allow("system/Patient.r"), members: #""holders": ["Client"]"#)
        #expect(try Token("system/*.cruds", named, holder: .client).letters("Patient") == "r")
    }

    @Test func `holders of an extended role hold for what extends it`() throws {
        let base = RoleFile("base", members: #""holders": ["Practitioner", "Person"]"#)
        let child = RoleFile("child", allow("user/Patient.r"), members: #""extends": ["base"]"#)
        #expect(try Token("user/*.cruds", base, child, holder: .person).letters("Patient") == "r")
        #expect(try Token("user/*.cruds", base, child, holder: .patient).letters("Patient") == "")
    }

    @Test func `a role whose extended roles leave nobody to hold it is refused`() {
        let (one, two) = (
            RoleFile("one", members: #""holders": ["Practitioner"]"#),
            RoleFile("two", members: #""holders": ["Patient"]"#)
        )
        let own = RoleFile("both", members: #""extends": ["one"], "holders": ["Patient"]"#)
        #expect(problems(one, two, own).map { $0.prefix(18) } == ["both.json: holders"])
        let inherited = RoleFile("both", allow("user/*.cruds"), members: #""extends": ["one", "two"]"#)
        #expect(problems(one, two, inherited).map { $0.prefix(18) } == ["both.json: holders"])
    }

    @Test func `purposes: the rule stands only for one of them`() throws {
        let file = RoleFile(
            "one", allow("user/Patient.r", #""purposes": ["TREAT", "ETREAT"]"#), allow("user/Task.r", id: "b"))
        for (purpose, letters) in [
            (PurposeOfUse.treatment, "r"), (.emergencyTreatment, "r"), (.research, ""), (nil, ""),
        ] as [(PurposeOfUse?, String)] {
            let token = try Token("user/*.cruds", file, purpose: purpose)
            #expect(token.letters("Patient") == letters && token.letters("Task") == "r")
        }
        #expect(try Token("user/*.cruds", file).reason(Ask.read("Patient/1")) == .purposeNotAllowed)
    }

    @Test func `a changed policy never gives more than the scopes of the token`() throws {
        let token = try Token("user/Patient.r", RoleFile("one", allow("user/Patient.r")))
        let wider = try RoleFile.load([RoleFile("one", allow("user/*.cruds"))])
        #expect(wider.permissions(of: token.subject) == token.permissions)
    }
}
