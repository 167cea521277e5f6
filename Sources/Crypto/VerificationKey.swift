import Synchronization

/// A public key that signatures are checked with. One that exists is sound: strong enough, and on its curve.
package final class VerificationKey: Sendable {
    package let parameters: PublicKeyParameters
    private let key: EVPKey
    /// Made at the first signature by that algorithm: of many keys that are kept, few are ever used.
    private let contexts = Mutex<[SignatureAlgorithm: SignatureContext]>([:])

    package init(_ parameters: PublicKeyParameters) throws(CryptoError) {
        key = try EVPKey.publicKey(parameters)
        self.parameters = parameters
    }

    /// Reads "PUBLIC KEY" (RFC 7468 §13), and then takes the same way as a key from numbers.
    package convenience init(pem: [UInt8]) throws(CryptoError) {
        try self.init(EVPKey.publicKey(pem: pem).publicParameters())
    }

    /// False for an algorithm that does not fit the key, a length that is not exact, numbers out of range, a wrong hash or
    /// padding, and a signature of something else.
    package func isValid(
        signature: Span<UInt8>, of message: Span<UInt8>, with algorithm: SignatureAlgorithm
    ) -> Bool {
        guard let context = context(algorithm) else { return false }
        switch parameters {
        case .rsa(let modulus, _):  // RFC 8017 §8.1.2 and §8.2.2, step 1
            return signature.count == modulus.count && context.isValid(signature, of: message)
        case .ec(let curve, _, _):  // RFC 7518 §3.4
            guard let numbers = ECDSASignature(raw: signature, curve: curve) else { return false }
            return context.isValid(numbers.der.span, of: message)
        case .ed25519:  // RFC 8032 §5.1.7 step 1
            return signature.count == Edwards25519.signatureOctets && context.isValid(signature, of: message)
        }
    }

    package func isValid(signature: [UInt8], of message: [UInt8], with algorithm: SignatureAlgorithm) -> Bool {
        isValid(signature: signature.span, of: message.span, with: algorithm)
    }

    /// Nil for an algorithm that does not fit the key.
    private func context(_ algorithm: SignatureAlgorithm) -> SignatureContext? {
        guard algorithm.fits(parameters.kind) else { return nil }
        return contexts.withLock { contexts in
            if let context = contexts[algorithm] { return context }
            let context = try? SignatureContext(key, algorithm, for: .verify)
            contexts[algorithm] = context
            return context
        }
    }
}
