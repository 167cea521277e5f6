/// The policy of one role, as a file of `Policies/` states it.
package struct RolePolicy: Sendable, Equatable {
    package let role: RoleName
    package let version: Int64
    package let title: String
    package let description: String
    /// Empty: whoever it is given to.
    package let holders: [Holder]
    package let extends: [RoleName]
    package let parameters: [RoleParameter]
    package let requires: Requirements
    package let rules: [Rule]
    package let tests: [RoleTest]
}

/// What must be so for a role to stand at all.
package struct Requirements: Sendable, Hashable {
    package let isMultiFactor: Bool
    /// In CIDR notation; empty: from anywhere.
    package let networks: [String]

    package static let none = Requirements(isMultiFactor: false, networks: [])
}

/// One test that a policy brings with it: who may do what.
package struct RoleTest: Sendable, Equatable {
    package enum Expectation: String, Sendable, CaseIterable {
        /// Wholly, with nothing left to be filtered.
        case permit
        /// For a caller that can filter what is found.
        case filter
        case deny
    }

    package let scopes: String
    /// A FHIR request line, or a scope of this server's own API: `auth/Client.u`.
    package let request: String
    package let expect: Expectation
    /// What is held besides, with no parameters.
    package let roles: [RoleName]
    package let parameters: [String: [String]]
    package let patient: String?
    package let fhirUser: String?
    package let purpose: PurposeOfUse?
    /// What else must come out; nil: not looked at.
    package let criteria: String?
    package let hide: [String]?
    package let readonly: [String]?
    package let reason: DenialReason?
}
