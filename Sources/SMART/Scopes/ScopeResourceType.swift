/// The resource type of a scope: one, or all that there are and will be (SCP-5).
package enum ScopeResourceType: Sendable, Hashable {
    case any
    case named(String)

    package init(_ text: String) { self = text == "*" ? .any : .named(text) }

    package var text: String {
        switch self {
        case .any: "*"
        case .named(let name): name
        }
    }

    /// Whether the type exists at that level. `auth/` has types of its own and no wildcard: what a later version of this
    /// server adds to its API is not granted by an older scope.
    package func exists(at level: Level) -> Bool {
        switch (self, level) {
        case (.any, .auth): false
        case (.any, _): true
        case (.named(let name), .auth): Self.ownTypes.contains(name)
        case (.named(let name), _): FHIRResourceTypes.contains(name)
        }
    }

    /// What this server's own API is about.
    package static let ownTypes: Set<String> = [
        "AuditEvent", "Client", "Consent", "FHIRServer", "Grant", "Key", "Launch", "Patient", "Refusal",
        "RoleAssignment",
        "RolePolicy", "Session", "Settings", "Token", "User",
    ]

    func covers(_ other: ScopeResourceType) -> Bool { self == .any || self == other }

    func intersection(_ other: ScopeResourceType) -> ScopeResourceType? {
        if covers(other) { return other }
        return other.covers(self) ? self : nil
    }
}
