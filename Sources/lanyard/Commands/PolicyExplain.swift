import Encoding
import HTTP

extension Command {
    static let policyExplain = Command(
        "policy explain", "say whether somebody may make a request with an app, and why",
        arguments: [Argument("REQUEST", "a FHIR request: \"GET Observation?patient=456\"")],
        options: [
            .value("user", "NAME", "the person who would use the app"),
            .value("client", "ID", "or the client that would act on its own"),
            .value("app", "ID", "the client_id of the app"),
            .value("scopes", "SCOPES", "what was granted to it (default: all that it is registered for)"),
            .value("patient", "ID", "the patient in context"),
            .value("purpose", "CODE", "the purpose of use, such as TREAT"),
            .value("acr", "mfa", "signed in with a second factor"),
            .value("address", "IP", "the address that the sign-in comes from"),
            .value("filtering", "WORDS", "what the caller can do itself (default: search rows elements)"),
        ] + Option.administration,
        notes: [
            "Decided as for a token, by the policies and assignments as they are now. For a batch, see POST /explain."
        ]
    ) { invocation in
        var question: JSONObject = ["request": .string(try invocation.argument(0))]
        for name in ["user", "client", "app", "scopes", "patient", "purpose", "acr", "address", "filtering"] {
            question[name] = invocation.option(name).map { .string($0) }
        }
        let answer = try await invocation.administration().send(.post, "/admin/v1/explain", .object(question))
        invocation.answer(answer, Presentation.explanation)
    }
}

extension Presentation {
    /// The decision, what it leaves to the caller, and each step that led to it.
    fileprivate static func explanation(_ answer: JSON) -> String {
        var lines = [answer["words"]?.stringValue ?? ""]
        for member in answer["decision"]?.objectValue?.members ?? [] where member.name != "permit" {
            lines.append("  \(member.name): \(member.value.stringValue ?? member.value.text)")
        }
        let roles = answer["roles"]?.strings ?? []
        lines.append("roles that stand: \(roles.isEmpty ? "none" : roles.joined(separator: ", "))")
        let scope = answer["scope"]?.stringValue ?? ""
        lines.append("scope of the token: \(scope.isEmpty ? "none" : scope)")
        lines += (answer["trail"]?.arrayValue ?? []).map { "  " + ($0["words"]?.stringValue ?? "") }
        return lines.map { SafeText.line($0) + "\n" }.joined()
    }
}
