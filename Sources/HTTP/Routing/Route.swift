/// One line of the table of routes: a method, a pattern like `/admin/v1/clients/{id}`, and who answers.
package struct Route: Sendable {
    package let method: Method
    package let pattern: String
    package let endpoint: any Endpoint
    /// Octets of body this route takes; more is 413 before it is read.
    package let bodyLimit: Int
    /// The endpoint, if it can answer without a task. Decided once, here.
    let immediate: (any OpportunisticEndpoint)?

    package init(_ method: Method, _ pattern: String, _ endpoint: any Endpoint, bodyLimit: Int = 65_536) {
        self.method = method
        self.pattern = pattern
        self.endpoint = endpoint
        self.bodyLimit = bodyLimit
        immediate = endpoint as? any OpportunisticEndpoint
    }
}

/// Two routes that would answer the same request, or a pattern that is none. Found when the router is made.
package struct RouteConflict: Error, Equatable, CustomStringConvertible {
    package let description: String
}
