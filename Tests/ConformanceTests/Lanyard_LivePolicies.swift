import Encoding
import Foundation
import HTTP
import SMART
import Synchronization
import TestSupport
import Testing

@testable import AuthorizationServer

/// A policy that is edited all the time under a token that is asked about all the time.
@Suite struct `Role policies: live tokens under load` {
    private static let granted = "user/Observation.rs"

    /// The edit of that number, which its criteria tell; every other one allows more than the token was granted.
    private static func policy(_ number: Int) -> PolicyFile {
        let allow: JSON =
            number.isMultiple(of: 2)
            ? [.string("user/Observation.rs?code=\(number)")]
            : [.string("user/Observation.cruds?code=\(number)"), "user/Patient.cruds"]
        return TestPolicies.file("reader", ["rules": [["id": "all", "allow": allow]]])
    }

    /// What the threads know of each other.
    private final class Watch: Sendable {
        let committed = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)
        let threads = Atomic<Int>(0)
        let answers = Atomic<Int>(0)
        let problems = Mutex<[String]>([])

        func tell(_ problem: String) { problems.withLock { $0.append(problem) } }
    }

    /// The number of the edit that an answer shows; nil if it shows none, or more than the token was granted.
    private static func edit(_ answer: JSON) -> Int? {
        guard let scope = answer["scope"]?.stringValue,
            ScopeSet(parsing: granted).covers(ScopeSet(parsing: scope), reading: .ceiling),
            let allow = answer["authorization_details"]?.arrayValue?.first?["allow"]?.objectValue,
            allow.names == ["Observation"], let rows = allow["Observation"]?.arrayValue, rows.count == 1,
            rows.first?["interactions"] == "rs", let criteria = rows.first?["criteria"]?.stringValue,
            criteria.hasPrefix("code=")
        else { return nil }
        return Int(criteria.dropFirst(5))
    }

    /// Asks until all is over. What was committed before a question is in its answer.
    private static func introspect(_ token: String, _ server: TestServer, _ watch: Watch) {
        defer { watch.threads.subtract(1, ordering: .sequentiallyConsistent) }
        while !watch.isOver.load(ordering: .sequentiallyConsistent) {
            let known = watch.committed.load(ordering: .sequentiallyConsistent)
            do {
                let answer = try server.introspect(token)
                guard let shown = edit(answer) else {
                    watch.tell("after edit \(known): \(answer.text)")
                    continue
                }
                if shown < known { watch.tell("edit \(known) was committed, \(shown) is shown") }
                watch.answers.add(1, ordering: .sequentiallyConsistent)
            } catch {
                watch.tell("\(error)")
            }
        }
    }

    @Test func `a policy edit reaches a live token at its next introspection, and never widens it beyond its scopes`()
        async throws
    {
        let server = try await TestServer.withSamples { $0.policies.append(Self.policy(0)) }
        defer { server.stop() }
        try await server.addUser("nurse", "Practitioner/20", roles: ["reader"])
        let token = try await server.mint(MintedGrant(user: "nurse", scope: Self.granted))
        #expect(Self.edit(try server.introspect(token)) == 0)
        let watch = Watch()
        for _ in 1...3 {
            watch.threads.add(1, ordering: .sequentiallyConsistent)
            Thread.detachNewThread { Self.introspect(token, server, watch) }
        }
        for number in 1...50 {
            let response = await server.administration.respond(
                to: Request(
                    method: .put, path: "/admin/v1/role-policies/reader", query: Array("reason=edit".utf8),
                    headers: Headers([("If-Match", "*")]), body: Self.policy(number).content))
            #expect(response.status == 200)
            watch.committed.store(number, ordering: .sequentiallyConsistent)
            #expect(Self.edit(try server.introspect(token)) == number)
        }
        watch.isOver.store(true, ordering: .sequentiallyConsistent)
        while watch.threads.load(ordering: .sequentiallyConsistent) > 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(watch.problems.withLock { $0 } == [])
        #expect(watch.answers.load(ordering: .sequentiallyConsistent) > 50)
    }
}
