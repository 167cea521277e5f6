import Encoding
import HTTP

extension Command {
    static let clientShow = Command(
        "client show", "show one client's registration", arguments: [.clientID], options: Option.administration
    ) { invocation in
        let client = try await invocation.administration().send(.get, try invocation.clientPath())
        invocation.answerRegistration(client)
    }
}

extension Argument {
    static let clientID = Argument("ID", "the client_id")
}

extension Invocation {
    /// The URL path of the client that the first argument names.
    func clientPath() throws(CommandFailure) -> String {
        "/admin/v1/clients/" + PathSegment.encode(try argument(0))
    }
}
