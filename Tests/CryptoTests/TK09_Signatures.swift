import Testing

@testable import Crypto

@Suite struct `TK-09, TK-10 signatures` {
    @Test(arguments: [
        (KeyKind.rsa(bits: 2048), SignatureAlgorithm.rsaPKCS1SHA256, 256),
        (.rsa(bits: 2048), .rsaPKCS1SHA384, 256), (.rsa(bits: 2048), .rsaPSSSHA256, 256),
        (.p256, .ecdsaP256SHA256, 64), (.p384, .ecdsaP384SHA384, 96), (.ed25519, .ed25519, 64),
    ])
    func `every single bit flipped in a signature is noticed`(
        kind: KeyKind, algorithm: SignatureAlgorithm, octets: Int
    ) throws {
        let key = try SigningKey.generate(kind)
        let message = Array("message".utf8)
        let signature = try key.sign(message, with: algorithm)
        #expect(signature.count == octets)
        #expect(key.publicKey.isValid(signature: signature, of: message, with: algorithm))
        for bit in 0..<signature.count * 8 {
            let isValid = key.publicKey.isValid(signature: flip(bit, of: signature), of: message, with: algorithm)
            #expect(!isValid, "bit \(bit)")
        }
        for bit in 0..<message.count * 8 {
            #expect(!key.publicKey.isValid(signature: signature, of: flip(bit, of: message), with: algorithm))
        }
        for wrong in [[], Array(signature.dropLast()), signature + [0], [0] + signature, signature + signature] {
            #expect(!key.publicKey.isValid(signature: wrong, of: message, with: algorithm))
        }
    }

    @Test(arguments: [
        (KeyKind.rsa(bits: 2048), SignatureAlgorithm.rsaPKCS1SHA256), (.rsa(bits: 2048), .rsaPSSSHA256),
        (.p256, .ecdsaP256SHA256), (.ed25519, .ed25519),
    ])
    func `an empty message and a large one can be signed`(kind: KeyKind, algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(kind)
        for message in [[], [UInt8](repeating: 1, count: 1 << 20)] {
            let signature = try key.sign(message, with: algorithm)
            #expect(key.publicKey.isValid(signature: signature, of: message, with: algorithm))
            #expect(!key.publicKey.isValid(signature: signature, of: message + [0], with: algorithm))
        }
    }

    /// RFC 8017 §8.1.1: PSS has a new salt each time. RFC 8032 §5.1.6: Ed25519 needs no luck at all.
    @Test func `PSS signatures differ, Ed25519 signatures do not`() throws {
        let rsa = try SigningKey.generate(.rsa(bits: 2048)), edwards = try SigningKey.generate(.ed25519)
        #expect(try rsa.sign([1], with: .rsaPSSSHA256) != rsa.sign([1], with: .rsaPSSSHA256))
        #expect(try edwards.sign([1], with: .ed25519) == edwards.sign([1], with: .ed25519))
    }

    private func read(_ raw: [UInt8], _ curve: Curve) -> ECDSASignature? {
        ECDSASignature(raw: raw.span, curve: curve)
    }

    @Test(arguments: Curve.allCases)
    func `ECDSA r and s lie in 1…n−1`(curve: Curve) {
        let zero = [UInt8](repeating: 0, count: curve.octets)
        var one = zero
        one[curve.octets - 1] = 1
        let order = curve.order
        var largest = order
        largest[curve.octets - 1] -= 1
        for good in [one, largest] { #expect(read(good + good, curve) != nil) }
        for bad in [zero, order, [UInt8](repeating: 0xff, count: curve.octets)] {
            #expect(read(bad + one, curve) == nil)
            #expect(read(one + bad, curve) == nil)
            #expect(read(bad + bad, curve) == nil)
        }
    }

    @Test(arguments: Curve.allCases, ["0001", "0080", "7fff", "8000", "0100"])
    func `raw and DER are two forms of one signature`(curve: Curve, tail: String) throws {
        let zeros = [UInt8](repeating: 0, count: curve.octets - 2)
        for r in [zeros + hex(tail), hex(tail) + zeros] {
            let raw: [UInt8] = r + zeros + [0, 0x81]
            let signature = try #require(read(raw, curve))
            #expect(signature.raw == raw)
            #expect(ECDSASignature(der: signature.der[...], curve: curve) == signature)
        }
    }

    @Test func `DER numbers are as short as they can be, and positive`() {
        let zeros = [UInt8](repeating: 0, count: 31)
        let raw: [UInt8] = zeros + [0x80] + zeros + [1]
        #expect(read(raw, .p256)?.der == hex("300702020080020101"))
    }

    @Test(arguments: [
        "", "30", "3000", "3006020101020101ff", "3007020101020101", "300602010102010", "3106020101020101", "3003020101",
        "3006030101020101", "30060200020101", "30818006", "3006020201010201",
    ])
    func `DER that is none gives no signature`(text: String) {
        #expect(ECDSASignature(der: hex(text)[...], curve: .p256) == nil)
    }

    @Test func `numbers that make no sound key are refused`() throws {
        guard case .ec(_, let x, let y) = try SigningKey.generate(.p256).publicKey.parameters else { return }
        for (wrongX, wrongY) in [(y, x), (x, flip(7, of: y)), (x + [0], y), (x, Array(y.dropLast())), ([], [])] {
            #expect(throws: CryptoError.self) { try VerificationKey(.ec(curve: .p256, x: wrongX, y: wrongY)) }
        }
        #expect(throws: CryptoError.self) { try VerificationKey(.ec(curve: .p384, x: x, y: y)) }
        for octets in [0, 31, 33, 64] {
            #expect(throws: CryptoError.invalidKey("x must have 32 octets")) {
                try VerificationKey(.ed25519(x: [UInt8](repeating: 2, count: octets)))
            }
        }
        for (modulus, exponent) in [([], []), ([], [1, 0, 1]), ([UInt8](repeating: 0xff, count: 256), [])]
            as [([UInt8], [UInt8])]
        {
            #expect(throws: CryptoError.self) { try VerificationKey(.rsa(modulus: modulus, exponent: exponent)) }
        }
    }
}
