import SMART
import Testing

@testable import Policy

@Suite struct `Policies: rights to this server's own API` {
    private let policies: PolicySet

    init() throws {
        policies = try Self.policies([
            #"{"role": "keys", "rules": [{"id": "k", "allow": ["auth/Key.cru", "auth/Key.s"]}]"#,
            #"{"role": "users", "rules": [{"id": "u", "allow": "auth/User.cruds"}], "requires": {"mfa": true}"#,
            #"{"role": "support", "rules": [{"id": "s", "allow": "auth/Session.rs", "purposes": ["SUPNWK"]}]"#,
            #"{"role": "frozen", "rules": [{"id": "f", "deny": "auth/Key.cud"}]"#,
            #"{"role": "suspended", "rules": [{"id": "a", "deny": "*"}]"#,
            #"{"role": "everything", "rules": [{"id": "e", "allow": ["user/*.cruds", "patient/*.cruds"]}]"#,
            #"{"role": "service", "rules": [{"id": "c", "allow": "auth/Key.r"}], "holders": ["Client"]"#,
            #"{"role": "near", "rules": [{"id": "n", "allow": "auth/Key.r"}], "requires": {"networks": ["10.0.0.0/8"]}"#,
        ])
    }

    private static func policies(_ files: [String]) throws -> PolicySet {
        try PolicySet(
            files.map { text in
                let whole = text + #", "version": 1, "title": "A", "description": "B"}"#
                return ("", try PolicyReader { $0.contains("/") }.read(Array(whole.utf8), file: ""))
            })
    }

    private func subject(_ roles: String..., scope: String, purpose: PurposeOfUse? = nil, mfa: Bool = false) -> Subject
    {
        Subject(
            roles: roles.compactMap(RoleName.init).map { RoleHolding($0) }, holder: .practitioner, client: "console",
            scope: ScopeSet(parsing: scope), patient: FHIRID("1"), purpose: purpose, isMultiFactor: mfa)
    }

    @Test func `are what scopes and roles have in common`() {
        #expect(policies.ownRights(of: subject("keys", scope: "auth/Key.rd auth/User.r")).text == "auth/Key.r")
        #expect(policies.ownRights(of: subject("keys", scope: "openid user/*.cruds")).isEmpty)
        #expect(policies.ownRights(of: subject(scope: "auth/Key.r")).isEmpty)
    }

    @Test func `are not reached by roles for records`() {
        #expect(policies.ownRights(of: subject("everything", scope: "auth/Key.r auth/User.r user/*.rs")).isEmpty)
    }

    @Test func `are lost to a deny of another role`() {
        #expect(policies.ownRights(of: subject("keys", "frozen", scope: "auth/Key.crus")).text == "auth/Key.rs")
        #expect(policies.ownRights(of: subject("keys", "suspended", scope: "auth/Key.crus")).isEmpty)
    }

    @Test func `ask what FHIR rights ask of a role`() {
        #expect(policies.ownRights(of: subject("users", scope: "auth/User.r")).isEmpty)
        #expect(policies.ownRights(of: subject("users", scope: "auth/User.r", mfa: true)).text == "auth/User.r")
        #expect(policies.ownRights(of: subject("support", scope: "auth/Session.rs")).isEmpty)
        #expect(!policies.ownRights(of: subject("support", scope: "auth/Session.rs", purpose: .support)).isEmpty)
        #expect(policies.ownRights(of: subject("service", scope: "auth/Key.r")).isEmpty)
        // Nobody knows where it comes from.
        #expect(policies.ownRights(of: subject("near", scope: "auth/Key.r")).isEmpty)
    }

    @Test func `are none in an emergency`() {
        #expect(policies.ownRights(of: subject("keys", scope: "auth/Key.r", purpose: .breakTheGlass)).isEmpty)
    }

