import Encoding
import HTTP

extension Command {
    static let resourceServerShow = Command(
        "resource-server show", "show one FHIR server's registration", arguments: [.clientID],
        options: Option.administration
    ) { invocation in
        let server = try await invocation.administration().send(.get, try invocation.resourceServerPath())
        invocation.answerRegistration(server)
    }
}

extension Invocation {
    /// The URL path of the resource server that the first argument names.
    func resourceServerPath() throws(CommandFailure) -> String {
        "/admin/v1/resource-servers/" + PathSegment.encode(try argument(0))
    }
}
