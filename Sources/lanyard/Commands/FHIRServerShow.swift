import Encoding
import HTTP

extension Command {
    static let fhirServerShow = Command(
        "fhir-server show", "show one FHIR server", arguments: [.fhirServerID], options: Option.administration
    ) { invocation in
        let server = try await invocation.administration().send(.get, try invocation.fhirServerPath())
        invocation.answer(server, Presentation.members)
    }
}

extension Argument {
    static let fhirServerID = Argument("ID", "the id of a FHIR server")
}

extension Invocation {
    /// The URL path of the FHIR server that the first argument names.
    func fhirServerPath() throws(CommandFailure) -> String {
        "/admin/v1/fhir-servers/" + PathSegment.encode(try argument(0))
    }
}
