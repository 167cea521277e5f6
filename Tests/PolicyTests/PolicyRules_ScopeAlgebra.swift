import SMART
import Testing

@testable import Policy

@Suite struct `Policy: the scope algebra, as roles use it` {
    private let all = RoleFile("all", allow("user/*.cruds"), allow("system/*.cruds", id: "s"))

    @Test func `level, type, interactions and constraint of a scope each narrow`() throws {
        let role = RoleFile("one", allow("user/Observation.rs?category=lab"))
        let token = try Token("user/*.cruds", role)
        let lab = ["category": ["lab"]]
        #expect(token.letters("Observation", lab) == "rs")
        #expect(token.letters("Observation", ["category": ["imaging"]]) == "")
        #expect(token.letters("Condition", lab) == "")
        #expect(try Token("system/*.cruds", role).letters("Observation", lab) == "")
    }

    @Test func `patient is user narrowed to the patient in context`() throws {
        let token = try Token("patient/Observation.cruds", RoleFile("one", allow("user/Observation.rs")), patient: "7")
        let row = try #require(token.permissions.allow["Observation"]?.first)
        #expect(row.interactions == [.read, .search] && row.compartment?.value == "7" && row.criteria == nil)
        #expect(token.letters("Observation", ["patient": ["Patient/7"]]) == "rs")
        #expect(token.letters("Observation", ["patient": ["Patient/8"]]) == "")
    }

    @Test func `a role's patient rule narrows user scopes to the patient in context`() throws {
        let token = try Token("user/Observation.cruds", RoleFile("one", allow("patient/Observation.rs")), patient: "7")
        #expect(token.letters("Observation", ["patient": ["Patient/7"]]) == "rs")
        #expect(token.letters("Observation", ["patient": ["Patient/8"]]) == "")
    }

    @Test func `of types outside the Patient compartment, a patient scope gives rs, and all of them`() throws {
        for scope in ["patient/*.cruds", "patient/Practitioner.cruds"] {
            #expect(try Token(scope, all, patient: "7").letters("Practitioner") == "rs")
        }
        let token = try Token("patient/Practitioner.cud", all, patient: "7")
        #expect(token.permissions.allow.isEmpty)
    }

    @Test(arguments: ["Device", "Binary", "Bundle", "MessageHeader", "MedicinalProduct"])
    func `of other types outside it, which may be about anybody, a patient scope gives nothing`(type: String) throws {
        for scope in ["patient/*.cruds", "patient/\(type).rs"] {
            let token = try Token(scope, all, patient: "7")
            #expect(token.letters(type, ["patient": ["Patient/7"]]) == "")
            #expect(!token.permissions.allow.keys.contains(type))
        }
    }

    @Test func `scopes made to multiply rows come to nothing, and what is issued reads back whole`() throws {
        let types = FHIRResourceTypes.names.sorted().prefix(170).map { "patient/\($0).r" }
        let constrained = (0..<60).map { "patient/*.s?category=\($0)" }
        let token = try Token((types + constrained).joined(separator: " "), all, patient: "7")
        #expect(token.permissions.allow.isEmpty)
        let many = RoleFile("many", types.enumerated().map { allow($0.element, id: "r\($0.offset)") })
        let wide = try Token((0..<8).map { "patient/*.rs?_tag=\($0)" }.joined(separator: " "), many, patient: "7")
        let carried = wide.policies.carried(wide.subject.scope, by: wide.subject)
        #expect(ScopeSet(parsing: carried.text) == carried)
        #expect(carried.resources.filter { $0.constraint != nil }.count <= ScopeSet.maximumConstrainedItems)
    }

