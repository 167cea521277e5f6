package import AuthorizationServer
package import Encoding
import SMART

/// Clients whose id is the address of a document (draft-ietf-oauth-client-id-metadata-document).
extension KeySetStandIn {
    /// A public app's document, with the members that differ; null removes one.
    package static func document(_ clientID: String, _ changes: JSONObject = [:]) -> JSONObject {
        var metadata: JSONObject = [
            "client_id": .string(clientID), "client_name": "Growth Chart",
            "redirect_uris": ["https://growth.example/cb"], "grant_types": ["authorization_code", "refresh_token"],
            "scope": "openid fhirUser launch/patient patient/Patient.rs offline_access",
        ]
        for member in changes.members { metadata[member.name] = member.value.isNull ? nil : member.value }
        return metadata
    }

    /// Answers with a document from now on; gives the app that it is about.
    @discardableResult
    package func publishClient(
        _ changes: JSONObject = [:], at path: String = "/app", cacheControl: String? = nil,
        type: String = "application/json"
    ) throws -> App {
        let metadata = Self.document(try url(path).value, changes)
        let headers = [("Content-Type", type)] + (cacheControl.map { [("Cache-Control", $0)] } ?? [])
        behave(.answer(status: 200, headers: headers, body: JSON.object(metadata).text), at: path)
        return App(
            clientID: try url(path).value, secret: nil,
            redirectURI: metadata["redirect_uris"]?.strings?.first ?? "https://growth.example/cb")
    }
}

extension TestServer {
    /// A policy under which documents are taken, nobody waits, and nothing is limited but by `change`.
    package static func documentPolicy(
        approval: Bool = false, _ change: (inout RegistrationPolicy) -> Void = { _ in }
    ) -> RegistrationPolicy {
        registrationPolicy(.off, approval: approval) { policy in
            policy.takesClientDocuments = true
            change(&policy)
        }
    }
}
