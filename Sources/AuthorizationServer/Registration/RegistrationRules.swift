import Encoding
import SMART

/// What the policy demands of a client beyond what every registration must be. Each rule is one line of the table.
extension RegistrationPolicy {
    func problems(of metadata: ClientMetadata) -> [ClientMetadata.Problem] {
        Self.rules.flatMap { $0(self, metadata) }
    }

    private typealias Rule = @Sendable (RegistrationPolicy, ClientMetadata) -> [ClientMetadata.Problem]

    private static let rules: [Rule] = [
        { policy, metadata in policy.problems(of: metadata.redirectURIs, "redirect_uris", metadata) },
        { policy, metadata in
            policy.problems(of: metadata.postLogoutRedirectURIs, "post_logout_redirect_uris", metadata)
        },
        { policy, metadata in policy.problems(of: metadata.launchURIs.map(\.value), "launch_uris") },
        { policy, metadata in
            policy.problems(
                of: [metadata.backchannelLogoutURI].compactMap { $0?.value }, "backchannel_logout_uri")
        },
        { policy, metadata in policy.problems(of: [metadata.jwksURI].compactMap { $0?.value }, "jwks_uri") },
        { policy, metadata in policy.problems(of: [metadata.clientURI].compactMap { $0?.value }, "client_uri") },
        { policy, metadata in policy.problems(of: metadata.declaredOrigins ?? [], "allowed_origins") },
        { _, metadata in Self.plainPages(metadata) },
        { _, metadata in Self.services(metadata) },
        { _, metadata in Self.unreadableName(metadata) },
    ]

    /// AZ-02, RFC 8252: private-use schemes and loopback belong to apps on people's own devices.
    private func problems(
        of uris: [RedirectURI], _ member: String, _ metadata: ClientMetadata
    ) -> [ClientMetadata.Problem] {
        let isNative = allowsNativeApps && metadata.applicationType == .native
        let web = uris.filter { uri in
            !isNative || !(uri.isPrivateUseScheme || AbsoluteURI(uri.value)?.isLoopbackLiteral == true)
        }
        return problems(of: web.map(\.value), member)
    }

    /// Addresses that browsers and this server are sent to: https, at a host of the list.
    private func problems(of addresses: [String], _ member: String) -> [ClientMetadata.Problem] {
        addresses.compactMap { address in
            guard let uri = AbsoluteURI(address), uri.scheme == "https", let host = uri.authority?.host else {
                return .init(
                    member: member, reason: "must be https URLs; other schemes and http are not for registration here")
            }
            if permits(host: host) { return nil }
            return .init(member: member, reason: "\(host.prefix(60)) is not a host that clients may register here")
        }
    }

    /// People follow these from the consent page.
    private static func plainPages(_ metadata: ClientMetadata) -> [ClientMetadata.Problem] {
        let pages = [
            ("logo_uri", metadata.logoURI), ("tos_uri", metadata.tosURI), ("policy_uri", metadata.policyURI),
        ]
        return pages.compactMap { member, url in
            guard let url, AbsoluteURI(url.value)?.scheme != "https" else { return nil }
            return .init(member: member, reason: "must be an https URL")
        }
    }

    /// AD-02: acting without a person needs rights of that kind, which only the policy can give, and a key (checklist BS-1).
    private static func services(_ metadata: ClientMetadata) -> [ClientMetadata.Problem] {
        guard metadata.grantTypes.contains(.clientCredentials) else { return [] }
        if metadata.scope.resources(level: .system).isEmpty {
            return [
                .init(member: "grant_types", reason: "client_credentials needs a system/ scope that is allowed here")
            ]
        }
        guard metadata.tokenEndpointAuthMethod != .privateKeyJWT else { return [] }
        return [
            .init(
                member: "token_endpoint_auth_method", reason: "must be private_key_jwt for the grant client_credentials"
            )
        ]
    }

    /// AD-04.
    private static func unreadableName(_ metadata: ClientMetadata) -> [ClientMetadata.Problem] {
        guard let name = metadata.clientName, let reason = NameLikeness.problem(name) else { return [] }
        return [.init(member: "client_name", reason: reason)]
    }
}