    @Test func `what the request says of the patient closes nothing for a type without that parameter`() throws {
        let bound = RoleFile("bound", allow("patient/Device.cruds?patient=%patient"))
        let token = try Token("patient/Device.rs", bound, patient: "7")
        #expect(!token.permits(Ask.search("Device", "patient=Patient/7")))
        #expect(
            try Token("user/Observation.rs", RoleFile("one", allow("user/Observation.rs?patient=Patient/7")))
                .permits(Ask.search("Observation", "patient=Patient/7")))
    }

    @Test func `a search of several types is narrowed by no parameter of one`() throws {
        let accesses = ["Observation", "Practitioner"].map { FHIRAccess(.searchSystem, type: $0) }
        let token = try Token("patient/*.rs", all, patient: "7")
        let decision = RequestDecision(accesses, filtering: [.search]) { token.decide($0) }
        #expect(decision.reason == .needsFilter)
    }

    @Test func `unless the criteria bind them to the patient`() throws {
        let bound = RoleFile("bound", allow("patient/Device.cruds?patient=%patient"))
        let token = try Token("patient/Device.cruds", bound, patient: "7")
        #expect(token.letters("Device", ["patient": ["Patient/7"]]) == "rs")
        #expect(token.letters("Device", ["patient": ["Patient/8"]]) == "")
        let subject = RoleFile("subject", allow("patient/Binary.cruds?subject=%patient"))
        let binary = try Token("patient/Binary.cruds", subject, patient: "7")
        #expect(binary.letters("Binary", ["subject": ["Patient/7"]]) == "rs")
        let other = RoleFile("other", allow("patient/Device.cruds?patient=Patient/8"))
        #expect(try Token("patient/Device.cruds", other, patient: "7").permissions.allow.isEmpty)
    }

    @Test func `system stands apart`() throws {
        let people = RoleFile("people", allow("user/*.cruds"), allow("patient/*.cruds", id: "p"))
        #expect(try Token("system/*.cruds", people, patient: "1").permissions.allow.isEmpty)
        let machines = RoleFile("machines", allow("system/*.cruds"))
        #expect(try Token("user/*.cruds patient/*.cruds", machines, patient: "1").permissions.allow.isEmpty)
        #expect(try Token("system/*.cruds", machines).letters("Patient") == "cruds")
    }

    @Test func `a system deny takes nothing from user, nor user from system`() throws {
        #expect(try Token("user/*.cruds", all, RoleFile("no", deny("system/*.cruds"))).letters("Patient") == "cruds")
        #expect(try Token("system/*.cruds", all, RoleFile("no", deny("user/*.cruds"))).letters("Patient") == "cruds")
    }

    @Test func `auth is this server's own API, and no FHIR permission`() throws {
        let admin = RoleFile("client-admin", allow("auth/Client.cruds"))
        #expect(try Token("auth/Client.cruds user/*.cruds system/*.cruds", admin).permissions.allow.isEmpty)
    }

    @Test func `wildcards never reach auth`() throws {
        #expect(
            try Token("auth/AuditEvent.rs auth/Consent.cruds", all, patient: "1").permissions
                == .init(
                    allow: [:], deny: [:], roles: [try #require(RoleName("all"))]))
    }

    @Test func `intersecting intersects letters bit by bit and conjoins constraints`() throws {
        let token = try Token(
            "user/Observation.crs?status=final", RoleFile("one", allow("user/Observation.rds?category=lab")))
        let row = try #require(token.permissions.allow["Observation"]?.first)
        #expect(row.interactions.letters == "rs")
        #expect(row.criteria == ScopeConstraint("category=lab&status=final"))
    }

    @Test func `the example: user rs within patient cruds of a category`() throws {
        let token = try Token(
            "user/Observation.rs", RoleFile("one", allow("patient/Observation.cruds?category=lab")), patient: "7")
        #expect(
            token.permissions.allow["Observation"] == [
                Allowance(
                    interactions: [.read, .search], criteria: ScopeConstraint("category=lab"), compartment: FHIRID("7"))
            ])
    }

    @Test func `all matching scopes count, never the first`() throws {
        let token = try Token(
            "user/Observation.r?category=lab user/Observation.s user/*.r?_id=5 user/Observation.r?category=vital", all)
        #expect(token.letters("Observation", ["category": ["vital"]]) == "rs")
        #expect(token.letters("Observation", ["category": ["lab"]]) == "rs")
        #expect(token.letters("Observation", ["category": ["other"]]) == "s")
        #expect(token.permits(Ask.read("Condition/5")) && token.refuses(Ask.read("Condition/6")))
    }

    @Test func `all matching rules count, never the first`() throws {
        let token = try Token(
            "user/*.cruds",
            RoleFile(
                "one", allow("user/Observation.r?category=lab"), allow("user/Observation.r?category=vital", id: "b"),
                allow("user/*.s", id: "c")))
        #expect(token.letters("Observation", ["category": ["vital"]]) == "rs")
    }

    @Test(arguments: [("read", "rs"), ("write", "cud"), ("*", "cruds")])
    func `version 1 words mean version 2 letters, asked for or in a rule`(word: String, letters: String) throws {
        #expect(try Token("user/Patient.\(word)", all).letters("Patient") == letters)
        #expect(try Token("user/*.cruds", RoleFile("one", allow("user/Patient.\(word)"))).letters("Patient") == letters)
    }

    @Test func `a comma is or, an ampersand is and`() throws {
        let token = try Token("user/*.cruds", RoleFile("one", allow("user/Observation.r?category=a,b&status=final")))
        for (category, status, isMet) in [
            ("a", "final", true), ("b", "final", true), ("a", "x", false), ("c", "final", false),
        ] {
            #expect(token.permits(Ask.read("Observation/1"), ["category": [category], "status": [status]]) == isMet)
        }
    }

    @Test(arguments: [
        "subject.name=x", "_has:Observation:patient:code=x", "_include=Observation:subject", "_revinclude=x:y",
        "name:not=x",
        "name:exact=x", "code:in=x", "code:below=x", "_filter=x", "_text=x", "_content=x", "_sort=x",
        "subject:Patient=1",
        "subject:missing=maybe", "=x", "name", "name=", "name=a,", "name=a&", "name=a\\\\,b", "name=%2C", "name=%00",
    ])
    func `chains, reverse chains, inclusions and unlisted modifiers are refused`(constraint: String) {
        #expect(problems(RoleFile("one", allow("user/Observation.rs?\(constraint)"))).count == 1)
        #expect(problems(RoleFile("one", deny("user/Observation.rs?\(constraint)"))).count == 1)
    }

    @Test func `the listed modifier is taken`() throws {
        let token = try Token("user/*.cruds", RoleFile("one", allow("user/Basic.rs?subject:missing=true")))
        #expect(token.decide(Ask.search("Basic")).onlyRow?.criteria?.text == "subject:missing=true")
    }

    @Test func `what cannot be written down is not granted, never by dropping its constraint`() throws {
        let (asked, allowed) = ((0..<6).map { "a\($0)=x" }, (0..<6).map { "b\($0)=x" })
        let token = try Token(
            "user/Patient.rs?\(asked.joined(separator: "&"))",
            RoleFile("one", allow("user/Patient.rs?\(allowed.joined(separator: "&"))")))
        #expect(token.permissions.allow.isEmpty)
    }

    @Test func `user covers patient for a role, and for nothing else`() throws {
        let (held, asked) = (ScopeSet(parsing: "user/Observation.rs"), ScopeSet(parsing: "patient/Observation.r"))
        #expect(held.covers(asked, reading: .role) && !held.covers(asked, reading: .ceiling))
        #expect(asked.intersection(held, reading: .ceiling).isEmpty)
        #expect(try Token("patient/Observation.r", all, patient: "1").permissions.allow["Observation"] != nil)
    }
}
