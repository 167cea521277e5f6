import Encoding
import HTTP

extension Command {
    static let fhirServerRemove = Command(
        "fhir-server remove", "remove a FHIR server: no token is issued for it any more", arguments: [.fhirServerID],
        options: [.flag("force", "revoke the grants that there are for it")] + Option.administration
    ) { invocation in
        let path = try invocation.fhirServerPath() + (invocation.flag("force") ? "?force=true" : "")
        let id = try invocation.argument(0)
        _ = try await invocation.administration().send(.delete, path)
        invocation.answer(["id": .string(id), "removed": true]) { _ in SafeText.line("removed \(id)") + "\n" }
    }
}
