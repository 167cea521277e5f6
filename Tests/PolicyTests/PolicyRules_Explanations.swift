import Testing

@testable import Policy

@Suite struct `Policy: an explanation has the trail of the decision` {
    @Test func `rule ids, and the scope that allowed it`() throws {
        let staff = RoleFile("staff", allow("user/Patient.rs?organization=C7", id: "patients", #""hide": ["photo"]"#))
        let nurse = RoleFile(
            "nurse", deny("user/*.cruds?_security=V", id: "restricted", #""because": "Very restricted""#),
            members: #""extends": ["staff"]"#)
        var token = try Token("user/Task.rs user/Patient.r", staff, nurse)
        token.subject.roles = [RoleHolding(try #require(RoleName("nurse")))]
        let steps = token.explain(Ask.read("Patient/1"), filtering: .all).steps
        #expect(
            steps == [
                Explanation.Step(
                    kind: .allows, role: "nurse", rule: "staff/patients",
                    text: "user/Patient.r?organization=C7, without photo", scope: "user/Patient.r"),
                Explanation.Step(
                    kind: .denies, role: "nurse", rule: "nurse/restricted",
                    text: "user/*.cruds?_security=V (Very restricted)", scope: nil),
            ])
    }

    @Test func `or what was missing`() throws {
        let token = try Token(
            "user/Task.rs", RoleFile("one", allow("user/Patient.r")),
            RoleFile("two", allow("user/Patient.s"), members: #""requires": {"mfa": true}"#))
        let explanation = token.explain(Ask.read("Patient/1"))
        #expect(explanation.decision.reason == .scopeInsufficient)
        #expect(explanation.steps.map(\.kind) == [.roleInactive, .wouldAllow])
        #expect(explanation.steps.map(\.role) == ["two", "one"])
    }

    @Test(arguments: [
        (#""holders": ["Patient"]"#, "is for others"), (#""requires": {"mfa": true}"#, "requires a second factor"),
        (#""requires": {"networks": ["10.0.0.0/8"]}"#, "is not valid from this address"),
    ])
    func `and why a role does not stand`(members: String, words: String) throws {
        let token = try Token("user/*.rs", RoleFile("one", allow("user/Patient.rs"), members: members))
        let steps = token.explain(Ask.read("Patient/1")).steps.filter { $0.kind == .roleInactive }
        #expect(steps.map(\.role) == ["one"] && steps.map(\.text) == [words])
    }

    @Test func `of an operation, what names it and every deny of reading`() throws {
        let file = RoleFile(
            "one", allow("user/Patient.r", #""operations": ["$everything"]"#), allow("user/Patient.rs", id: "b"),
            deny("user/Observation.r?category=psych"), deny("user/Observation.s", id: "e"))
        let steps = try Token("user/*.cruds", file).explain(Ask.operation("$everything", "Patient/1")).steps
        #expect(steps.map(\.kind) == [.allows, .denies])
        #expect(steps.map(\.text) == ["user/Patient.r $everything", "user/Observation.r?category=psych"])
    }

    @Test func `of a search of all types, what is about all types`() throws {
        let file = RoleFile("one", allow("user/Patient.s"), allow("user/*.s", id: "b"), deny("user/Task.s"))
        let steps = try Token("user/*.cruds", file).explain(Ask.search(nil)).steps
        #expect(steps.map(\.rule) == ["one/b", "one/d"])
        let named = try Token("user/*.cruds", RoleFile("one", allow("user/Patient.s")))
        #expect(named.explain(Ask.search(nil)).steps == [])
    }

    @Test func `the same decision as without a trail`() throws {
        let token = try Token(
            "user/*.cruds", RoleFile("one", allow("user/Patient.r?organization=C7"), deny("user/*.r?_tag=x")))
        let decision = RequestDecision([Ask.read("Patient/1")], filtering: .all) { token.permissions.decide($0) }
        #expect(token.explain(Ask.read("Patient/1"), filtering: .all).decision == decision)
    }
}
