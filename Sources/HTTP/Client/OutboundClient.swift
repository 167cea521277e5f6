package import Crypto

/// Calls servers whose names others chose, such as the addresses that clients register. It blocks, so it runs on threads
/// of its caller's own. No redirects, a bounded answer, one deadline for the exchange, and only addresses that may be
/// called (TK-19).
package struct OutboundClient: Sendable {
    /// A URL, taken apart by whoever understands URLs.
    package struct Target: Sendable, Equatable {
        package let isSecure: Bool
        /// An IPv6 address without its brackets.
        package let host: String
        package let port: UInt16
        package let pathAndQuery: String

        package init(isSecure: Bool, host: String, port: UInt16, pathAndQuery: String) {
            self.isSecure = isSecure
            self.host = host
            self.port = port
            self.pathAndQuery = pathAndQuery
        }
    }

    private let client: HTTPClient
    private let addresses: OutboundAddresses
    private let trust: TLSTrust

    package init(timeoutSeconds: Int, longestBody: Int, addresses: OutboundAddresses, trust: TLSTrust) {
        client = HTTPClient(timeoutSeconds: timeoutSeconds, longestBody: longestBody)
        self.addresses = addresses
        self.trust = trust
    }

    /// Sends a request and reads the answer in full, whatever its status.
    package func send(
        _ method: Method, to target: Target, headers: [(String, String)] = [], body: [UInt8] = []
    ) throws(ClientError) -> ClientResponse {
        let security = target.isSecure ? ClientSocket.Security(trust: trust, host: target.host) : nil
        // One for all its addresses: a name can have many, and each could hang.
        let deadline = client.deadline
        var failure = ClientError.refusedAddress(target.host)
        for address in usableAddresses(target) {
            do throws(ClientError) {
                return try client.send(
                    method, target.pathAndQuery, to: .tcp(host: address.text, port: target.port), security: security,
                    by: deadline, headers: [("Host", Self.authority(target))] + headers, body: body)
            } catch .unreachable(let code) {
                // Nothing was sent: the next address may do.
                failure = .unreachable(code: code)
            }
        }
        throw failure
    }

    /// Plain HTTP never leaves the machine.
    private func usableAddresses(_ target: Target) -> [IPAddress] {
        NameResolution.addresses(of: target.host).filter { address in
            addresses.permits(address)
                && (target.isSecure || OutboundAddresses.loopback.contains { $0.contains(address) })
        }
    }

    /// RFC 9110 §7.2: without the scheme's own port.
    private static func authority(_ target: Target) -> String {
        let host = target.host.utf8.contains(UInt8(ascii: ":")) ? "[\(target.host)]" : target.host
        return target.port == (target.isSecure ? 443 : 80) ? host : "\(host):\(target.port)"
    }
}
