/// What sort of key, and how strong.
package enum KeyKind: Sendable, Equatable {
    case rsa(bits: Int)
    case p256, p384
    case ed25519
}
