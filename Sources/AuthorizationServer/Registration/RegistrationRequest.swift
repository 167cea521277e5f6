import Encoding
import SMART

/// What a registrant may be held to: the server's policy, and what its own initial access token leaves of it.
struct RegistrationAllowance: Sendable {
    let policy: RegistrationPolicy
    let scopeLimit: ScopeSet?
    let softwareStatement: SoftwareStatement?

    var ceiling: ScopeSet { policy.ceiling(scopeLimit) }
}

/// The metadata that a client registers for itself, as a whole and after all rules: at registration and at each change
/// alike (AD-02).
struct RegistrationRequest: Sendable {
    let metadata: ClientMetadata
    /// What was registered and is less than what was asked for, or most likely not meant.
    let warnings: [String]

    /// Not the registrant's to choose. They are passed over like members that nobody knows (RFC 7591 §2, §3.1).
    private static let ownMembers = [
        "client_id", "client_secret", "client_id_issued_at", "client_secret_expires_at", "registration_access_token",
        "registration_client_uri", "software_statement", "resource_server_audiences",
    ]

    init(_ body: JSONObject, _ allowance: RegistrationAllowance) throws {
        var object = allowance.softwareStatement?.overriding(body) ?? body
        for name in Self.ownMembers { object[name] = nil }
        // RFC 7592 §2.2: what is left out and what is null are the same.
        object.members.removeAll(where: \.value.isNull)
        let asked = object["scope"]
        object["scope"] = Self.cut(asked, object["grant_types"], to: allowance.ceiling)
        do {
            metadata = try ClientMetadata(.object(object), unknownMembers: .ignore)
        } catch {
            throw OAuthError(registration: error.items)
        }
        let check = RegistrationCheck(.object(metadata.json))
        let problems = Self.emptyScope(asked, metadata) + allowance.policy.problems(of: metadata) + check.problems
        guard problems.isEmpty else { throw OAuthError(registration: problems) }
        var warnings = check.warnings
        if let text = asked?.stringValue, !metadata.scope.covers(ScopeSet(parsing: text), reading: .ceiling) {
            warnings.append("scope: cut to what clients may register for here")
        }
        self.warnings = warnings
    }

    /// What is asked for, within the ceiling; all of it where nothing is asked for (RFC 7591 §2). Scopes of the level
    /// `system/` are only for the grant that they are for. What is no scope is left to the reader, which names it.
    private static func cut(_ asked: JSON?, _ grantTypes: JSON?, to ceiling: ScopeSet) -> JSON? {
        let isService = grantTypes?.strings?.contains(GrantType.clientCredentials.rawValue) == true
        let allowed = isService ? ceiling : ceiling.removing { $0.resource?.level == .system }
        guard let asked else { return .string(allowed.text) }
        guard let text = asked.stringValue else { return asked }
        let scope = ScopeSet(parsing: text)
        guard scope.rejected.isEmpty else { return asked }
        return .string(scope.intersection(allowed, reading: .ceiling).text)
    }

    private static func emptyScope(_ asked: JSON?, _ metadata: ClientMetadata) -> [ClientMetadata.Problem] {
        guard metadata.scope.isEmpty, !(asked?.stringValue ?? " ").isEmpty else { return [] }
        return [.init(member: "scope", reason: "holds nothing that clients may register for here")]
    }
}

extension OAuthError {
    /// RFC 7591 §3.2.2: the code of the first problem, and all members that are wrong.
    init(registration problems: [ClientMetadata.Problem]) {
        let isRedirectURI = problems.first?.member.utf8.starts(with: "redirect_uris".utf8) ?? false
        let lines = problems.prefix(10).map { $0.member.isEmpty ? $0.reason : "\($0.member): \($0.reason)" }
        self.init(
            isRedirectURI ? .invalidRedirectURI : .invalidClientMetadata,
            Self.safe(lines.joined(separator: "; ").replacing("\"", with: "'"), limit: 1000))
    }
}
