package import SMART

/// Who may register clients beside the administrators, and what such a client may be (RFC 7591; AD-01, AD-02).
package struct RegistrationPolicy: Sendable {
    package enum Mode: String, Sendable, CaseIterable {
        /// Nobody, and there is no endpoint for it.
        case off
        /// Who has an initial access token, or a software statement of a trusted issuer.
        case token
        /// Everybody.
        case open
    }

    package var mode = Mode.off
    /// The most that any client may register for. Never a right of this server's own API.
    package var scopes = ScopeSet.empty
    /// Where such clients may be; nil: any https host.
    package var redirectHosts: [HostPattern]?
    /// Whether apps on people's own devices may register: private-use schemes and loopback (RFC 8252).
    package var allowsNativeApps = false
    /// Whether a `client_id` may be the address of a document that says what the client is
    /// (draft-ietf-oauth-client-id-metadata-document).
    package var takesClientDocuments = false
    /// Whether an administrator approves each client before its first use; nil: only where everybody may come.
    package var approval: Bool?
    package var softwareStatementIssuers: [SoftwareStatementIssuer] = []
    /// How many clients that registered themselves there may be at once.
    package var clientsAtMost = 1000
    package var perHour = 60
    package var perAddressPerHour = 10

    package init() {}

    package var needsApproval: Bool { approval ?? (mode == .open) }

    /// Developers get it wrong now and then; whoever is refused that often is no developer.
    var triesPerAddressPerHour: Int { 10 * min(perAddressPerHour, 100_000) }

    /// Everybody can publish a document.
    var documentsNeedApproval: Bool { approval ?? true }

    /// Whether clients can come to be without an administrator.
    package var isOn: Bool { mode != .off || takesClientDocuments }

    /// The most that a registrant may ask for whose own limit is `limit`. Scopes of this server's own API open its
    /// administration and are never among them, whatever the settings say.
    func ceiling(_ limit: ScopeSet?) -> ScopeSet {
        let all = scopes.removing { $0.resource?.level == .auth }
        return limit.map { all.intersection($0, reading: .ceiling) } ?? all
    }

    func permits(host: String) -> Bool { redirectHosts.map { $0.contains { $0.matches(host) } } ?? true }
}
