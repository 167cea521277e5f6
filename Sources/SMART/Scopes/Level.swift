/// Whose records a resource scope is about (SMART App Launch 2.2, "Scopes for requesting FHIR resources").
package enum Level: String, Sendable, Hashable, CaseIterable {
    /// The one patient in context.
    case patient
    /// What the user may reach.
    case user
    /// What the client itself was authorized for beforehand.
    case system
    /// This server's own API. No FHIR level ever reaches it.
    case auth

    /// Whether a right at this level is a right at `other`.
    package func covers(_ other: Level, reading: ScopeSet.Reading) -> Bool {
        self == other || (reading == .role && self == .user && other == .patient)
    }

    /// The level of what both allow: under the role reading a `patient/` scope is a `user/` one, narrowed to one record.
    func intersection(_ other: Level, reading: ScopeSet.Reading) -> Level? {
        if covers(other, reading: reading) { return other }
        return other.covers(self, reading: reading) ? self : nil
    }
}