    @Test func `are refused with the reason that helps`() throws {
        func reason(_ right: String, _ subject: Subject) throws -> DenialReason? {
            policies.decide(try #require(ResourceScope(right)), for: subject).reason
        }
        #expect(try reason("auth/Key.cr", subject("keys", scope: "auth/Key.cruds")) == nil)
        #expect(try reason("auth/Key.cs", subject("keys", scope: "auth/Key.c auth/Key.s")) == nil)
        #expect(try reason("auth/Key.d", subject("keys", scope: "auth/Key.cruds")) == .noRole)
        #expect(try reason("auth/Key.rd", subject("keys", scope: "auth/Key.cruds")) == .noRole)
        #expect(try reason("auth/Key.r", subject("keys", scope: "auth/User.r")) == .scopeInsufficient)
        #expect(try reason("auth/Key.c", subject("keys", "frozen", scope: "auth/Key.cruds")) == .deniedByRule)
        #expect(try reason("auth/User.r", subject("users", scope: "auth/User.r")) == .needsStepUp)
        #expect(try reason("auth/Session.r", subject("support", scope: "auth/Session.r")) == .purposeNotAllowed)
        #expect(try reason("auth/Key.r", subject("service", scope: "auth/Key.r")) == .noRole)
        #expect(try reason("user/Patient.r", subject("everything", scope: "user/*.cruds")) == .noRole)
    }

    /// The tests of a policy file ask for such a right by its scope.
    @Test func `are what a policy's own tests can ask for`() throws {
        let rules = #""role": "keys", "rules": [{"id": "k", "allow": "auth/Key.r"}]"#
        func problems(_ test: String) -> [String] {
            do {
                _ = try Self.policies([#"{\#(rules), "tests": [\#(test)]"#])
                return []
            } catch {
                return (error as? PolicyProblems)?.list.map(\.description) ?? ["\(error)"]
            }
        }
        #expect(problems(#"{"scopes": "auth/Key.rs", "request": "auth/Key.r", "expect": "permit"}"#) == [])
        #expect(
            problems(#"{"scopes": "auth/Key.rs", "request": "auth/Key.s", "expect": "deny", "reason": "no_role"}"#)
                == [])
        #expect(
            problems(#"{"scopes": "auth/Key.rs", "request": "auth/Key.s", "expect": "permit"}"#)
                == [": tests[0]: auth/Key.s with auth/Key.rs should be permit, and was denied: no_role"])
        #expect(
            problems(#"{"scopes": "openid", "request": "auth/Key.r", "expect": "deny", "reason": "no_role"}"#)
                == [": tests[0]: auth/Key.r was denied because of scope_insufficient, not no_role"])
        let permitted = #"{"scopes": "auth/Key.rs", "request": "auth/Key.r", "expect": "permit", "#
        for (looked, told) in [
            (#""hide": ["name"]}"#, "hid , not name"),
            (#""readonly": ["name"]}"#, "kept  from being written, not name"),
            (#""reason": "no_role"}"#, "was denied because of nothing, not no_role"),
        ] {
            #expect(problems(permitted + looked) == [": tests[0]: auth/Key.r " + told])
        }
    }
}

@Suite struct `Policies: tests that files bring` {
    private func problems(_ test: String) throws -> [String] {
        let texts = [
            #"{"role": "a", "rules": [{"id": "r", "allow": "user/Patient.ru", "readonly": ["name"]}], "tests": [\#(test)]"#,
            #"{"role": "b", "rules": [{"id": "d", "deny": "*"}]"#,
            #"{"role": "c", "rules": [{"id": "s", "allow": "system/Patient.r"}], "holders": ["Client"]"#,
        ]
        do {
            _ = try PolicySet(
                texts.map { text in
                    let whole = text + #", "version": 1, "title": "A", "description": "B"}"#
                    return ("", try PolicyReader { $0.contains("/") }.read(Array(whole.utf8), file: ""))
                })
            return []
        } catch let problems as PolicyProblems {
            return problems.list.map(\.description)
        }
    }

    @Test func `can hold other roles`() throws {
        let denied =
            #"{"scopes": "user/*.rs", "request": "GET Patient/1", "expect": "deny", "reason": "denied_by_rule", "#
        #expect(try problems(denied + #""roles": ["b"]}"#) == [])
        #expect(try problems(denied + #""roles": []}"#).count == 1)
        #expect(try problems(denied + #""roles": ["x"]}"#) == [": tests[0]: there is no role x"])
    }

    @Test func `can look at what may not be written`() throws {
        let update = #"{"scopes": "user/*.cruds", "request": "PUT Patient/1", "expect": "filter", "readonly": "#
        #expect(try problems(update + #"["name"]}"#) == [])
        #expect(
            try problems(update + #"["address"]}"#)
                == [": tests[0]: PUT Patient/1 kept name from being written, not address"])
        #expect(
            try problems(
                #"{"scopes": "user/*.cruds", "request": "GET Patient/1", "expect": "filter", "readonly": ["name"]}"#)
                == [
                    ": tests[0]: GET Patient/1 with user/*.cruds should be filter, and was permitted"
                ])
    }

    @Test func `say of what they looked at how it came out`() throws {
        let read = #"{"scopes": "user/*.rs", "request": "GET Patient/1", "expect": "permit""#
        for (test, told) in [
            (read + #", "hide": ["photo"]}"#, "GET Patient/1 hid , not photo"),
            (read + #", "criteria": "gender=female"}"#, "GET Patient/1 came with the criteria none, not gender=female"),
            (read + #", "readonly": ["name"]}"#, "GET Patient/1 kept  from being written, not name"),
            (
                #"{"scopes": "user/*.cruds", "request": "PUT Patient/1", "expect": "deny"}"#,
                "PUT Patient/1 with user/*.cruds should be deny, and was permitted in part"
            ),
            (
                #"{"scopes": "user/*.rs", "request": "GET Patient/1", "expect": "deny"}"#,
                "GET Patient/1 with user/*.rs should be deny, and was permitted"
            ),
        ] {
            let found = try problems(test)
            #expect(found == [": tests[0]: " + told])
        }
    }

    @Test func `ask nothing that no request asks`() throws {
        let denied = #""expect": "deny", "scopes": "user/*.rs", "request": "#
        let found = try problems("{" + denied + #""GET Nothing/1"}"#)
        #expect(found.count == 1 && found.first?.hasPrefix(": tests[0]: GET Nothing/1 is no FHIR request: ") == true)
        #expect(
            try problems("{" + denied + #""POST "}"#) == [
                ": tests[0]: POST  is no FHIR request: the Bundle must be given, or what it asks for is unknown"
            ])
        #expect(
            try problems("{" + denied + #""GET Patient/1", "parameters": {"clinic": ["x"]}}"#)
                == [": tests[0]: the role has no parameter clinic"])
    }

    @Test(arguments: [("Organization", "Location/C7"), ("text", "a,b")])
    func `bind nothing that an assignment could not`(type: String, value: String) {
        let test =
            #"{"scopes": "", "request": "GET Patient/1", "expect": "deny", "parameters": {"clinic": "\#(value)"}}"#
        let told = PolicyTests.problems(
            RoleFile("one", members: #""parameters": {"clinic": "\#(type)"}, "tests": [\#(test)]"#))
        #expect(told == ["one.json: tests[0]: a value of clinic is no \(type)"])
    }

    @Test func `are of a practitioner where nobody could hold all their roles`() {
        let clients = RoleFile("clients", allow("system/*.r"), members: #""holders": ["Client"]"#)
        let test = #"{"scopes": "user/*.r", "request": "GET Patient/1", "roles": ["clients"], "expect": "EXPECTED"}"#
        for (holder, expectation) in [("Practitioner", "permit"), ("Patient", "deny")] {
            let members = #""holders": ["\#(holder)"], "tests": [\#(test.replacing("EXPECTED", with: expectation))]"#
            #expect(PolicyTests.problems(clients, RoleFile("people", allow("user/*.r"), members: members)) == [])
        }
    }
}
