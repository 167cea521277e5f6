import AuthorizationServer
import Encoding
import Policy

extension Command {
    static let policyTest = Command(
        "policy test", "run the tests that policy files bring with them, and print each", arguments: [.policyFiles],
        options: [.json], notes: ["Needs no server. Exits 1 if a test fails, or if the files cannot be held together."]
    ) { invocation in
        let check = PolicyCheck(try invocation.policyFiles())
        guard let set = check.set else { return try check.requireSound(invocation) }
        let runs = check.policies.flatMap { TestRun.all(of: $0.policy, set) }
        invocation.answer(["tests": .array(runs.map(\.json))]) { _ in
            Columns(runs.map { [$0.failure == nil ? "ok" : "failed", $0.role, $0.text] }).text
        }
        let failed = runs.count { $0.failure != nil }
        guard failed == 0 else {
            throw CommandFailure.failed("\(failed) of \(runs.count) tests failed")
        }
    }
}

/// One test of a role, and how it came out.
private struct TestRun {
    let role: String
    let test: RoleTest
    /// Nil if it passed.
    let failure: String?

    static func all(of policy: RolePolicy, _ set: PolicySet) -> [TestRun] {
        let failures = set.failedTests(of: policy)
        return policy.tests.enumerated().map { index, test in
            TestRun(role: policy.role.value, test: test, failure: failures.first { $0.index == index }?.text)
        }
    }

    var text: String { failure ?? "\(test.request) with \(test.scopes): \(test.expect.rawValue)" }

    var json: JSON {
        var object: JSONObject = [
            "role": .string(role), "request": .string(test.request), "scopes": .string(test.scopes),
            "expect": .string(test.expect.rawValue), "ok": .bool(failure == nil),
        ]
        object["failure"] = failure.map { .string($0) }
        return .object(object)
    }
}
