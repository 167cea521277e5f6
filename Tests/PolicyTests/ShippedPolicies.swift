import Encoding
import Foundation
import SMART
import Testing

@testable import Policy

/// The files of `Policies/`, which a server is started with.
struct ShippedPolicy: Sendable, CustomTestStringConvertible {
    let name: String
    let json: JSON
    var testDescription: String { name }

    static let reader = PolicyReader { $0.contains("/") }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Policies")

    /// Empty if they cannot be read; a test asks for each by name.
    static let all: [ShippedPolicy] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
            guard let content = try? Data(contentsOf: folder.appendingPathComponent(name)),
                let json = try? JSON(parsing: Array(content))
            else { return nil }
            return ShippedPolicy(name: name, json: json)
        }
    }()

    static func named() throws -> [PolicySet.NamedPolicy] { try all.map { ($0.name, try $0.read()) } }

    func read() throws(PolicyProblems) -> RolePolicy { try Self.reader.read(json, file: name) }
}

@Suite struct `The role policies that ship with the server` {
    private static let roles = [
        "administrator", "auditor", "backend-exporter", "backend-reader", "billing", "client-admin", "clinician",
        "front-desk",
        "key-admin", "lab-technician", "nurse", "patient", "pharmacist", "policy-admin", "related-person", "researcher",
        "security-auditor", "staff", "suspended", "treating-staff", "user-admin",
    ]

    private static let ownRoles = [
        "administrator", "client-admin", "key-admin", "policy-admin", "security-auditor", "user-admin",
    ]

    @Test func `are one file for each role, by its name`() throws {
        #expect(ShippedPolicy.all.map(\.name) == Self.roles.map { "\($0).json" })
        #expect(try ShippedPolicy.named().map(\.policy.role.value) == Self.roles)
    }

    @Test func `load together, and all their tests pass`() throws {
        do {
            #expect(try PolicySet(ShippedPolicy.named()).names.map(\.value) == Self.roles)
        } catch let problems as PolicyProblems {
            Issue.record("\(problems.list.map(\.description).joined(separator: "\n"))")
        }
    }

    @Test(arguments: ShippedPolicy.all) func `bring tests of what is given and of what is not`(_ file: ShippedPolicy)
        throws
    {
        let policy = try file.read()
        #expect(policy.tests.count >= 4)
        #expect(policy.tests.contains { $0.expect == .deny && $0.reason != nil })
        #expect(policy.role.value == "suspended" || policy.tests.contains { $0.expect != .deny })
    }

    @Test(arguments: ShippedPolicy.all) func `fail their tests when a rule is wrong`(_ file: ShippedPolicy) throws {
        let others = try ShippedPolicy.all.filter { $0.name != file.name }.map { ($0.name, try $0.read()) }
        let mutations = PolicyMutation.all(of: file)
        #expect(!mutations.isEmpty)
        let unnoticed = mutations.filter { mutation in
            guard let policy = try? ShippedPolicy.reader.read(mutation.json, file: file.name),
                let set = try? PolicySet(stored: others + [(file.name, policy)])
            else { return false }
            let run = RoleTestRun(set, policy)
            return policy.tests.allSatisfy { run.failure(of: $0) == nil }
        }
        #expect(unnoticed.map(\.change) == [])
    }

    @Test func `hold nothing to be warned of`() throws {
        let policies = try ShippedPolicy.named()
        #expect(PolicyLint(policies, try PolicySet(stored: policies)).warnings.map(\.description) == [])
    }

    @Test func `are explained by a file that loads beside them`() throws {
        let text = try String(contentsOf: ShippedPolicy.folder.appendingPathComponent("README.md"), encoding: .utf8)
        let example = try #require(text.components(separatedBy: "```json\n").last?.components(separatedBy: "```").first)
        let policy = try ShippedPolicy.reader.read(Array(example.utf8), file: "README.md")
        let policies = try PolicySet(stored: ShippedPolicy.named() + [("README.md", policy)])
        #expect(RoleTestRun(policies, policy).failures().map(\.text) == [])
        #expect(PolicyLint([("README.md", policy)], policies).warnings.map(\.description) == [])
    }

    /// Who keeps this server reads no record by that, and who treats patients does not keep this server.
    @Test func `keep this server's own API and health records apart`() throws {
        for role in try PolicySet(stored: ShippedPolicy.named()).all {
            let levels = Set(role.rules.filter { $0.rule.effect == .allow }.flatMap(\.rule.scopes).map(\.scope.level))
            let isOwn = Self.ownRoles.contains(role.policy.role.value)
            #expect(isOwn ? levels == [.auth] : !levels.contains(.auth), "\(role.policy.role.value)")
        }
    }
}
