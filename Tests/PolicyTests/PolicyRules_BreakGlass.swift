import SMART
import Testing

@testable import Policy

@Suite struct `Policy: break-glass, as far as compiling goes` {
    private let file = RoleFile(
        "one", allow("user/*.cruds", #""operations": ["$everything"]"#), allow("system/*.cruds", id: "s"),
        allow("user/Basic.r", id: "right", #""purposes": ["BTG"]"#),
        deny("user/*.cruds?_security=V", id: "soft", #""unless": "break-glass""#),
        deny("user/*.cruds?_tag=locked", id: "hard"))
    private let restricted = ["patient": ["Patient/7"], "_security": ["V"], "_tag": []]

    private func token(_ scope: String = "user/*.cruds", patient: String? = "7") throws -> Token {
        try Token(scope, file, holder: .practitioner, patient: patient, purpose: .breakTheGlass)
    }

    @Test func `only denies with unless break-glass open`() throws {
        #expect(try token().letters("Observation", restricted) == "rs")
        let locked = ["patient": ["Patient/7"], "_security": ["V"], "_tag": ["locked"]]
        #expect(try token().letters("Observation", locked) == "")
        #expect(try token().reason(Ask.read("Observation/1"), locked) == .deniedByRule)
    }

    @Test(arguments: PurposeOfUse.allCases.filter { $0 != .breakTheGlass })
    func `no other purpose opens them`(purpose: PurposeOfUse) throws {
        let other = try Token("user/*.cruds", file, patient: "7", purpose: purpose)
        #expect(other.letters("Observation", restricted) == "")
        #expect(other.reason(Ask.read("Observation/1"), restricted) == .needsBreakGlass)
    }

    @Test(arguments: ["user/*.cruds", "patient/*.cruds", "user/Observation.cruds", "patient/Practitioner.cruds"])
    func `rs only, and no operations`(scope: String) throws {
        let rows = try token(scope).permissions.allow.values.flatMap { $0 }
        #expect(!rows.isEmpty)
        #expect(rows.allSatisfy { $0.interactions.isSubset(of: [.read, .search]) && $0.operations.isEmpty })
        #expect(try token("user/*.cud").permissions.allow.isEmpty)
        #expect(try token(scope).refuses(Ask.operation("$everything", "Patient/7")))
    }

    @Test func `one patient: nothing of another's record, whatever the scope`() throws {
        for scope in ["user/*.cruds", "patient/*.cruds", "user/Observation.cruds user/Patient.rs"] {
            #expect(
                try token(scope).letters("Observation", ["patient": ["Patient/8"], "_security": [], "_tag": []]) == "")
            let open = ["_security": [String](), "_tag": []]
            #expect(try token(scope).permits(Ask.read("Patient/7"), open))
            #expect(try token(scope).refuses(Ask.read("Patient/8"), open))
        }
        #expect(try token(patient: nil).permissions.allow.isEmpty)
    }

    @Test func `the scopes issued for it are rs only too`() throws {
        let token = try token("user/*.cruds patient/Observation.cud")
        #expect(token.policies.carried(token.subject.scope, by: token.subject).text == "user/*.rs")
    }

    @Test func `who may break the glass holds a role that stands, with an allow that names the purpose`() throws {
        let opening = allow("user/*.rs", #""purposes": ["BTG"]"#)
        func may(_ file: RoleFile, isMultiFactor: Bool = false, holder: Holder = .practitioner) throws -> Bool {
            let token = try Token("user/*.rs", file, holder: holder, isMultiFactor: isMultiFactor)
            return token.policies.mayBreakGlass(token.subject)
        }
        #expect(try may(RoleFile("one", opening)))
        #expect(try !may(RoleFile("one", allow("user/*.cruds"))))
        #expect(try !may(RoleFile("one", allow("user/*.rs", #""purposes": ["TREAT"]"#))))
        #expect(try !may(RoleFile("one", deny("user/*.rs", #""unless": "break-glass""#))))
        let strict = RoleFile("one", opening, members: #""holders": ["Practitioner"], "requires": {"mfa": true}"#)
        #expect(try !may(strict))
        #expect(try !may(strict, isMultiFactor: true, holder: .patient))
        #expect(try may(strict, isMultiFactor: true))
    }

    @Test func `who has lost the right meanwhile has nothing of it any more`() throws {
        let without = RoleFile(
            "one", allow("user/*.cruds"), deny("user/*.cruds?_security=V", #""unless": "break-glass""#))
        let token = try Token("user/*.rs", without, patient: "7", purpose: .breakTheGlass)
        #expect(token.permissions.allow.isEmpty)
        #expect(token.policies.carried(token.subject.scope, by: token.subject).isEmpty)
    }

    @Test func `a rule for other purposes does not stand`() throws {
        let treating = RoleFile("one", allow("user/*.rs", #""purposes": ["TREAT"]"#))
        #expect(try Token("user/*.rs", treating, patient: "7", purpose: .breakTheGlass).permissions.allow.isEmpty)
    }

    @Test func `break-glass opens no role, no scope and no requirement`() throws {
        let strict = RoleFile("one", allow("user/*.rs"), members: #""requires": {"mfa": true}"#)
        #expect(try Token("user/*.rs", strict, patient: "7", purpose: .breakTheGlass).permissions.allow.isEmpty)
        #expect(try token("user/Task.rs").refuses(Ask.read("Patient/7"), ["_security": [], "_tag": []]))
    }
}
