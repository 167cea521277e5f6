import Encoding
import HTTP

extension Command {
    static let clientRemove = Command(
        "client remove", "remove a client and revoke all it was granted", arguments: [.clientID],
        options: Option.administration
    ) { invocation in
        let answer = try await invocation.administration().send(.delete, try invocation.clientPath())
        invocation.answerRemoval(answer, ofClient: try invocation.argument(0))
    }
}

extension Invocation {
    func answerRemoval(_ answer: JSON, ofClient id: String) {
        self.answer(answer.isNull ? ["client_id": .string(id), "removed": true] : answer) { _ in
            SafeText.line("removed \(id)") + "\n"
        }
    }
}
