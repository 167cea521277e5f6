import Encoding
import HTTP

/// A refusal of the FHIR endpoint: an `OperationOutcome`, with the challenge of RFC 6750 §3 where a token is the matter.
struct FHIRFailure: Error {
    let status: Int
    /// FHIR's issue type: https://hl7.org/fhir/R4/valueset-issue-type.html
    let issue: String
    let diagnostics: String
    var challenge: String?

    static let noToken = FHIRFailure(
        status: 401, issue: "login", diagnostics: "A bearer token is required.", challenge: "Bearer realm=\"fhir\"")
    static let inactiveToken = FHIRFailure(
        status: 401, issue: "login", diagnostics: "The token is not active at this server.",
        challenge: "Bearer realm=\"fhir\", error=\"invalid_token\"")
    static let unavailable = FHIRFailure(
        status: 503, issue: "transient", diagnostics: "The authorization server did not answer.")
    /// Also for what the token may not see: an outsider must not learn that it exists.
    static let notFound = FHIRFailure(status: 404, issue: "not-found", diagnostics: "There is no such resource.")

    static func forbidden(_ interaction: String, _ type: String) -> FHIRFailure {
        FHIRFailure(
            status: 403, issue: "forbidden", diagnostics: "The token does not permit to \(interaction) \(type).",
            challenge: "Bearer realm=\"fhir\", error=\"insufficient_scope\"")
    }

    static func invalid(_ diagnostics: String) -> FHIRFailure {
        FHIRFailure(status: 400, issue: "invalid", diagnostics: diagnostics)
    }

    var response: Response {
        let outcome: JSON = [
            "resourceType": "OperationOutcome",
            "issue": [["severity": "error", "code": .string(issue), "diagnostics": .string(diagnostics)]],
        ]
        var response = FHIREndpoint.fhir(status, outcome)
        if let challenge { response.set("WWW-Authenticate", challenge) }
        if status == 503 { response.set("Retry-After", "1") }
        return response
    }
}
