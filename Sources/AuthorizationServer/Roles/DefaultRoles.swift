import Policy
import Storage

extension Configuration {
    /// A default role without a policy would make every new person of that kind one without rights.
    func requireDefaultRoles(_ policies: PolicySet) throws(MissingDefaultRoles) {
        let missing = defaultRoles.filter { policies[$0.value] == nil }
        if requiresDefaultRoles, !missing.isEmpty { throw MissingDefaultRoles(missing) }
    }
}

extension AuthorizationServer {
    /// The roles that are given unasked, as far as there are policies of them.
    func usualRoles() throws(StorageError) -> [Holder: RoleName] {
        let policies = try roles.edition().policies
        return configuration.defaultRoles.filter { policies[$0.value] != nil }
    }
}

/// Default roles that no policy has: the server does not start with them.
package struct MissingDefaultRoles: Error, CustomStringConvertible {
    private let roles: [Holder: RoleName]

    init(_ roles: [Holder: RoleName]) { self.roles = roles }

    package var description: String {
        let named = roles.map { "\($0.key.rawValue): there is no role \($0.value.value)" }.sorted()
        return "default_roles: \(named.joined(separator: "; "))"
    }
}
