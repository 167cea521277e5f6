import Encoding
import HTTP

extension Command {
    static let clientApprove = Command(
        "client approve", "let a client that registered itself be used", arguments: [.clientID],
        options: [.value("version", "V", "for scripts: the version that was read, as `client show` tells it")]
            + Option.administration,
        notes: [
            "Shows the registration and asks. A client that has changed since it was shown is not approved; when it changes",
            "later (anything but its contacts), it waits again.",
        ]
    ) { invocation in
        let (administration, path) = (try invocation.administration(), try invocation.clientPath())
        let version: String
        if let named = invocation.option("version") {
            version = named
        } else {
            version = try invocation.confirmedVersion(of: try await administration.send(.get, path))
        }
        let client = try await administration.send(.post, path + "/approve", ["version": .string(version)])
        invocation.answer(client, Presentation.members)
    }
}

extension Invocation {
    /// Shows the client at the terminal; its version where the answer is yes.
    fileprivate func confirmedVersion(of client: JSON) throws(CommandFailure) -> String {
        guard let version = client["version"]?.stringValue else {
            throw .failed("the server's answer has no version")
        }
        guard let answer = console.ask(Presentation.members(client) + "\nApprove it as it is shown? [y/N] ") else {
            throw .usage("without a terminal to ask at, --version V must name what was read (see client show)")
        }
        guard ["y", "yes"].contains(answer.lowercased().filter { !$0.isWhitespace }) else {
            throw .failed("not approved")
        }
        return version
    }
}
