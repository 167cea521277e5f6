import Encoding
import HTTP

extension Command {
    static let userUnlock = Command(
        "user unlock", "let a person sign in again after too many failures", arguments: [.username],
        options: Option.administration
    ) { invocation in
        let username = try invocation.argument(0)
        let answer = try await invocation.administration().send(.post, try invocation.userPath() + "/unlock")
        invocation.answer(answer) { _ in SafeText.line("unlocked \(username)") + "\n" }
    }
}
