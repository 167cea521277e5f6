import Encoding
import HTTP

extension Command {
    static let userDisable = Command(
        "user disable", "stop a person: no sign-in, sessions ended, grants revoked", arguments: [.username],
        options: [.force] + Option.administration
    ) { invocation in try await invocation.setUser(disabled: true) }

    static let userEnable = Command(
        "user enable", "let a disabled person sign in again", arguments: [.username], options: Option.administration
    ) { invocation in try await invocation.setUser(disabled: false) }
}

extension Invocation {
    /// The URL path of the user that the first argument names.
    func userPath() throws(CommandFailure) -> String {
        "/admin/v1/users/" + PathSegment.encode(try argument(0))
    }

    fileprivate func setUser(disabled: Bool) async throws {
        let verb = disabled ? "disable" : "enable"
        let username = try argument(0)
        let answer = try await administration().send(.post, try userPath() + "/" + verb + insistence)
        self.answer(answer.isNull ? ["username": .string(username), "disabled": .bool(disabled)] : answer) { _ in
            SafeText.line("\(verb)d \(username)") + "\n"
        }
    }
}
