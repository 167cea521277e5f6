import Encoding
import HTTP

extension Command {
    static let clientRemove = Command(
        "client remove", "remove a client and revoke all it was granted", arguments: [.clientID],
        options: Option.administration
    ) { invocation in
        let answer = try await invocation.administration().send(.delete, try invocation.clientPath())
        let id = try invocation.argument(0)
        invocation.answer(answer.isNull ? ["client_id": .string(id), "removed": true] : answer) { _ in
            SafeText.line("removed \(id)") + "\n"
        }
    }
}
