import AuthorizationServer
import Encoding
import HTTP

extension Command {
    static let clientCheck = Command(
        "client check", "say what is wrong with a registration, and what is most likely not meant",
        arguments: [Argument("FILE|-|ID", "metadata as for client add, or the client_id of a registered client")],
        options: Option.administration,
        notes: [
            "A file is checked without a server, and nothing is registered. Exits 1 if there are problems, which",
            "client add would refuse; warnings alone are no failure.",
        ]
    ) { invocation in
        let word = try invocation.argument(0)
        let findings = try await invocation.findings(on: word)
        let count = findings["problems"]?.arrayValue?.count ?? 0
        invocation.answer(findings) { Presentation.findings($0, on: word) }
        if count > 0 { throw CommandFailure.failed("\(word): \(count) \(count == 1 ? "problem" : "problems")") }
    }
}

extension Invocation {
    /// `{"problems": […], "warnings": […]}` of a file where there is one of that name, else of a registered client.
    fileprivate func findings(on word: String) async throws -> JSON {
        if word == "-" || word.hasSuffix(".json") || FileAccess.status(word) != nil {
            var registration = try readJSONObject(word)
            // Which roles there are, the server knows.
            registration["roles"] = nil
            return .object(RegistrationCheck(.object(registration)).json)
        }
        let client = try await administration().send(.get, try clientPath())
        return ["problems": client["problems"] ?? [], "warnings": client["warnings"] ?? []]
    }
}

extension Presentation {
    /// One line for each; one that says so where there is none.
    fileprivate static func findings(_ findings: JSON, on word: String) -> String {
        let problems = (findings["problems"]?.arrayValue ?? []).map { problem in
            let (member, reason) = (problem["member"]?.stringValue ?? "", problem["reason"]?.stringValue ?? "")
            return "problem: " + (member.isEmpty ? reason : "\(member): \(reason)")
        }
        let warnings = (findings["warnings"]?.strings ?? []).map { "warning: " + $0 }
        let lines = problems + warnings
        return (lines.isEmpty ? ["\(word): nothing to say against it"] : lines)
            .map { SafeText.line($0) + "\n" }.joined()
    }
}
