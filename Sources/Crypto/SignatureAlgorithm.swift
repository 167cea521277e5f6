/// The signatures this product makes and checks. There is no case for "none", for a MAC, or for SHA-1.
package enum SignatureAlgorithm: Sendable, CaseIterable {
    case rsaPKCS1SHA256, rsaPKCS1SHA384
    /// RSASSA-PSS; its mask (MGF1) has the same hash, and its salt the length of that hash (RFC 7518 §3.5).
    case rsaPSSSHA256
    case ecdsaP256SHA256, ecdsaP384SHA384
    case ed25519

    /// Nil where the message is signed as it is: Ed25519 has its hash inside (RFC 8032 §5.1).
    var digest: MessageDigest? {
        switch self {
        case .rsaPKCS1SHA256, .rsaPSSSHA256, .ecdsaP256SHA256: .sha256
        case .rsaPKCS1SHA384, .ecdsaP384SHA384: .sha384
        case .ed25519: nil
        }
    }

    /// One algorithm belongs to one kind of key and, for ECDSA, to one curve (RFC 7518 §3.1): a key never decides alone
    /// what a signature under it means.
    package func fits(_ kind: KeyKind) -> Bool {
        switch (self, kind) {
        case (.rsaPKCS1SHA256, .rsa), (.rsaPKCS1SHA384, .rsa), (.rsaPSSSHA256, .rsa): true
        case (.ecdsaP256SHA256, .p256), (.ecdsaP384SHA384, .p384): true
        case (.ed25519, .ed25519): true
        default: false
        }
    }
}
