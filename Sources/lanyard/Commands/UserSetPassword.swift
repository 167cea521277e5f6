import Encoding
import HTTP

extension Command {
    static let userSetPassword = Command(
        "user set-password", "set a person's password and end their sessions", arguments: [.username],
        options: [.passwordFromInput, .keepPassword] + Option.administration, notes: Option.passwordNotes
    ) { invocation in
        let username = try invocation.argument(0)
        let client = try invocation.administration()
        let password = try invocation.newPassword()
        let path = try invocation.userPath() + "/password"
        let mustChange = !invocation.flag(Option.keepPassword.name)
        let answer = try await client.send(
            .put, path, ["password": .string(password), "must_change_password": .bool(mustChange)])
        invocation.answer(answer.isNull ? ["username": .string(username)] : answer) { _ in
            SafeText.line("password set for \(username)") + "\n"
        }
    }
}
