package import Crypto
package import Encoding

/// A public key in JSON (RFC 7517). One read from JSON is sound: strong enough, on its curve, and with no private members.
package struct JWK: Sendable, Equatable {
    package let keyID: String?
    package let use: String?
    package let algorithm: Algorithm?
    package let keyOperations: [String]?
    package let parameters: PublicKeyParameters
    /// Of a key that was read from JSON: made to see that it is sound, and kept, for that costs as much as a signature.
    private let key: VerificationKey?

    /// A key of our own, to be published.
    package init(keyID: String?, algorithm: Algorithm?, parameters: PublicKeyParameters) {
        self.keyID = keyID
        use = "sig"
        self.algorithm = algorithm
        keyOperations = nil
        self.parameters = parameters
        key = nil
    }

    /// Unknown members are ignored (RFC 7517 §4); private ones, symmetric keys and weak keys are refused.
    package init(_ json: JSON) throws(JOSEError) {
        let members = try JWKMembers(json)
        try members.requirePublic()
        keyID = try members.string("kid")
        use = try members.string("use")
        algorithm = try members.algorithm()
        keyOperations = try members.keyOperations()
        parameters = try members.parameters()
        if let algorithm, !algorithm.fits(parameters) {
            throw .keyMismatch("alg \(algorithm.rawValue) with such a key")
        }
        do {
            key = try VerificationKey(parameters)
        } catch {
            throw .crypto(error)
        }
    }

    package static func == (one: JWK, other: JWK) -> Bool {
        one.keyID == other.keyID && one.use == other.use && one.algorithm == other.algorithm
            && one.keyOperations == other.keyOperations && one.parameters == other.parameters
    }

    /// Public members only, in a fixed order.
    package var json: JSON {
        var members = JSONObject(requiredMembers)
        if let keyID { members["kid"] = .string(keyID) }
        if let use { members["use"] = .string(use) }
        if let algorithm { members["alg"] = .string(algorithm.rawValue) }
        if let keyOperations { members["key_ops"] = .array(keyOperations.map { .string($0) }) }
        return .object(members)
    }

    /// RFC 7638: the SHA-256 of the required members, in the order of their names and with no space, in base64url.
    package var thumbprint: String {
        Base64URL.encode(Digest.sha256(JSON.object(JSONObject(requiredMembers)).serialized()))
    }

    /// The key, for checking signatures: refused if `use` or `key_ops` give it to something else (RFC 7517 §4.2, §4.3).
    package func verificationKey() throws(JOSEError) -> VerificationKey {
        guard use == nil || use == "sig" else { throw .keyMismatch("use is not sig") }
        guard keyOperations?.contains("verify") ?? true else { throw .keyMismatch("key_ops has no verify") }
        if let key { return key }
        do {
            return try VerificationKey(parameters)
        } catch {
            throw .crypto(error)
        }
    }

    /// The members that RFC 7638 §3.2 and RFC 8037 §2 hash, in their order.
    private var requiredMembers: [(String, JSON)] {
        switch parameters {
        case .rsa(let modulus, let exponent):
            [("e", Self.text(exponent)), ("kty", "RSA"), ("n", Self.text(modulus))]
        case .ec(let curve, let x, let y):
            [("crv", .string(curve.name)), ("kty", "EC"), ("x", Self.text(x)), ("y", Self.text(y))]
        case .ed25519(let x):
            [("crv", "Ed25519"), ("kty", "OKP"), ("x", Self.text(x))]
        }
    }

    private static func text(_ bytes: [UInt8]) -> JSON { .string(Base64URL.encode(bytes)) }
}
