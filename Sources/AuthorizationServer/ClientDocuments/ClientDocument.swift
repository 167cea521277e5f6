import Encoding
import SMART

/// What a client's document must be (draft-ietf-oauth-client-id-metadata-document §4), before it is held to all that clients
/// that register themselves are held to.
enum ClientDocument {
    /// The document says it is another's: whoever put it there may not be who wrote it. Nobody is told what it holds.
    struct NotItsOwn: Error {}

    /// §8.7 recommends 5 kB, which a key set of a few RSA keys fills by itself.
    static let longest = 65_536

    static func kind(_ policy: RegistrationPolicy) -> DocumentKind<ClientMetadata> {
        DocumentKind(
            what: "the client's document", accept: "application/json",
            // §4: or a more specific type.
            isType: { $0 == "application/json" || ($0.hasPrefix("application/") && $0.hasSuffix("+json")) },
            // §5.2: not below a minute, so that no document makes this server ask at every request; not beyond a day. What
            // is an error or not sound is never kept, only that it was so, for five seconds (TK-20).
            lifetime: 60...86_400, unsaidLifetime: 3600, read: { json, url in try read(json, url, policy) })
    }

    /// Throws `NotItsOwn`, or `OAuthError` with all members that are wrong.
    static func read(_ json: JSON, _ url: WebURL, _ policy: RegistrationPolicy) throws -> ClientMetadata {
        guard var object = json.objectValue, let named = object["client_id"]?.stringValue,
            named.hasSameOctets(as: url.value)
        else { throw NotItsOwn() }
        object.members.removeAll(where: \.value.isNull)
        let problems = rules.filter { $0.isBroken(object) }.map(\.problem)
        guard problems.isEmpty else { throw OAuthError(registration: problems) }
        // §4.1: there is no secret that both could know, which is what RFC 7591 would take it to mean.
        if object["token_endpoint_auth_method"] == nil {
            object["token_endpoint_auth_method"] = .string(TokenEndpointAuthMethod.none.rawValue)
        }
        let allowance = RegistrationAllowance(policy: policy, scopeLimit: nil, softwareStatement: nil)
        return try RegistrationRequest(object, allowance).metadata
    }

    private struct Rule: Sendable {
        let problem: ClientMetadata.Problem
        let isBroken: @Sendable (JSONObject) -> Bool

        init(_ member: String, _ reason: String, brokenIf isBroken: @escaping @Sendable (JSONObject) -> Bool) {
            problem = ClientMetadata.Problem(member: member, reason: reason)
            self.isBroken = isBroken
        }
    }

    private static let rules: [Rule] = [
        Rule("client_secret", "must not be in a document") { $0["client_secret"] != nil },
        Rule("client_secret_expires_at", "must not be in a document") { $0["client_secret_expires_at"] != nil },
        Rule("token_endpoint_auth_method", "must be none or private_key_jwt in a document") { object in
            guard let method = object["token_endpoint_auth_method"] else { return false }
            let allowed: [TokenEndpointAuthMethod] = [.none, .privateKeyJWT]
            return !allowed.contains { method == .string($0.rawValue) }
        },
        // Documents are looked for where a person comes with one; what acts without a person is registered here.
        Rule("grant_types", "client_credentials is not for clients by document") {
            $0["grant_types"]?.strings?.contains(GrantType.clientCredentials.rawValue) == true
        },
    ]
}
