import Encoding

/// What came with a request, as far as it is known.
enum RequestBody: Sendable {
    /// Not given: the caller has the request line only.
    case unknown
    case octets([UInt8])
    /// An entry of a Bundle, whose resource there is or is not.
    case entry(JSONObject?)

    init(_ octets: [UInt8]?) { self = octets.map(RequestBody.octets) ?? .unknown }

    var isEmpty: Bool {
        switch self {
        case .unknown, .entry(nil): true
        case .octets(let octets): octets.isEmpty
        case .entry: false
        }
    }
}
