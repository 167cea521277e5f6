import Encoding
import HTTP

extension Command {
    static let registrationTokenRevoke = Command(
        "registration-token revoke", "end an initial access token; clients registered with it stay",
        arguments: [Argument("ID", "the token's id, as registration-token list shows it")],
        options: Option.administration
    ) { invocation in
        let id = try invocation.argument(0)
        let path = "/admin/v1/registration-tokens/" + PercentEncoding.encode(id)
        let answer = try await invocation.administration().send(.delete, path)
        invocation.answer(answer.isNull ? ["id": .string(id), "revoked": true] : answer) { _ in
            SafeText.line("revoked \(id)") + "\n"
        }
    }
}
