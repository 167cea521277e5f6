/// Which member of a launch context is wrong, and why.
package struct LaunchContextError: Error, Equatable {
    /// As a path: `fhirContext[2].role`.
    package let member: String
    package let reason: String

    init(_ member: String, _ reason: String) {
        self.member = member
        self.reason = reason
    }
}
