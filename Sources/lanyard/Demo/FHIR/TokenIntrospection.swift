import Encoding
import HTTP
import SMART

/// What the authorization server says about a token (RFC 7662 §2.2, SMART App Launch 2.2 token introspection).
struct IntrospectedToken: Sendable {
    let scopes: ScopeSet
    /// The patient in context: the one record that `patient/` scopes reach.
    let patient: String?
    /// Who signed in, relative to the FHIR base: `Practitioner/9`.
    let user: String?

    /// Nil unless the token is active and was issued for this FHIR server.
    init?(_ answer: JSON, base: String) {
        let audience = answer["aud"]?.strings ?? [answer["aud"]?.stringValue].compactMap { $0 }
        guard answer["active"]?.boolValue == true, audience.contains(base) else { return nil }
        scopes = ScopeSet(parsing: answer["scope"]?.stringValue ?? "")
        patient = answer["patient"]?.stringValue
        user = answer["fhirUser"]?.stringValue.flatMap { url in
            url.hasPrefix("\(base)/") ? String(url.dropFirst(base.count + 1)) : nil
        }
    }
}

/// Asks the authorization server about the tokens that come with requests: the resource server's only tie to it.
struct TokenIntrospection: Sendable {
    /// The id under which the FHIR server is registered.
    static let clientID = "demo-fhir"

    let base: String
    let endpoint: String
    let credentials: ClientCredentials
    let outbound: Outbound

    /// The token of a request, as the authorization server knows it.
    func token(of request: Request) async throws -> IntrospectedToken {
        let token = try bearerToken(of: request)
        guard let known = IntrospectedToken(try await answer(about: token), base: base) else {
            throw FHIRFailure.inactiveToken
        }
        return known
    }

    /// The whole answer. Anything but a 200 with a JSON object is a failure of ours, never of the caller's token.
    func answer(about token: String) async throws -> JSON {
        let form = FormParameters([("token", token), ("token_type_hint", "access_token")])
        guard let response = try? await outbound.post(form, to: endpoint, as: credentials), response.status == 200,
            let answer = try? JSON(parsing: response.body)
        else { throw FHIRFailure.unavailable }
        return answer
    }

    /// RFC 6750 §2.1: the one place from which a token is taken.
    private func bearerToken(of request: Request) throws -> String {
        let fields = request.headers.values("authorization")
        guard fields.count == 1, let field = fields.first else { throw FHIRFailure.noToken }
        let parts = field.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw FHIRFailure.noToken }
        return String(parts[1])
    }
}
