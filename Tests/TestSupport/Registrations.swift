package import AuthorizationServer
package import Encoding
package import HTTP
import SMART

/// Clients that register themselves (RFC 7591), as their developers write them.
extension TestServer {
    /// What most tests let clients register for.
    package static let registrationScopes = "openid fhirUser launch launch/patient offline_access patient/*.rs"

    /// A policy for tests: nobody waits, and nothing is limited but by `change`.
    package static func registrationPolicy(
        _ mode: RegistrationPolicy.Mode = .open, approval: Bool = false,
        _ change: (inout RegistrationPolicy) -> Void = { _ in }
    ) -> RegistrationPolicy {
        var policy = RegistrationPolicy()
        policy.mode = mode
        policy.scopes = ScopeSet(parsing: registrationScopes)
        policy.approval = approval
        policy.perHour = 10_000
        policy.perAddressPerHour = 10_000
        change(&policy)
        return policy
    }

    /// A public app, with the members that differ; null removes one.
    package static func application(_ changes: JSONObject = [:]) -> JSONObject {
        var metadata: JSONObject = [
            "client_name": "Growth Chart", "redirect_uris": ["https://growth.example/cb"],
            "token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"],
            "scope": "openid fhirUser launch/patient patient/Patient.rs offline_access",
        ]
        for member in changes.members { metadata[member.name] = member.value.isNull ? nil : member.value }
        return metadata
    }

    package func register(_ metadata: JSONObject, token: String? = nil) throws -> ClientResponse {
        try send(
            .post, "/register", headers: [("Content-Type", "application/json")] + Self.bearer(token),
            body: JSON.object(metadata).text)
    }

    /// A request to the `registration_client_uri` of an answer, with the token of that answer or another.
    package func manage(
        _ method: Method, _ registration: JSON, _ metadata: JSONObject? = nil, token: String? = nil
    ) throws -> ClientResponse {
        guard let uri = registration["registration_client_uri"]?.stringValue, uri.hasPrefix(Self.issuer + "/") else {
            throw TestFailure("no registration_client_uri: \(registration.text)")
        }
        let type = metadata == nil ? [] : [("Content-Type", "application/json")]
        return try send(
            method, String(uri.dropFirst(Self.issuer.count)),
            headers: type + Self.bearer(token ?? registration["registration_access_token"]?.stringValue),
            body: metadata.map { JSON.object($0).text } ?? "")
    }

    /// An initial access token.
    package func registrationToken(_ members: JSONObject = [:]) async throws -> String {
        let answer = try await administer(.post, "/admin/v1/registration-tokens", .object(members))
        guard let token = answer["token"]?.stringValue else { throw TestFailure("no token: \(answer.text)") }
        return token
    }

    /// An administrator looks at a client and approves what was seen.
    @discardableResult
    package func approve(_ clientID: String) async throws -> JSON {
        let path = "/admin/v1/clients/" + PathSegment.encode(clientID)
        let seen = try await administer(.get, path)
        return try await administer(.post, path + "/approve", ["version": seen["version"] ?? .null])
    }

    private static func bearer(_ token: String?) -> [(String, String)] {
        token.map { [("Authorization", "Bearer " + $0)] } ?? []
    }
}

extension App {
    /// The app that an answer to a registration is about.
    package init(_ registration: JSON) throws {
        guard let clientID = registration["client_id"]?.stringValue,
            let redirectURI = registration["redirect_uris"]?.strings?.first
        else { throw TestFailure("no registration: \(registration.text)") }
        self.init(
            clientID: clientID, secret: registration["client_secret"]?.stringValue, redirectURI: redirectURI)
    }
}
