import AuthorizationServer
import Encoding
import SMART

extension Target {
    /// RFC 7591 §2.
    static let client = Target(name: "client") { octets in
        guard let json = try? JSON(parsing: octets) else { return }
        _ = RegistrationCheck(json).json.count
        guard let client = try? ClientMetadata(json, unknownMembers: .ignore) else { return }
        require(
            (try? ClientMetadata(.object(client.json), unknownMembers: .refuse)) == client,
            "a registration reads back as the same")
        for uri in client.redirectURIs {
            require(client.redirectURI(matching: uri.value) != nil, "a registered redirect URI is found")
        }
        require(
            !client.isPublic || !client.grantTypes.contains(.clientCredentials), "a public client acts for people only")
    }
}
