import Encoding
import Measuring
import SMART
import Testing

@testable import Policy

/// Whoever writes policies must not be able to hold an event loop, and so everybody. Each step has a second, in a debug build:
/// where rows are held each against each, two thousand take many.
@Suite(.serialized) struct `Policy: a policy as large as it may be holds nobody up` {
    struct Shape: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let scope: @Sendable (Int) -> String

        /// Two hundred scopes to a rule.
        func role(_ effect: String, _ name: String = "large", _ rules: String...) -> RoleFile {
            let rows = (0..<10).map { rule in
                let scopes = (0..<200).map { "\"\(scope(rule * 200 + $0))\"" }.joined(separator: ",")
                return #"{"id": "\#(effect)\#(rule)", "\#(effect)": [\#(scopes)]}"#
            }
            return RoleFile(name, rules + rows)
        }
    }

    static let shapes = [
        Shape(testDescription: "a code each") { "user/Observation.r?code=\($0)" },
        Shape(testDescription: "one clause in common") { "user/Observation.r?category=lab&code=\($0)" },
        Shape(testDescription: "one value in common") { "user/Observation.r?code=x,\($0)" },
        Shape(testDescription: "a grid") { "user/Observation.r?category=\($0 / 45)&code=\($0 % 45)" },
        Shape(testDescription: "in one record") { "patient/Observation.r?category=lab&code=\($0)" },
    ]
    private static let denied = shapes.dropLast()
    private static let scope = "user/*.cruds"

    private static func isSoon(_ step: String, within most: Double = 1, _ body: () throws -> Void) rethrows {
        let seconds = try processorSeconds(body)
        #expect(isSanitized || seconds < most, "\(step)")
    }

    /// Asks the rules up to seven times.
    private static func isRefused(_ access: FHIRAccess, _ token: Token, _ reason: DenialReason) {
        isSoon("a refusal with its reason", within: 4) { #expect(token.reason(access) == reason) }
    }

    @Test(arguments: shapes) func `that allows`(_ shape: Shape) throws {
        var token = try Token("", patient: "7")
        try Self.isSoon("reading") { token = try Token(Self.scope, shape.role("allow"), patient: "7") }
        var permissions = Permissions.none
        Self.isSoon("compiling") { permissions = token.permissions }
        #expect(permissions.allow["Observation"]?.count == 2_000)
        var decision = Decision.deny(.noRole)
        Self.isSoon("a decision that leaves all open") { decision = permissions.decide(Ask.read("Observation/1")) }
        guard case .permit(let any, _) = decision else { return #expect(Bool(false), "\(decision)") }
        #expect(any.count == 2_000)
        let known = ["category": ["lab", "1"], "code": ["46"], "patient": ["Patient/7"]]
        Self.isSoon("a decision that knows") { _ = permissions.decide(Ask.read("Observation/1"), properties: known) }
        Self.isRefused(Ask.update("Observation/1"), token, .noRole)
    }

    @Test(arguments: denied) func `that denies`(_ shape: Shape) throws {
        let wide = (0..<100).map { allow("user/Observation.rs?status=\($0)", id: "s\($0)") }
        let token = try Token(Self.scope, shape.role("deny"), RoleFile("wide", wide))
        var permissions = Permissions.none
        Self.isSoon("compiling") { permissions = token.permissions }
        #expect(permissions.deny["Observation"]?.count == 2_000)
        var decision = Decision.deny(.noRole)
        Self.isSoon("a decision that leaves all open") { decision = permissions.decide(Ask.read("Observation/1")) }
        guard case .permit(_, let except) = decision else { return #expect(Bool(false), "\(decision)") }
        #expect(except.count == 2_000)
    }

    @Test(arguments: denied) func `that denies what another one allows, to be taken in and looked through`(
        _ shape: Shape
    ) throws {
        let files = [shape.role("deny", "no"), shape.role("allow")]
        let policies = try files.map { ($0.name, try $0.read()) }
        let set = try PolicySet(policies)
        var warnings: [PolicyProblem] = []
        Self.isSoon("warnings") { warnings = PolicyLint(policies, set).warnings }
        let told = (0..<10).map { rule in
            let scopes = (0..<200).map { shape.scope(rule * 200 + $0) }.joined(separator: " ")
            return PolicyProblem(
                file: "no.json", member: "rules[deny\(rule)].deny",
                reason: "takes \(scopes) of large/allow\(rule) from whoever holds both roles")
        }
        #expect(warnings.filter { $0.member.hasSuffix(".deny") } == told)
        let token = try Token(Self.scope, files[0], files[1])
        Self.isSoon("compiling") { #expect(token.permissions.allow.isEmpty) }
        Self.isSoon("issuing") {
            #expect(token.policies.carried(token.subject.scope, by: token.subject).text == "user/Observation.r")
        }
        Self.isRefused(Ask.read("Observation/1"), token, .deniedByRule)
    }

    @Test func `that is asked for in many scopes: beyond 2,000 of both nothing more is given`() throws {
        let scopes = (0..<200).map { "\"user/Observation.r?code=\($0)\"" }.joined(separator: ",")
        let granted = (0..<11).map { "user/Observation.r?status=\($0)" }.joined(separator: " ")
        let token = try Token(granted, RoleFile("one", #"{"id": "a", "allow": [\#(scopes)]}"#))
        #expect(token.permits(Ask.read("Observation/1"), ["code": ["0"], "status": ["10"]]))
        #expect(token.refuses(Ask.read("Observation/1"), ["code": ["199"], "status": ["0"]]))
        #expect(Compilation(token.subject, token.policies).contributions.count == 2_000)
    }

    @Test func `that denies what it allows itself`() throws {
        let scopes = (0..<1_000).map { "user/Observation.r?category=lab&code=\($0)" }
        let list = scopes.map { "\"\($0)\"" }.joined(separator: ",")
        let file = RoleFile("large", #"{"id": "a", "allow": [\#(list)]}, {"id": "d", "deny": [\#(list)]}"#)
        let policies = [(file.name, try file.read())]
        let set = try PolicySet(policies)
        var warnings: [PolicyProblem] = []
        Self.isSoon("warnings") { warnings = PolicyLint(policies, set).warnings }
        #expect(warnings.dropFirst().map(\.reason) == scopes.map { "\($0) is dead: large/d denies it" })
    }

    @Test func `in roles that extend each other in every way`() throws {
        let files = (0..<20).map { index in
            RoleFile(
                "r\(index)", [allow("user/Patient.r"), deny("user/Patient.u")],
                members: #""extends": [\#((0..<index).map { #""r\#($0)""# }.joined(separator: ","))]"#)
        }
        let policies = try files.map { ($0.name, try $0.read()) }
        let set = try PolicySet(policies)
        Self.isSoon("warnings") { #expect(PolicyLint(policies, set).warnings.count == 20) }
    }

    @Test func `with thousands of parameters`() throws {
        let names = (0..<4_000).map { "p\($0)" }
        let members = names.map { #""\#($0)":"text""# }.joined(separator: ",")
        let scopes = names.prefix(2_000).map { "\"user/Observation.r?code=%\($0)\"" }.joined(separator: ",")
        let file = RoleFile(
            "large", #"{"id": "a", "allow": [\#(scopes)]}"#, members: #""parameters": {\#(members)}"#)
        var token = try Token("")
        try Self.isSoon("reading") { token = try Token("user/*.cruds", file) }
        Self.isSoon("its key") { _ = token.subject.key(token.policies) }
        let unknown = RoleFile("large", #"{"id": "a", "allow": [\#(scopes)]}"#)
        Self.isSoon("problems") { #expect(problems(unknown).count == 2_000) }
    }
}
