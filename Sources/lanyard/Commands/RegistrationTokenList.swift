import Encoding

extension Command {
    static let registrationTokenList = Command(
        "registration-token list", "list the initial access tokens", options: Option.administration
    ) { invocation in
        let tokens = try await invocation.administration().list(
            "/admin/v1/registration-tokens", "registration_tokens")
        invocation.answer(["registration_tokens": .array(tokens)]) { _ in
            Presentation.table(
                tokens.map(withDate),
                [("ID", "id"), ("USES LEFT", "uses_left"), ("EXPIRES", "expires"), ("SCOPE", "scope")])
        }
    }
}

/// Dates as people read them.
private func withDate(_ token: JSON) -> JSON {
    guard var object = token.objectValue, let end = object["expires_at"]?.integerValue else { return token }
    object["expires"] = .string(Timestamp.rfc3339(end))
    return .object(object)
}
