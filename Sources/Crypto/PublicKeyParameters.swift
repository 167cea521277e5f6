/// The numbers that make a public key: big-endian, unsigned, with no leading zero octets for RSA and of the curve's full
/// length for EC (RFC 7518 §6.2.1, §6.3.1); for Ed25519 the point as RFC 8032 §5.1.2 encodes it (RFC 8037 §2).
package enum PublicKeyParameters: Sendable, Equatable {
    case rsa(modulus: [UInt8], exponent: [UInt8])
    case ec(curve: Curve, x: [UInt8], y: [UInt8])
    case ed25519(x: [UInt8])

    package var kind: KeyKind {
        switch self {
        case .rsa(let modulus, _): .rsa(bits: Self.bits(modulus))
        case .ec(.p256, _, _): .p256
        case .ec(.p384, _, _): .p384
        case .ed25519: .ed25519
        }
    }

    /// Moduli below 2048 bits are broken or soon will be (RFC 7518 §3.3); above 8192 one check costs a caller nothing and
    /// us milliseconds.
    static let modulusBits = 2048...8192

    /// Everything that can be told from the octets alone; whether a point is on its curve is asked of OpenSSL.
    func requireSound() throws(CryptoError) {
        switch self {
        case .rsa(let modulus, let exponent): try Self.requireSound(modulus: modulus, exponent: exponent)
        case .ec(let curve, let x, let y):
            guard x.count == curve.octets, y.count == curve.octets else {
                throw .invalidKey("x and y must have \(curve.octets) octets")
            }
        case .ed25519(let x): try Edwards25519.requireSound(x)
        }
    }

    private static func requireSound(modulus: [UInt8], exponent: [UInt8]) throws(CryptoError) {
        guard modulus.first != 0, exponent.first != 0 else { throw .invalidKey("leading zero octet in n or e") }
        guard modulusBits.contains(bits(modulus)) else {
            throw .invalidKey("an RSA modulus must have \(modulusBits.lowerBound) to \(modulusBits.upperBound) bits")
        }
        guard let lowest = modulus.last, lowest & 1 == 1 else { throw .invalidKey("the RSA modulus is even") }
        guard let last = exponent.last, last & 1 == 1 else { throw .invalidKey("the RSA exponent is even") }
        guard exponent.count > 1 || last >= 3 else { throw .invalidKey("the RSA exponent is less than 3") }
        guard exponent.count <= 8 else { throw .invalidKey("the RSA exponent has more than 64 bits") }
    }

    private static func bits(_ number: [UInt8]) -> Int {
        let significant = number.drop { $0 == 0 }
        guard let first = significant.first else { return 0 }
        return significant.count * 8 - first.leadingZeroBitCount
    }
}
