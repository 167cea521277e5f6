import Encoding
import JOSE

extension Target {
    /// RFC 7517, RFC 7638.
    static let jwk = Target(name: "jwk") { octets in
        guard let json = try? JSON(parsing: octets) else { return }
        if let key = try? JWK(json) {
            let again = try? JWK(key.json)
            require(again == key && again?.thumbprint == key.thumbprint, "a key reads back as the same")
            require(["d", "k", "p", "q"].allSatisfy { json[$0] == nil }, "no private key is read")
            _ = try? key.verificationKey()
        }
        if let set = try? JWKSet(json, requireKeyIDs: false) {
            require((try? JWKSet(set.json, requireKeyIDs: false)) == set, "a set reads back as the same")
        }
    }
}
