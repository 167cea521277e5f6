/// The methods that FHIR's REST interface knows (R4 §3.1.0). Case counts: RFC 9110 §9.1.
enum FHIRMethod: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    /// R4 §3.1.0.2: a HEAD is answered as the GET would be, without the body, and tells whether there is something.
    var isRead: Bool { self == .get || self == .head }
}
