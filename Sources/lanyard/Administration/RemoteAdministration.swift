import Crypto
import HTTP
import SMART

/// A server elsewhere, asked with a token over its `admin_listen`. Over TLS, or on this machine.
struct RemoteAdministration: Sendable {
    let url: String
    private let origin: AbsoluteURI
    private let token: String
    private let client: OutboundClient

    init(url: String, token: String) throws(CommandFailure) {
        guard let origin = AbsoluteURI(url), origin.origin != nil, ["", "/"].contains(origin.path), origin.query == nil,
            origin.fragment == nil, origin.authority?.hasUserInformation == false, LoopbackHost.protects(url)
        else { throw .usage("\"\(url)\" is no such address: https://host:port (http only on this machine)") }
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .failed("the token is empty, or holds what no token has")
        }
        self.url = url
        self.origin = origin
        self.token = token
        // The person who types it chose the address: any network will do.
        let everywhere = ["0.0.0.0/0", "::/0"].compactMap(IPNetwork.init)
        client = OutboundClient(
            timeoutSeconds: 60, longestBody: 8_388_608, addresses: OutboundAddresses(permitted: everywhere),
            trust: TLSTrust())
    }

    func send(
        _ method: Method, _ path: String, _ headers: [(String, String)], _ body: [UInt8]
    ) throws(ClientError) -> ClientResponse {
        let isSecure = origin.scheme == "https", host = origin.authority?.host ?? ""
        return try client.send(
            method,
            to: OutboundClient.Target(
                isSecure: isSecure, host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host,
                port: origin.authority?.port ?? (isSecure ? 443 : 80), pathAndQuery: path),
            headers: headers + [("Authorization", "Bearer " + token)], body: body)
    }
}
