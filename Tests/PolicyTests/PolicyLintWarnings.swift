import Encoding
import Testing

@testable import Policy

@Suite struct `Policies that load and are probably not meant` {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let roles: [String]
        let warnings: [String]

        init(_ rule: String, _ roles: String..., warnings: String...) {
            testDescription = rule
            self.roles = roles
            self.warnings = warnings
        }
    }

    @Test(arguments: alone + together) func `are warned of`(_ row: Case) throws {
        let policies = try row.roles.map { text in
            let policy = try PolicyReader { $0.contains("/") }.read(Array(text.utf8), file: "")
            return ("\(policy.role.value).json", policy)
        }
        let lint = PolicyLint(policies, try PolicySet(policies))
        #expect(lint.warnings.map(\.description) == row.warnings)
    }

    private static let alone: [Case] = [
        Case("nothing", role("a", #"{"id": "r", "allow": "user/Patient.rs"}"#)),
        Case(
            "no tests", role("a", #"{"id": "r", "allow": "user/Patient.rs"}"#, tests: ""),
            warnings: "a.json: tests: the role a has none: nothing tells when it changes"),
        Case(
            "a parameter that no rule uses",
            role("a", #"{"id": "r", "allow": "user/Patient.rs"}"#, #""parameters": {"ward": "Location"}"#),
            warnings: "a.json: parameters.ward: no rule uses %ward, and yet every assignment must give it a value"),
        Case(
            "a parameter that a rule uses",
            role(
                "a", #"{"id": "r", "allow": "user/Encounter.rs?location=%ward"}"#,
                #""parameters": {"ward": "Location"}"#)),
        Case(
            "a parameter that the rule of a role below uses",
            role("a", "", #""parameters": {"ward": "Location"}"#),
            role("b", #"{"id": "r", "allow": "user/Encounter.rs?location=%ward"}"#, #""extends": ["a"]"#)),
        Case(
            "a parameter that only another role has too",
            role("a", "", #""parameters": {"ward": "Location"}"#),
            role(
                "b", #"{"id": "r", "allow": "user/Encounter.rs?location=%ward"}"#,
                #""parameters": {"ward": "Location"}"#),
            warnings: "a.json: parameters.ward: no rule uses %ward, and yet every assignment must give it a value"),
        Case(
            "elements hidden, and not the narrative",
            role("a", #"{"id": "r", "allow": "user/Patient.rs", "hide": ["name", "address"]}"#),
            warnings:
                "a.json: rules[r].hide: address, name may still be read in text, the narrative, which is not hidden"),
        Case(
            "the narrative hidden too", role("a", #"{"id": "r", "allow": "user/Patient.rs", "hide": ["name", "text"]}"#)
        ),
        Case("no narrative", role("a", #"{"id": "r", "allow": "user/Binary.r", "hide": ["data"]}"#)),
        Case(
            "user/ for clients alone",
            role("a", #"{"id": "r", "allow": ["user/Patient.rs", "system/Patient.rs"]}"#, #""holders": ["Client"]"#),
            warnings: "a.json: rules[r].allow: user/Patient.rs is dead: only clients hold the role"),
        Case(
            "patient/ for clients alone",
            role("a", #"{"id": "r", "allow": "patient/Patient.rs"}"#, #""holders": ["Client"]"#),
            warnings: "a.json: rules[r].allow: patient/Patient.rs is dead: only clients hold the role"),
        Case(
            "system/ for people", role("a", #"{"id": "r", "allow": "system/Patient.rs?_id=1"}"#),
            warnings: "a.json: rules[r].allow: system/Patient.rs?_id=1 is dead: no client holds the role"),
        Case(
            "system/ for people, with a modifier",
            role("a", #"{"id": "r", "allow": "system/Observation.r?subject:missing=true"}"#),
            warnings:
                "a.json: rules[r].allow: system/Observation.r?subject:missing=true is dead: no client holds the role"),
        Case(
            "system/ for people, whom the role above is for",
            role("a", "", #""holders": ["Practitioner"]"#),
            role("b", #"{"id": "r", "allow": "system/Patient.rs"}"#, #""extends": ["a"]"#),
            warnings: "b.json: rules[r].allow: system/Patient.rs is dead: no client holds the role"),
        Case(
            "who somebody is, asked of a client",
            role("a", #"{"id": "r", "allow": "system/Task.rs?owner=%fhirUser"}"#, #""holders": ["Client"]"#),
            warnings:
                "a.json: rules[r].allow: system/Task.rs?owner=%fhirUser is dead: %fhirUser is never set for a client"),
        Case(
            "for people and clients, each their own",
            role(
                "a", #"{"id": "r", "allow": ["user/Patient.rs", "system/Patient.rs", "auth/Key.r"]}"#,
                #""holders": ["Practitioner", "Client"]"#)),
        Case(
            "denied by the role itself",
            role("a", #"{"id": "r", "allow": "user/Patient.rs"}, {"id": "d", "deny": ["user/*.r", "user/Patient.s"]}"#),
            warnings: "a.json: rules[r].allow: user/Patient.rs is dead: a/d denies it"),
        Case(
            "denied by the role itself in part",
            role("a", #"{"id": "r", "allow": "user/Patient.rs"}, {"id": "d", "deny": "user/*.r"}"#)),
        Case(
            "denied by what the role extends",
            role("a", #"{"id": "d", "deny": "user/*.cruds"}"#),
            role("b", #"{"id": "r", "allow": "patient/Patient.rs"}"#, #""extends": ["a"]"#),
            warnings: "b.json: rules[r].allow: patient/Patient.rs is dead: a/d denies it"),
    ]

    private static let together: [Case] = [
        Case(
            "a deny that takes the allow of another role",
            role("a", #"{"id": "d", "deny": "user/*.cud"}"#),
            role("b", #"{"id": "r", "allow": ["user/Task.cus?owner=%fhirUser", "user/Patient.rs"]}"#),
            warnings: "a.json: rules[d].deny: takes user/Task.cu?owner=%fhirUser of b/r from whoever holds both roles"),
        Case(
            "a deny that yields",
            role("a", #"{"id": "d", "deny": "user/Patient.r", "unless": "break-glass"}"#),
            role("b", #"{"id": "r", "allow": "patient/Patient.rs"}"#),
            warnings:
                "a.json: rules[d].deny: takes patient/Patient.r of b/r from whoever holds both roles, except in an emergency"
        ),
        Case(
            "a deny with a constraint that the allow has",
            role("a", #"{"id": "d", "deny": "user/Observation.cruds?category=x,y"}"#),
            role("b", #"{"id": "r", "allow": "user/Observation.rs?category=x"}"#),
            warnings: "a.json: rules[d].deny: takes user/Observation.rs?category=x of b/r from whoever holds both roles"
        ),
        Case(
            "a deny that takes a part",
            role("a", #"{"id": "d", "deny": ["user/*.cruds?_security=V", "user/Observation.r?category=x"]}"#),
            role("b", #"{"id": "r", "allow": "user/Observation.rs?category=x,y"}"#)),
        Case(
            "a deny whose values nobody knows",
            role("a", #"{"id": "d", "deny": "user/Task.cruds?owner=%fhirUser"}"#),
            role("b", #"{"id": "r", "allow": "user/Task.rs?owner=%fhirUser"}"#)),
        Case(
            "another level", role("a", #"{"id": "d", "deny": "system/*.cruds"}"#, #""holders": ["Client"]"#),
            role("b", #"{"id": "r", "allow": "user/Patient.rs"}"#)),
        Case(
            "roles that nobody holds together",
            role("a", #"{"id": "d", "deny": "user/*.cruds"}"#, #""holders": ["Patient"]"#),
            role("b", #"{"id": "r", "allow": "user/Patient.rs"}"#, #""holders": ["Practitioner"]"#)),
        Case(
            "a deny of everything is meant to", role("a", #"{"id": "d", "deny": "*"}"#),
            role("b", #"{"id": "r", "allow": "user/Patient.rs"}"#)),
        Case(
            "a deny of what the role extends is meant to",
            role("a", #"{"id": "d", "deny": "user/*.cud"}"#, #""extends": ["b"]"#),
            role("b", #"{"id": "r", "allow": "user/Patient.cruds"}"#)),
    ]

    private static func role(
        _ name: String, _ rules: String, _ member: String? = nil,
        tests: String = #"{"scopes": "openid", "request": "GET Patient/1", "expect": "deny"}"#
    ) -> String {
        let more = member.map { ", \($0)" } ?? ""
        return #"{"role": "\#(name)", "version": 1, "title": "A", "description": "B", "rules": [\#(rules)], "#
            + #""tests": [\#(tests)]\#(more)}"#
    }
}
