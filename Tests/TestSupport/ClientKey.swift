package import Crypto
package import Encoding
package import JOSE

/// A key of a client, and the assertions that it signs (RFC 7523 §2.2).
package struct ClientKey: Sendable {
    package let algorithm: Algorithm
    package let keyID: String
    private let key: SigningKey

    package init(_ algorithm: Algorithm, _ kind: KeyKind, keyID: String) throws {
        self.algorithm = algorithm
        self.keyID = keyID
        key = try SigningKey.generate(kind)
    }

    private init(_ algorithm: Algorithm, _ keyID: String, _ key: SigningKey) {
        (self.algorithm, self.keyID, self.key) = (algorithm, keyID, key)
    }

    /// The same key, for another algorithm.
    package func signing(with algorithm: Algorithm) -> ClientKey { ClientKey(algorithm, keyID, key) }

    /// The public half, as a client registers it.
    package var jwk: JSON {
        JWK(keyID: keyID, algorithm: nil, parameters: key.publicKey.parameters).json
    }

    package var publicKey: PublicKeyParameters { key.publicKey.parameters }

    package static func set(_ keys: [ClientKey]) -> JSON { ["keys": .array(keys.map(\.jwk))] }

    package static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// A right assertion for the token endpoint, but for what is changed; a nil takes a member out.
    package func assertion(
        _ clientID: String, now: Int64, header: [String: JSON?] = [:], claims: [String: JSON?] = [:]
    ) throws -> String {
        let usualHeader: JSONObject = [
            "alg": .string(algorithm.rawValue), "kid": .string(keyID), "typ": "JWT",
        ]
        let usualClaims: JSONObject = [
            "iss": .string(clientID), "sub": .string(clientID), "aud": .string(TestServer.issuer + "/token"),
            "exp": .integer(now + 300), "iat": .integer(now),
            "jti": .string(Base64URL.encode(try RandomBytes()(16))),
        ]
        return try sign(
            header: Self.changed(usualHeader, header).serialized(),
            payload: Self.changed(usualClaims, claims).serialized()
        )
    }

    /// Whatever is in them.
    package func sign(header: [UInt8], payload: [UInt8]) throws -> String {
        let input = Base64URL.encode(header) + "." + Base64URL.encode(payload)
        return input + "." + Base64URL.encode(try key.sign(Array(input.utf8), with: algorithm.signature))
    }

    package static func changed(_ object: JSONObject, _ changes: [String: JSON?]) -> JSON {
        var object = object
        for (name, value) in changes { object[name] = value }
        return .object(object)
    }

    /// The form members that carry an assertion.
    package static func form(_ assertion: String) -> [(String, String)] {
        [("client_assertion_type", type), ("client_assertion", assertion)]
    }
}
