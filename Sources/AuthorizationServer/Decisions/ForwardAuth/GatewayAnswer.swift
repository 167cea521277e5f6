import Encoding
import HTTP
import Policy
import SMART

/// What a gateway is told: 200 with fields for it and for the FHIR server behind it, or a refusal that it can pass on.
enum GatewayAnswer {
    /// Of fields with a value. Where there is none the field is not there, and whoever copies it copies nothing.
    static func permit(_ decision: RequestDecision, _ token: VerifiedAccessToken, _ standing: TokenStanding) -> Response
    {
        var response = Response(status: 200)
        response.forbidStoring()
        let claims = token.claims
        let fields: [(String, String)] = [
            ("X-FHIR-Criteria", decision.remainders.first?.query.map(encoded) ?? ""),
            ("X-FHIR-Hide", elements(decision, \.hide)), ("X-FHIR-Readonly", elements(decision, \.readonly)),
            ("X-Patient", token.patient?.value ?? ""), ("X-FHIR-User", claims?["fhirUser"]?.stringValue ?? ""),
            ("X-Roles", standing.compiled.permissions.roles.map(\.value).joined(separator: " ")),
        ]
        for (name, value) in fields where !value.isEmpty { response.set(name, value) }
        return response
    }

    /// RFC 6750 §3.1. The reason is in a field of its own too: not every gateway passes bodies on.
    static func refusal(_ reason: DenialReason, detail: String?) -> OAuthError {
        if reason == .tokenInactive { return BearerToken.invalid() }
        return OAuthError(
            .insufficientScope,
            "the request is not permitted: \(reason.rawValue)"
                + (detail.map { ", \(OAuthError.safe($0, limit: 200))" } ?? ""),
            status: 403, challenge: .bearer(scope: nil))
    }

    /// `Patient.photo, Observation.note`. Of several rows that a resource may come under, what any of them hides.
    private static func elements(_ decision: RequestDecision, _ names: (Remainder) -> [String]) -> String {
        var found: [String] = []
        for remainder in decision.remainders {
            for name in remainder.any.flatMap(names) {
                let element = "\(remainder.type ?? "*").\(name)"
                if !found.contains(element) { found.append(element) }
            }
        }
        return found.joined(separator: ", ")
    }

    /// As it can stand in a query, behind a question mark or ampersand: parameters, of which `&`, `=`, `,` and escapes stay what
    /// they are, and everything that some reader takes for more than itself is escaped.
    static func encoded(_ criteria: String) -> String {
        var octets: [UInt8] = []
        for octet in criteria.utf8 {
            switch octet {
            case UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: "%"), UInt8(ascii: ":"),
                UInt8(ascii: "/"):
                octets.append(octet)
            default: octets += Array(PercentEncoding.encode(String(UnicodeScalar(octet))).utf8)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
