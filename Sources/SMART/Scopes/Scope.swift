/// One item of a scope string (RFC 6749 §3.3) that means something in SMART App Launch 2.2 or OpenID Connect.
package enum Scope: Sendable, Hashable {
    case openid, fhirUser, profile, launch, onlineAccess, offlineAccess
    case launchContext(LaunchScope)
    case resource(ResourceScope)
    /// SCP-12: an absolute URI, or a name that starts with two underscores. Means only itself.
    case `extension`(String)

    /// Exact and case-sensitive (AZ-18).
    package init?(_ text: String) {
        guard text.utf8.count <= ResourceScope.maximumLength, text.utf8.allSatisfy(\.isScopeCharacter) else {
            return nil
        }
        let hasSlash = text.utf8.contains(UInt8(ascii: "/"))
        if !hasSlash, let fixed = Self.fixed.first(where: { $0.text == text }) {
            self = fixed
        } else if let launch = LaunchScope(text) {
            self = .launchContext(launch)
        } else if let resource = ResourceScope(text) {
            self = .resource(resource)
        } else if Self.isExtension(text) {
            self = .extension(text)
        } else {
            return nil
        }
    }

    /// As it was asked for: v1 words stay v1 words.
    package var text: String {
        switch self {
        case .openid: "openid"
        case .fhirUser: "fhirUser"
        case .profile: "profile"
        case .launch: "launch"
        case .onlineAccess: "online_access"
        case .offlineAccess: "offline_access"
        case .launchContext(let launch): launch.text
        case .resource(let resource): resource.writtenText
        case .extension(let text): text
        }
    }

    package var resource: ResourceScope? { if case .resource(let scope) = self { scope } else { nil } }

    private static let fixed: [Scope] = [.openid, .fhirUser, .profile, .launch, .onlineAccess, .offlineAccess]

    private static func isExtension(_ text: String) -> Bool {
        if text.utf8.starts(with: "__".utf8) { return text.utf8.count > 2 }
        guard let uri = AbsoluteURI(text) else { return false }
        return !uri.isDangerous
    }
}
