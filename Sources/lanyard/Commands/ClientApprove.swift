import Encoding
import HTTP

extension Command {
    static let clientApprove = Command(
        "client approve", "let a client that registered itself be used", arguments: [.clientID],
        options: Option.administration,
        notes: [
            "Shows the registration that was approved. When the client changes it later (anything but its contacts), the",
            "approval is gone.",
        ]
    ) { invocation in
        let client = try await invocation.administration().send(.post, try invocation.clientPath() + "/approve")
        invocation.answer(client, Presentation.members)
    }
}
