/// Why a request got no answer that could be used.
package enum ClientError: Error, Equatable, CustomStringConvertible {
    case badTarget
    /// The name leads nowhere, or to an address that this program does not call.
    case refusedAddress(String)
    /// TLS was not agreed on, or the certificate is not one to be believed.
    case notTrusted
    /// The request holds what must not be written.
    case badRequest(String)
    /// Nobody could be reached there; `code` is the errno.
    case unreachable(code: Int32)
    case timedOut
    /// The connection ended before the answer did.
    case closedEarly
    /// The answer is not HTTP/1.1.
    case malformed(String)
    case tooLarge

    package var description: String {
        switch self {
        case .badTarget: "the address is neither an IP address nor a socket path"
        case .refusedAddress(let host): "\(host) has no address that may be called"
        case .notTrusted: "TLS was not agreed on, or the certificate is not trusted"
        case .badRequest(let reason): "the request cannot be written: \(reason)"
        case .unreachable(let code): "the server cannot be reached (errno \(code))"
        case .timedOut: "the server did not answer in time"
        case .closedEarly: "the server closed the connection before its answer was complete"
        case .malformed(let reason): "the answer is malformed: \(reason)"
        case .tooLarge: "the answer is too large"
        }
    }
}

/// An answer, read in full.
package struct ClientResponse: Sendable {
    package let status: Int
    package let headers: Headers
    package let body: [UInt8]
}
