import Encoding
import HTTP

extension Command {
    static let registrationTokenCreate = Command(
        "registration-token create", "make an initial access token, with which others register clients",
        options: [
            .value("uses", "N", "how many clients can be registered with it (default: 1)"),
            .value("expires", "SECONDS", "how long it can be used (default: 604800, a week)"),
            .value(
                "scope", "SCOPE", "the most that such clients may ask for (default: registration.scopes)",
                repeatable: true),
        ] + Option.administration,
        notes: ["The token is shown this once. It is sent to POST /register as Authorization: Bearer (RFC 7591)."]
    ) { invocation in
        let body = try invocation.registrationTokenRequest()
        let answer = try await invocation.administration().send(.post, "/admin/v1/registration-tokens", .object(body))
        invocation.answerRegistration(answer)
    }
}

extension Invocation {
    /// The body of the request, in the API's names.
    func registrationTokenRequest() throws(CommandFailure) -> JSONObject {
        var body = JSONObject()
        for (name, member) in [("uses", "uses"), ("expires", "expires_in")] {
            guard let text = option(name) else { continue }
            guard let number = Int64(text) else { throw .usage("--\(name) must be a number") }
            body[member] = .integer(number)
        }
        let scopes = values("scope")
        if !scopes.isEmpty { body["scope"] = .string(scopes.joined(separator: " ")) }
        return body
    }
}
