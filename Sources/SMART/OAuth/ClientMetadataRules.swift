/// What the members of a registration must be together. Each rule is one line of the table.
extension ClientMetadata {
    var contradictions: [Problem] { Self.rules.filter { $0.isBroken(self) }.map(\.problem) }

    private struct Rule: Sendable {
        let problem: Problem
        let isBroken: @Sendable (ClientMetadata) -> Bool

        init(_ member: String, _ reason: String, brokenIf isBroken: @escaping @Sendable (ClientMetadata) -> Bool) {
            problem = Problem(member: member, reason: reason)
            self.isBroken = isBroken
        }
    }

    private static let rules: [Rule] = [
        Rule("redirect_uris", "is needed for the grant type authorization_code") {
            $0.uses(.authorizationCode) && $0.redirectURIs.isEmpty
        },
        Rule("response_types", "must be [\"code\"] with the grant type authorization_code, and empty without it") {
            $0.uses(.authorizationCode) != ($0.responseTypes == [.code])
        },
        Rule("grant_types", "can't have refresh_token without authorization_code") {
            $0.uses(.refreshToken) && !$0.uses(.authorizationCode)
        },
        Rule("grant_types", "may be empty only for a resource server") {
            $0.grantTypes.isEmpty && !$0.isResourceServer
        },
        Rule("token_endpoint_auth_method", "can't be none with the grant type client_credentials") {
            $0.isPublic && $0.uses(.clientCredentials)
        },
        Rule("token_endpoint_auth_method", "can't be none for a resource server") {
            $0.isPublic && $0.isResourceServer
        },
        Rule("backchannel_logout_uri", "is only for the grant type authorization_code") {
            $0.backchannelLogoutURI != nil && !$0.uses(.authorizationCode)
        },
        Rule("backchannel_logout_session_required", "needs backchannel_logout_uri") {
            $0.backchannelLogoutSessionRequired && $0.backchannelLogoutURI == nil
        },
        Rule("jwks", "excludes jwks_uri") { $0.jwks != nil && $0.jwksURI != nil },
        Rule("jwks", "or jwks_uri is needed for private_key_jwt") {
            $0.tokenEndpointAuthMethod == .privateKeyJWT && $0.jwks == nil && $0.jwksURI == nil
        },
        Rule("token_endpoint_auth_signing_alg", "is only for private_key_jwt") {
            $0.tokenEndpointAuthSigningAlgorithm != nil && $0.tokenEndpointAuthMethod != .privateKeyJWT
        },
    ]

    private func uses(_ grantType: GrantType) -> Bool { grantTypes.contains(grantType) }
}
