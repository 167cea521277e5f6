import Encoding
import HTTP

extension Command {
    static let clientRevokeSecret = Command(
        "client revoke-secret", "end one of a client's old secrets now",
        arguments: [.clientID, Argument("SECRET-ID", "its number in the list of client secrets")],
        options: Option.administration,
        notes: [
            "The current secret is not revoked but replaced: lanyard client rotate-secret ID --overlap 0.",
            "To leave a client without any, remove or disable it.",
        ]
    ) { invocation in
        let (id, secret) = (try invocation.argument(0), try invocation.argument(1))
        let path = try invocation.clientPath() + "/secrets/" + PathSegment.encode(secret)
        let answer = try await invocation.administration().send(.delete, path)
        let done: JSON = ["client_id": .string(id), "secret_id": .string(secret), "revoked": true]
        invocation.answer(answer.isNull ? done : answer) { _ in
            SafeText.line("revoked secret \(secret) of \(id)") + "\n"
        }
    }
}
