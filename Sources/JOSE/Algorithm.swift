package import Crypto

/// The signature algorithms of RFC 7518 §3.1 and RFC 8037 §3.1 that this product speaks. One table: what an algorithm means,
/// and which keys it takes, is said here and nowhere else. There is no case for "none" or for a MAC.
package enum Algorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case ps256 = "PS256"
    case es256 = "ES256"
    case es384 = "ES384"
    /// With Ed25519 only: Ed448 has the same name (RFC 8037 §3.1), and no key of its curve is read.
    case edDSA = "EdDSA"

    package var signature: SignatureAlgorithm {
        switch self {
        case .rs256: .rsaPKCS1SHA256
        case .rs384: .rsaPKCS1SHA384
        case .ps256: .rsaPSSSHA256
        case .es256: .ecdsaP256SHA256
        case .es384: .ecdsaP384SHA384
        case .edDSA: .ed25519
        }
    }

    /// RFC 8725 §3.1: one key type, and for ECDSA one curve, per algorithm.
    package func fits(_ parameters: PublicKeyParameters) -> Bool { signature.fits(parameters.kind) }
}
