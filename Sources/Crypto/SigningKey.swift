/// A private key of this server. Never printed, never part of an error.
package final class SigningKey: Sendable {
    package let kind: KeyKind
    package let publicKey: VerificationKey
    private let key: EVPKey
    private let contexts: [SignatureAlgorithm: SignatureContext]

    package static func generate(_ kind: KeyKind) throws(CryptoError) -> SigningKey {
        try SigningKey(EVPKey.generate(kind))
    }

    /// Reads PKCS#8 in PEM. A file that is cut short, damaged, or of another kind of key is refused here, not at the first
    /// signature.
    package convenience init(pem: [UInt8], passphrase: [UInt8]? = nil) throws(CryptoError) {
        try self.init(EVPKey.privateKey(pem: pem, passphrase: passphrase))
    }

    private init(_ key: EVPKey) throws(CryptoError) {
        let parameters = try key.publicParameters()
        var contexts: [SignatureAlgorithm: SignatureContext] = [:]
        for algorithm in SignatureAlgorithm.allCases where algorithm.fits(parameters.kind) {
            contexts[algorithm] = try SignatureContext(key, algorithm, for: .sign)
        }
        kind = parameters.kind
        publicKey = try VerificationKey(parameters)
        self.key = key
        self.contexts = contexts
        try requireThatHalvesMatch()
    }

    /// PKCS#8 in PEM; encrypted when there is a passphrase.
    package func pem(passphrase: [UInt8]? = nil) throws(CryptoError) -> [UInt8] {
        try key.privatePEM(passphrase: passphrase)
    }

    /// ECDSA signatures are raw r ‖ s (RFC 7518 §3.4).
    package func sign(_ message: Span<UInt8>, with algorithm: SignatureAlgorithm) throws(CryptoError) -> [UInt8] {
        guard let context = contexts[algorithm] else { throw .unsupported("\(algorithm) with a key of kind \(kind)") }
        let signature = try context.sign(message)
        guard case .ec(let curve, _, _) = publicKey.parameters else { return signature }
        guard let numbers = ECDSASignature(der: signature[...], curve: curve) else {
            throw .library("EVP_DigestSign made a signature that is not one")
        }
        return numbers.raw
    }

    package func sign(_ message: [UInt8], with algorithm: SignatureAlgorithm) throws(CryptoError) -> [UInt8] {
        try sign(message.span, with: algorithm)
    }

    /// A private half that does not belong to the public one signs nothing anybody accepts; a fault in an RSA key can even
    /// give its factors away. So every key signs once before it is used.
    private func requireThatHalvesMatch() throws(CryptoError) {
        let probe = Array("self-check".utf8)
        for algorithm in contexts.keys {
            let signature = try sign(probe, with: algorithm)
            guard publicKey.isValid(signature: signature, of: probe, with: algorithm) else {
                throw .invalidKey("the private and the public half do not belong together")
            }
        }
    }
}
