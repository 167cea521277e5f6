/// Why a server did not start.
package enum ServerError: Error, Equatable, CustomStringConvertible {
    case addressInUse(String)
    case badAddress(String)
    case system(call: String, code: Int32)

    package var description: String {
        switch self {
        case .addressInUse(let address): "\(address) is in use"
        case .badAddress(let address): "\(address) is not an address to listen on"
        case .system(let call, let code): "\(call) failed with errno \(code)"
        }
    }
}

/// What a server tells its log. It is told on an event loop: the receiver must not block.
package enum ServerEvent: Sendable, Equatable {
    case listening(address: String)
    /// No request could be read from a connection; the answer was `status`.
    case refused(peer: Peer, status: Int, reason: String)
    /// A connection was not taken: too many of the whole server, or of that address.
    case tooManyConnections(peer: Peer)
    /// The process or the system has no descriptor left.
    case outOfDescriptors
    /// An endpoint gave a field that must not be written (HT-10).
    case unwritableResponse(peer: Peer)
    case certificateReloaded
    /// The old certificate stays in use.
    case certificateKept(reason: String)
    case stopped
}
