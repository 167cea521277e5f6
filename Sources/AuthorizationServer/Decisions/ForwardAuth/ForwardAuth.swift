package import HTTP
package import Policy

/// That gateways may ask, each time, whether a request may pass (policy, Decisions). Off unless it is set.
///
/// A gateway has no credentials here, and needs none: it is told of no token but the one that it shows, and no more than whoever
/// holds that token can find out by using it. What would be a breach is a caller of the gateway who speaks in its place: what
/// says which FHIR server it is and what the gateway can do is therefore set here or by the gateway, never taken from an app.
package struct ForwardAuth: Sendable {
    /// What gateways are able to do about what a decision leaves open; each request says which of it happens for it.
    package var filtering: Filtering = []
    /// Where gateways call from. Empty: anywhere.
    package var networks: [IPNetwork] = []

    package init() {}

    /// `rows` needs the resources themselves, which no gateway of this kind looks at.
    package static let possibleFiltering: Filtering = [.search, .elements]
}
