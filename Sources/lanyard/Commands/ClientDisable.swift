import Encoding
import HTTP

extension Command {
    static let clientDisable = Command(
        "client disable", "stop a client: no sign-in, no tokens, grants revoked", arguments: [.clientID],
        options: Option.administration
    ) { invocation in try await invocation.setClient(disabled: true) }

    static let clientEnable = Command(
        "client enable", "let a disabled client work again", arguments: [.clientID], options: Option.administration
    ) { invocation in try await invocation.setClient(disabled: false) }
}

extension Invocation {
    fileprivate func setClient(disabled: Bool) async throws {
        let verb = disabled ? "disable" : "enable"
        let id = try argument(0)
        let client = try await administration().send(.post, try clientPath() + "/" + verb)
        answer(client) { client in
            let waits = client["standing"]?.stringValue == "waiting"
            return SafeText.line("\(verb)d \(id)" + (waits ? ", which waits to be approved" : "")) + "\n"
        }
    }
}
