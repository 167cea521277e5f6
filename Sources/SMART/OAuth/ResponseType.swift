/// The values of `response_type`: the code flow only, no token travels through the browser (AZ-14).
package enum ResponseType: String, Sendable, Hashable, CaseIterable {
    case code
}
